// Builds the HTTP request of a peer call: URL, key, trace and JSON body.
import { AppError, type ErrorDetails } from '../errors.ts'
import { redactedDraft } from '../text/redacted-draft.ts'
import { currentTrace, newTrace, outgoingTraceparent } from '../telemetry/trace.ts'
import type { PeerAnswers, PeerCall } from './peer-call.ts'

/**
 * The key as it is when the call is made: keys rotate, and an organization may have one of its own.
 * @param tenantId whose call it is; `noTenant` where it concerns none
 * @param refused a key that the peer has just refused: there may be a newer one
 */
export type ReadKey = (tenantId: string, refused?: string) => Promise<string> | string

/** What people call a peer, and the settings that say where it is and with what key. */
export type PeerFacts = { readonly name: string; readonly url: string; readonly key: string }

type Named = { readonly peer: string; readonly facts?: PeerFacts }

export type PeerRequest = {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body?: string
  /** To be taken out of whatever the peer echoes. */
  readonly key: string
}

const userAgent = 'theonestack-integrations'

/** @throws AppError `not-configured` for a base URL or key that no request can be made with; never with its value */
export const buildPeerRequest = async (
  peer: Named & { readonly baseUrl: string; readonly key: ReadKey },
  call: PeerCall<PeerAnswers>,
  refused?: string,
): Promise<PeerRequest> => {
  const url = peerUrl(peer, call)
  const key = await peer.key(call.tenantId, refused)
  // The error of a bad header value would quote it, so it is checked before `fetch` sees it.
  if (!/^[\x21-\x7E]+$/.test(key)) {
    throw new AppError(
      'not-configured',
      `The integration key of ${named(peer, 'key')} is empty or has characters that are not allowed in an HTTP header. Set it again.`,
      { details: { peer: peer.peer, operation: call.operation, ...settingOf(peer, 'key') } },
    )
  }
  const trace = currentTrace() ?? newTrace()
  const body =
    call.body === undefined ? undefined : JSON.stringify(call.isSecret ? call.body : redactedDraft(call.body))
  const headers = peerHeaders(peer.peer, call, {
    ...call.headers,
    accept: 'application/json, application/problem+json',
    'user-agent': userAgent,
    'x-integration-key': key,
    'x-correlation-id': trace.correlationId,
    traceparent: outgoingTraceparent(trace),
    ...(call.idempotencyKey !== undefined && { 'idempotency-key': call.idempotencyKey }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  })
  return { url, method: call.method, key, headers, ...(body !== undefined && { body }) }
}

/** Inside `fetch` a bad header value would look like a network that is down. */
const peerHeaders = (
  peer: string,
  { operation }: PeerCall<PeerAnswers>,
  values: Readonly<Record<string, string>>,
): Headers => {
  try {
    return new Headers(values)
  } catch (cause) {
    throw new AppError(
      'validation-failed',
      `The call "${operation}" to ${peer} has an id with characters that are not allowed in an HTTP header. Check the tenant id and the idempotency key.`,
      { cause, details: { peer, operation } },
    )
  }
}

const peerUrl = (
  from: Named & { readonly baseUrl: string },
  { operation, path, query = {} }: PeerCall<PeerAnswers>,
): URL => {
  const { peer, baseUrl } = from
  const base = URL.parse(baseUrl)
  if (!base || !['http:', 'https:'].includes(base.protocol) || base.username || base.password || base.search) {
    throw new AppError(
      'not-configured',
      `The base URL of ${named(from, 'url')} must be an http(s) URL without user, password and query. Set it again.`,
      { details: { peer, operation, ...settingOf(from, 'url') } },
    )
  }
  const url = new URL(base.origin + base.pathname.replace(/\/+$/, '') + path)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
  return url
}

/** `PSA (PSA_API_URL)`: whom it is about, and which setting says it. */
const named = ({ peer, facts }: Named, what: 'url' | 'key'): string => (facts ? `${facts.name} (${facts[what]})` : peer)

const settingOf = ({ facts }: Named, what: 'url' | 'key'): Pick<ErrorDetails, 'settings'> =>
  facts ? { settings: [facts[what]] } : {}
