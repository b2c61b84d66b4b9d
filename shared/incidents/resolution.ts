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

/** An incident does not know whether somebody sat before the work: nobody repeats it for them. */
const waits =
  'No action is needed for work in the background: we are notified, and it is retried automatically. What you asked for yourself, ask for again later.'
const support = 'Quote the correlation id to support.'

/** Where the organization can do something itself, and what waiting does not mend. */
const ownAdvice: Readonly<Partial<Record<ErrorCode, string>>> = {
  'company-unknown': errorTable['company-unknown'].advice,
  'key-not-adopted': errorTable['key-not-adopted'].advice,
  'prompt-filtered': errorTable['prompt-filtered'].advice,
  'prompt-too-long': errorTable['prompt-too-long'].advice,
  'model-declined': errorTable['model-declined'].advice,
  'answer-refused': errorTable['answer-refused'].advice,
  'ai-opted-out': errorTable['ai-opted-out'].advice,
  'ai-tier-missing': 'Buy an AI tier in Hub, or ask an owner of the organization to. Then repeat the request.',
  'ai-call-too-large': errorTable['ai-call-too-large'].advice,
  'ai-limit-reached': `${waits} A higher tier in Hub has higher limits.`,
  'model-missing': `Have a model connected for this, then ask again: it is not answered without one. ${support}`,
  'model-unauthorized': `The provider of the model refuses the platform's credential. We are notified and have to mend that: it does not pass by itself. Ask again once this is resolved.`,
}

const tenantAdvice = (code: ErrorCode, name: string): string => {
  if (code === 'peer-rejected')
    return `${name} refused the request. Check in ${name} that the organization, the client and the settings exist, then repeat the request. ${support}`
  if (code === 'peer-unauthorized')
    return `${name} refused our key. Check in ${name} that the connection is still allowed. ${support}`
  return ownAdvice[code] ?? (errorTable[code].onMessage === 'retry' ? waits : support)
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
