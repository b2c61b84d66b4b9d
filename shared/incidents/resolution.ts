// What an incident says to the person who reads it: templates, filled with nothing but names of our own (GOV-1).
import { type ErrorCode, errorTable } from '../errors.ts'
import type { Incident } from './incident-table.ts'

/** `hub→psa, keep PSA agent in step: Another product refused our key` */
export const titleOf = ({
  integration,
  operation,
  code,
}: Pick<Incident, 'integration' | 'operation' | 'code'>): string =>
  `${integration}, ${operation}: ${errorTable[code].title}`

const peerCodes = [
  'peer-unauthorized',
  'peer-rejected',
  'peer-invalid-response',
  'peer-unavailable',
  'peer-timeout',
] as const satisfies readonly ErrorCode[]

type Remedy = {
  readonly integrations: readonly string[]
  readonly codes: readonly ErrorCode[]
  readonly resolution: string
}

/** What the products' own pages tell people to do. */
const remedies: readonly Remedy[] = [
  {
    integrations: ['psa→ai'],
    codes: peerCodes,
    resolution:
      "Verify that the organization's PSA subscription is active, and check how the organization is provisioned in Hub.",
  },
  {
    integrations: ['books→studio', 'studio→books'],
    codes: ['peer-unauthorized'],
    resolution: 'The authorization for Books has ended. Authorize Books again at Studio → Books → Connect Books.',
  },
  {
    integrations: ['defend→ai', 'ai→defend'],
    codes: peerCodes,
    resolution: "Check the health of the AI Gateway's providers, and verify the Defend integration key in Key Vault.",
  },
  {
    integrations: ['external-psa→studio'],
    codes: ['peer-unauthorized', 'peer-rejected'],
    resolution: 'Authorize the connection to the PSA system again at Studio → PSA.',
  },
  {
    integrations: ['ai→crm'],
    codes: ['peer-unauthorized', 'peer-rejected'],
    resolution: "Check that the AI Platform's service account may write in CRM.",
  },
]

/** An integration that calls a product by two settings of one Function App. */
type Connection = {
  readonly peer: string
  readonly name: string
  readonly url: string
  readonly key: string
  readonly app: string
}

const psa = { peer: 'psa', name: 'PSA', url: 'PSA_API_URL', key: 'PSA_SERVICE_KEY' }

const connections: Readonly<Record<string, Connection>> = {
  'code→hub': { peer: 'hub', name: 'Hub', url: 'HUB_API_URL', key: 'HUB_SERVICE_KEY', app: 'theonecode-background' },
  'code→psa': { ...psa, app: 'theonecode-api' },
  'hub→psa': { ...psa, app: 'theonehub-background' },
  'defend→psa': { ...psa, app: 'theoneai-background' },
  'hub→defend': {
    peer: 'defend',
    name: 'Defend',
    url: 'DEFEND_API_URL',
    key: 'DEFEND_SERVICE_KEY',
    app: 'theonehub-background',
  },
  'code→crm': { peer: 'crm', name: 'CRM', url: 'CRM_API_URL', key: 'CRM_SERVICE_KEY', app: 'theonecode-api' },
  'code→cmdb': {
    peer: 'cmdb',
    name: 'CMDB',
    url: 'CMDB_API_URL',
    key: 'CMDB_SERVICE_KEY',
    app: 'theonecode-background',
  },
  'code→ai': {
    peer: 'ai',
    name: 'the AI Gateway',
    url: 'AI_GATEWAY_URL',
    key: 'AI_GATEWAY_KEY',
    app: 'theonecode-api',
  },
  'code→bus': {
    peer: 'bus',
    name: 'The One Bus',
    url: 'BUS_API_URL',
    key: 'BUS_INTEGRATION_KEY',
    app: 'theonecode-api',
  },
}

/** Most errors are a key that has expired, a wrong URL, or a firewall in between. */
const connectionResolution = (code: ErrorCode, { name, url, key, app }: Connection): string | undefined => {
  if (code === 'not-configured')
    return `Set what is missing on the Function App ${app}: this integration needs ${url} and ${key}.`
  if (code === 'peer-unauthorized')
    return `Check ${key} on the Function App ${app}: the key may have expired, or lack a scope. Check that ${url} is the right address too.`
  if (code === 'peer-unavailable' || code === 'peer-timeout')
    return `Check ${url} on the Function App ${app}, the health of ${name}, and whether a firewall blocks the call.`
  return undefined
}

/** What to do about it. */
export const resolutionOf = ({
  integration,
  code,
  facts,
}: Pick<Incident, 'integration' | 'code' | 'facts'>): string => {
  const remedy = remedies.find(({ integrations, codes }) => integrations.includes(integration) && codes.includes(code))
  if (remedy) return remedy.resolution
  const connection = Object.hasOwn(connections, integration) ? connections[integration] : undefined
  // On the way it may have been another product that failed, such as Hub when it was asked for the organization.
  const isOfConnection = connection && (facts.peer === undefined || facts.peer === connection.peer)
  return (isOfConnection && connectionResolution(code, connection)) || errorTable[code].advice
}
