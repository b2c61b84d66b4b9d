// The integrations of the suite as data: which product calls which, with what settings, and from which Function App.

/** A product that we call with a key: the two settings that say where and with what. */
export const peers = {
  psa: { name: 'PSA', url: 'PSA_API_URL', key: 'PSA_SERVICE_KEY' },
  hub: { name: 'Hub', url: 'HUB_API_URL', key: 'HUB_SERVICE_KEY' },
  defend: { name: 'Defend', url: 'DEFEND_API_URL', key: 'DEFEND_SERVICE_KEY' },
  crm: { name: 'CRM', url: 'CRM_API_URL', key: 'CRM_SERVICE_KEY' },
  cmdb: { name: 'CMDB', url: 'CMDB_API_URL', key: 'CMDB_SERVICE_KEY' },
  ai: { name: 'the AI Gateway', url: 'AI_GATEWAY_URL', key: 'AI_GATEWAY_KEY' },
  bus: { name: 'The One Bus', url: 'BUS_API_URL', key: 'BUS_INTEGRATION_KEY' },
} as const

export type Peer = keyof typeof peers

/** What is known of a peer by its slug; nothing for one that is not in the list. */
export const peerFacts = (slug: string): (typeof peers)[Peer] | undefined =>
  Object.hasOwn(peers, slug) ? peers[slug as Peer] : undefined

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
  'code→ai': { peer: 'ai', app: 'theonecode-api' },
  'code→bus': { peer: 'bus', app: 'theonecode-api' },
  'hub→psa': { peer: 'psa', app: 'theonehub-background' },
  'hub→defend': { peer: 'defend', app: 'theonehub-background' },
  'hub→sessions': {},
  'defend→psa': { peer: 'psa', app: 'theoneai-background' },
  'psa→ai': {},
  'defend→ai': {},
  'ai→defend': {},
  'ai→crm': {},
  'books→studio': {},
  'studio→books': {},
  'external-psa→studio': {},
  'suite→hub': { peer: 'hub' },
  'suite→storage': {},
  'suite→queues': {},
  'suite→flows': {},
} as const satisfies Readonly<Record<string, Facts>>

export type Integration = keyof typeof integrations

export const integrationNames = Object.keys(integrations) as [Integration, ...Integration[]]

/** What is known of one; nothing for a name that is not in the list. */
export const integrationFacts = (name: string): Facts =>
  Object.hasOwn(integrations, name) ? integrations[name as Integration] : {}
