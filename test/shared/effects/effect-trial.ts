// An effect under trial: what a suite that knows no capability has to be able to do with it.
import type { Pending } from '../../../shared/store/pending.ts'
import type { Services } from '../../../shared/services.ts'
import type { Table } from '../../../shared/store/table.ts'

export type EffectTrial = {
  readonly tenantId: string
  readonly pending: Pending
  /** Does what a caller does. */
  readonly ask: (services: Services) => Promise<unknown>
  readonly sweep: (services: Services) => Promise<void>
  /** Of every record of the tenant. */
  readonly states: () => Promise<readonly string[]>
  /** How many the peer has. */
  readonly inPeer: () => Promise<number>
  /** From now on the peer refuses for good what it is asked to make. */
  readonly refuse: () => Promise<void>
  /** The peer does not any more, and what it is asked for is another draft. */
  readonly accept: () => Promise<void>
  /** Of the rows that lead to the record, and the record itself. */
  readonly table: Table
  /** The nightly run that keeps what is open. */
  readonly renew: (services: Services) => Promise<void>
  /** The people there are done with it, or not any more. */
  readonly setEnded: (isEnded: boolean) => Promise<void>
}

export type EffectUnderTrial = {
  readonly name: string
  /** How incidents name it. */
  readonly integration: string
  readonly operation: string
  /** For a new tenant. */
  readonly trial: () => Promise<EffectTrial>
}
