// The products that this suite calls, as data: what each is called, the settings that say where it is and with what key, how its client is
// made, and where its stand-in listens on a laptop.
import type { PeerClientOptions } from '../peer-client/peer-client.ts'

export type PeerConnection = Pick<PeerClientOptions, 'baseUrl' | 'key' | 'timeouts' | 'retries' | 'facts' | 'onWrite'>

type PeerEntry = {
  /** As a person calls it. */
  readonly name: string
  /** Setting with its base URL. */
  readonly url: string
  /** Setting with the key that it gave this suite, which is used for every organization that has none of its own. */
  readonly key: string
  /** Setting with the credential with which keys are registered there; absent where that is not possible. */
  readonly registration?: string
  /** Loaded by the first call. */
  readonly connect: (connection: PeerConnection) => Promise<object>
  /** No product, but a way to them: what is sent there is no write into one. */
  readonly carriesOnly?: true
  /** How long a call may take, where it is not as usual. */
  readonly patience?: Pick<PeerClientOptions, 'timeouts' | 'retries'>
  readonly standIn: {
    readonly port: number
    /** What a person sees there. */
    readonly shows: string
  }
}

export const peers = {
  hub: {
    name: 'Hub',
    url: 'HUB_API_URL',
    key: 'HUB_SERVICE_KEY',
    registration: 'HUB_REGISTRATION_KEY',
    connect: async (connection: PeerConnection) => (await import('./hub/client.ts')).createHubClient(connection),
    standIn: { port: 7081, shows: 'stand-in of The One Hub: demo people to sign in as' },
  },
  psa: {
    name: 'PSA',
    url: 'PSA_API_URL',
    key: 'PSA_SERVICE_KEY',
    registration: 'PSA_REGISTRATION_KEY',
    connect: async (connection: PeerConnection) => (await import('./psa/client.ts')).createPsaClient(connection),
    standIn: { port: 7082, shows: 'stand-in of The One PSA: the tickets that were filed' },
  },
  bus: {
    name: 'The One Bus',
    url: 'BUS_API_URL',
    key: 'BUS_INTEGRATION_KEY',
    connect: async (connection: PeerConnection) => (await import('./bus/client.ts')).createBusClient(connection),
    carriesOnly: true,
    // Somebody may be waiting: what cannot be published soon is left to the sweep.
    patience: { timeouts: { attemptMs: 3_000, deadlineMs: 5_000 }, retries: { max: 1 } },
    standIn: { port: 7083, shows: 'stand-in of the event bus: what was published' },
  },
  defend: {
    name: 'Defend',
    url: 'DEFEND_API_URL',
    key: 'DEFEND_SERVICE_KEY',
    registration: 'DEFEND_REGISTRATION_KEY',
    connect: async (connection: PeerConnection) => (await import('./defend/client.ts')).createDefendClient(connection),
    standIn: { port: 7084, shows: 'stand-in of Defend: failed logins, and what is to be reviewed' },
  },
  cmdb: {
    name: 'CMDB',
    url: 'CMDB_API_URL',
    key: 'CMDB_SERVICE_KEY',
    registration: 'CMDB_REGISTRATION_KEY',
    connect: async (connection: PeerConnection) => (await import('./cmdb/client.ts')).createCmdbClient(connection),
    standIn: { port: 7085, shows: 'stand-in of The One CMDB: software assets' },
  },
  crm: {
    name: 'CRM',
    url: 'CRM_API_URL',
    key: 'CRM_SERVICE_KEY',
    registration: 'CRM_REGISTRATION_KEY',
    connect: async (connection: PeerConnection) => (await import('./crm/client.ts')).createCrmClient(connection),
    standIn: { port: 7086, shows: 'stand-in of The One CRM: opportunities' },
  },
  oncall: {
    name: 'On-Call',
    url: 'ONCALL_API_URL',
    key: 'ONCALL_SERVICE_KEY',
    registration: 'ONCALL_REGISTRATION_KEY',
    connect: async (connection: PeerConnection) => (await import('./oncall/client.ts')).createOnCallClient(connection),
    standIn: { port: 7087, shows: 'stand-in of The One On-Call: who was called, and took it' },
  },
  rmm: {
    name: 'RMM',
    url: 'RMM_API_URL',
    key: 'RMM_SERVICE_KEY',
    registration: 'RMM_REGISTRATION_KEY',
    connect: async (connection: PeerConnection) => (await import('./rmm/client.ts')).createRmmClient(connection),
    standIn: { port: 7091, shows: 'stand-in of The One RMM: devices, and their patches' },
  },
  books: {
    name: 'Books',
    url: 'BOOKS_API_URL',
    key: 'BOOKS_SERVICE_KEY',
    registration: 'BOOKS_REGISTRATION_KEY',
    connect: async (connection: PeerConnection) => (await import('./books/client.ts')).createBooksClient(connection),
    standIn: { port: 7092, shows: 'stand-in of The One Books: invoices' },
  },
  voice: {
    name: 'Voice',
    url: 'VOICE_API_URL',
    key: 'VOICE_SERVICE_KEY',
    registration: 'VOICE_REGISTRATION_KEY',
    connect: async (connection: PeerConnection) => (await import('./voice/client.ts')).createVoiceClient(connection),
    standIn: { port: 7093, shows: 'stand-in of The One Voice: calls, and what is said in them' },
  },
  people: {
    name: 'People',
    url: 'PEOPLE_API_URL',
    key: 'PEOPLE_SERVICE_KEY',
    registration: 'PEOPLE_REGISTRATION_KEY',
    connect: async (connection: PeerConnection) => (await import('./people/client.ts')).createPeopleClient(connection),
    standIn: { port: 7094, shows: 'stand-in of The One People: profiles' },
  },
} as const satisfies Readonly<Record<string, PeerEntry>>

export type Peer = keyof typeof peers

/** The same order for everybody who lists them. */
export const peerNames = Object.keys(peers) as readonly Peer[]

/** Those with which keys can be registered. */
export type Registrar = { [Name in Peer]: (typeof peers)[Name] extends { registration: string } ? Name : never }[Peer]

export const registrars = peerNames.filter((name): name is Registrar => 'registration' in peers[name])

/** What is known of a peer by its slug; nothing for one that is not in the list. */
export const peerFacts = (slug: string): PeerEntry | undefined =>
  Object.hasOwn(peers, slug) ? peers[slug as Peer] : undefined

/** What calls the peer. */
export type ClientOf<Name extends Peer> = Awaited<ReturnType<(typeof peers)[Name]['connect']>>
