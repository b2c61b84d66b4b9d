// The integrations of the suite as data: which product calls which, and from which Function App.
import type { Peer } from './peers/peers.ts'

type Facts = {
  /** Whom it calls; absent where no product is called. */
  readonly peer?: Peer
  /** The Function App that has the settings. */
  readonly app?: string
}

/** `caller→called`. `suite` stands for what every app does for itself. */
export const integrations = {
  'code→hub': { peer: 'hub', app: 'theonecode-background' },
  'code→psa': { peer: 'psa', app: 'theonecode-api' },
  'code→crm': { peer: 'crm', app: 'theonecode-api' },
  'code→cmdb': { peer: 'cmdb', app: 'theonecode-background' },
  'code→ai': { app: 'theonecode-api' },
  'code→bus': { peer: 'bus', app: 'theonecode-api' },
  'hub→psa': { peer: 'psa', app: 'theonehub-background' },
  'hub→defend': { peer: 'defend', app: 'theonehub-background' },
  'hub→sessions': {},
  'defend→psa': { peer: 'psa', app: 'theoneai-background' },
  'scanner→code': {},
  'portal→code': {},
  'psa→code': {},
  'crm→code': {},
  'oncall→ai': {},
  'psa→ai': {},
  'psa→hub': {},
  'crm→ai': {},
  'cmdb→ai': {},
  'defend→ai': {},
  'voice→ai': {},
  'books→ai': {},
  'ai→defend': { peer: 'defend', app: 'theoneai-background' },
  'ai→voice': { peer: 'voice', app: 'theoneai-background' },
  'ai→psa': { peer: 'psa', app: 'theoneai-api' },
  'ai→crm': { peer: 'crm', app: 'theoneai-api' },
  'ai→cmdb': { peer: 'cmdb', app: 'theoneai-api' },
  'ai→oncall': { peer: 'oncall', app: 'theoneai-background' },
  'books→studio': {},
  'studio→books': {},
  'external-psa→studio': {},
  'suite→hub': { peer: 'hub' },
  'suite→psa': { peer: 'psa' },
  'suite→crm': { peer: 'crm' },
  'suite→cmdb': { peer: 'cmdb' },
  'suite→defend': { peer: 'defend' },
  'suite→oncall': { peer: 'oncall' },
  'suite→rmm': { peer: 'rmm' },
  'suite→books': { peer: 'books' },
  'suite→voice': { peer: 'voice' },
  'suite→people': { peer: 'people' },
  'suite→keys': {},
  'suite→storage': {},
  'suite→vault': {},
  'suite→queues': {},
  'suite→flows': {},
  'suite→models': {},
} as const satisfies Readonly<Record<string, Facts>>

export type Integration = keyof typeof integrations

export const integrationNames = Object.keys(integrations) as [Integration, ...Integration[]]

/** What is known of one; nothing for a name that is not in the list. */
export const integrationFacts = (name: string): Facts =>
  Object.hasOwn(integrations, name) ? integrations[name as Integration] : {}
