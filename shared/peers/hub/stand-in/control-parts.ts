// What the control API of the Hub stand-in works with.
import type { FaultsAndCounts } from '../../../../local/stand-ins/stand-in-control.ts'
import type { HubBilling } from './billing.ts'
import type { HubDirectory } from './directory.ts'
import type { HubSessions } from './login.ts'
import type { HubPublisher } from './publisher.ts'
import type { HubProduct } from './tokens.ts'

export type HubControlParts = FaultsAndCounts & {
  readonly directory: HubDirectory
  readonly billing: HubBilling
  readonly publisher: HubPublisher
  readonly sessions: HubSessions
  readonly issuer: () => string
  readonly secretOf: (product: HubProduct) => string
}
