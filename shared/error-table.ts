// The one table that says what each failure means: to an HTTP caller, to a message and to the operator.
import { modelErrors } from './model-errors.ts'

/** What happens to a message, a timer run or an activity that fails with this code. */
type OnMessage = 'retry' | 'park'

type ErrorMeaning = {
  readonly status: number
  /** The RFC 9457 `title`: the same words for every occurrence. */
  readonly title: string
  readonly onMessage: OnMessage
  /** Whose incident it is: of the tenant that it happened to, or one of the platform for all tenants (GOV-1). */
  readonly incident: 'tenant' | 'platform'
  /** What the person who reads the log or the incident should do. */
  readonly advice: string
}

export const errorTable = {
  ...modelErrors,
  'malformed-request': {
    status: 400,
    title: 'The request could not be read',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Send well-formed JSON or form data in UTF-8.',
  },
  'validation-failed': {
    status: 400,
    title: 'The request is not valid',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Correct the fields listed under "errors".',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign-in is required',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Sign in through Hub, or send a valid integration key.',
  },
  'token-rejected': {
    status: 401,
    title: 'The Hub session could not be verified',
    onMessage: 'park',
    incident: 'tenant',
    advice:
      'Open the product from Hub again. If it happens to everyone, compare the SSO secret of Hub and of this product.',
  },
  'product-not-granted': {
    status: 403,
    title: 'This user has no access to the product',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Ask an owner or admin to add the product to the organization and to the user in Hub.',
  },
  forbidden: {
    status: 403,
    title: 'The caller is not allowed to do this',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Ask an owner or admin for a higher role, or use a key with the required scope.',
  },
  'cross-site-request': {
    status: 403,
    title: 'The request came from another site',
    onMessage: 'park',
    incident: 'tenant',
    advice: "Send requests that change data from the product's own pages, as JSON.",
  },
  'not-found': {
    status: 404,
    title: 'There is nothing at this address',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Check the path and the ids. Data of other organizations is never shown.',
  },
  conflict: {
    status: 409,
    title: 'The request conflicts with the current state',
    onMessage: 'retry',
    incident: 'tenant',
    advice: 'Read the current state, and repeat the change if it still makes sense.',
  },
  'key-not-adopted': {
    status: 409,
    title: 'A consumer still uses its old key',
    onMessage: 'park',
    incident: 'tenant',
    advice:
      'Give the new key to the consumer, or replace the key again. The old key ends 14 days after it was replaced.',
  },
  'messages-parked': {
    status: 409,
    title: 'Messages are parked with the incident',
    onMessage: 'park',
    incident: 'tenant',
    advice:
      'Replay or discard the messages first, or resolve the incident with discardParked=true, which discards them.',
  },
  'request-in-progress': {
    status: 409,
    title: 'The same request is still running',
    onMessage: 'retry',
    incident: 'tenant',
    advice: 'Wait as long as Retry-After says, then repeat the request with the same Idempotency-Key.',
  },
  'body-too-large': {
    status: 413,
    title: 'The request body is too large',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Send a smaller body, or split the request.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The content type is not supported',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Use a content type that the OpenAPI document lists for this route.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The id or Idempotency-Key was used before with different content',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Use a new id or Idempotency-Key for a new request.',
  },
  'value-too-large': {
    status: 422,
    title: 'A value is too large to store',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Shorten the value that the detail names.',
  },
  'event-not-understood': {
    status: 422,
    title: 'The event cannot be handled here',
    onMessage: 'park',
    incident: 'platform',
    advice:
      'Compare the event with the catalogue: its type, version, publisher and data. Replay it once both sides agree.',
  },
  'publisher-not-allowed': {
    status: 422,
    title: 'The event came from a product that is not allowed to publish it',
    onMessage: 'park',
    incident: 'platform',
    advice: 'Find out which key published it on the bus. Do not replay it before that is clear.',
  },
  'tenant-unknown': {
    status: 422,
    title: 'Hub does not know the organization',
    onMessage: 'park',
    incident: 'platform',
    advice: 'Check that the organization exists in Hub, then replay.',
  },
  'message-dead-lettered': {
    status: 500,
    title: 'The broker gave up delivering a message',
    onMessage: 'park',
    incident: 'platform',
    advice: 'Look up the function in the log to find why every delivery failed, fix the cause, then replay.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    onMessage: 'retry',
    incident: 'tenant',
    advice: 'Wait as long as Retry-After says.',
  },
  'ai-tier-missing': {
    status: 402,
    title: 'There is no AI tier for this call',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Buy one of the tiers under "offers" in Hub, at "buyAt", or ask an owner of the organization to.',
  },
  'ai-limit-reached': {
    status: 429,
    title: 'A limit of the AI tier is reached',
    onMessage: 'retry',
    incident: 'tenant',
    advice: 'Wait as long as Retry-After says, or buy a higher tier in Hub.',
  },
  'ai-call-too-large': {
    status: 422,
    title: 'The call is larger than the AI tier allows',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Shorten the prompt, lower the most that the answer may have, or buy a higher tier in Hub.',
  },
  'ai-busy': {
    status: 503,
    title: 'Too many AI calls wait for their turn',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Wait as long as Retry-After says. If it goes on, give the model class more concurrency.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Look up the correlation id in the log to find the cause.',
  },
  'peer-rejected': {
    status: 502,
    title: 'Another product refused our request',
    onMessage: 'park',
    incident: 'tenant',
    advice: 'Look up the correlation id in the log to find the peer and its answer.',
  },
  'company-unknown': {
    status: 502,
    title: 'PSA does not know the company of the client',
    onMessage: 'park',
    incident: 'tenant',
    advice:
      "The ticket is on PSA's triage board. Correct the PSA company id of the client in The One Code, or add the company to PSA. Then move the ticket to that company.",
  },
  'peer-unauthorized': {
    status: 502,
    title: 'Another product refused our key',
    onMessage: 'retry',
    incident: 'tenant',
    advice: 'Check the value and expiry of the integration key, and that its scopes cover the operation.',
  },
  'peer-invalid-response': {
    status: 502,
    title: "Another product's answer breaks its contract",
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Compare the version of the peer with the contract in this suite, and check the base URL.',
  },
  'peer-unavailable': {
    status: 503,
    title: 'Another product is not available',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the health of the peer, its URL and the firewall between the two.',
  },
  'peer-timeout': {
    status: 504,
    title: 'Another product did not answer in time',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the health of the peer. The operation may have succeeded; repeating it is safe.',
  },
  'not-configured': {
    status: 503,
    title: 'A setting is missing or invalid',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Correct the settings that the detail names. GET health/ready lists what is wrong with each.',
  },
  'bus-unavailable': {
    status: 503,
    title: 'Service Bus is not available',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the Service Bus namespace, its firewall and the role assignment of the Function App.',
  },
  'vault-unavailable': {
    status: 503,
    title: 'The key vault is not available',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the key vault, its firewall and the role assignment of the Function App.',
  },
  'flow-not-started': {
    status: 503,
    title: 'The work could not be started',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the task hub of the Function App and its storage. The request is stored and starts later.',
  },
  'storage-unavailable': {
    status: 503,
    title: 'Storage is not available',
    onMessage: 'retry',
    incident: 'platform',
    advice: 'Check the storage account, its firewall and the role assignment of the Function App.',
  },
} as const satisfies Record<string, ErrorMeaning>

export type ErrorCode = keyof typeof errorTable
