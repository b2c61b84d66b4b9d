// What an incident says to the person who reads it: templates, filled with nothing but names of our own (GOV-1).
import { type ErrorCode, errorTable } from '../error-table.ts'
import { type Integration, integrationFacts } from '../integrations.ts'
import { type Peer, peerFacts, peers } from '../peers/peers.ts'
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
  readonly integrations: readonly Integration[]
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

type Connection = { readonly peer: Peer; readonly app: string }

/** Most errors are a key that has expired, a wrong URL, or a firewall in between. */
const connectionResolution = (code: ErrorCode, { peer, app }: Connection): string | undefined => {
  const { name, url, key } = peers[peer]
  if (code === 'not-configured')
    return `Set the missing settings on the Function App ${app}: this integration needs ${url} and ${key}.`
  if (code === 'peer-unauthorized')
    return `Check ${key} on the Function App ${app}: the key may have expired or lack a scope. Also check that ${url} is correct.`
  if (code === 'peer-unavailable' || code === 'peer-timeout')
    return `Check ${url} on the Function App ${app}, check the health of ${name}, and check whether a firewall blocks the call.`
  return undefined
}

/** An operator can look into the log and change settings; a tenant can do neither. */
export type Reader = 'tenant' | 'operator'

const waits = 'No action is needed: we are notified, and the work is retried automatically.'
const support = 'Quote the correlation id to support.'

const tenantAdvice = (code: ErrorCode, name: string): string => {
  if (code === 'peer-rejected')
    return `${name} refused the request. Check in ${name} that the organization, the client and the settings exist, then repeat the request. ${support}`
  if (code === 'company-unknown') return errorTable[code].advice
  if (code === 'peer-unauthorized')
    return `${name} refused our key. Check in ${name} that the connection is still allowed. ${support}`
  return errorTable[code].onMessage === 'retry' ? waits : support
}

/** What to do about it, for whoever reads it. */
export const resolutionOf = (
  { integration, code, facts }: Pick<Incident, 'integration' | 'code' | 'facts'>,
  reader: Reader,
): string => {
  const { peer, app } = integrationFacts(integration)
  const failed = facts.peer ?? peer
  const name = (failed !== undefined && peerFacts(failed)?.name) || 'The other product'
  if (facts.peerStatus === 429) {
    const limited = `The rate limit of ${name} was reached.`
    return reader === 'tenant'
      ? `${limited} ${waits}`
      : `${limited} Failed calls are retried later. If this continues, request a higher limit.`
  }
  const remedy = remedies.find(
    ({ integrations, codes }) => integrations.some((each) => each === integration) && codes.includes(code),
  )
  if (remedy) return remedy.resolution
  if (reader === 'tenant') return tenantAdvice(code, name)
  const connection = peer !== undefined && app !== undefined ? { peer, app } : undefined
  // On the way it may have been another product that failed, such as Hub when it was asked for the organization.
  const isOfConnection = connection && (facts.peer === undefined || facts.peer === connection.peer)
  return (isOfConnection && connectionResolution(code, connection)) || errorTable[code].advice
}
