// One HTTP exchange with a peer, and what its outcome means: an answer of the contract, or a failure that may pass or not.
import { isTaskCancelledError } from 'cockatiel'
import * as z from 'zod'
// Not by `z.core`, which would bring all languages of zod into every bundle.
import { toDotPath } from 'zod/v4/core'
import type { ErrorCode } from '../error-table.ts'
import { plainWords } from '../schema/plain-words.ts'
import { redactSecrets, redactedMark } from '../text/secret-redaction.ts'
import type { PeerAnswers } from './peer-call.ts'
import type { PeerRequest } from './peer-request.ts'
import { parseRetryAfter } from './retry-after.ts'

export type PeerErrorCode = Extract<ErrorCode, `peer-${string}`>

export type AttemptFailure = {
  readonly outcome: 'failed'
  readonly code: PeerErrorCode
  /** Ends the sentence "psa could not …:" and never quotes the peer. */
  readonly reason: string
  /** The same request may succeed a moment later. */
  readonly transient: boolean
  /** The peer is down, rather than refusing this one request: counts for the circuit breaker. */
  readonly infrastructure: boolean
  readonly status?: number
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

export type Attempt = { readonly outcome: 'answered'; readonly status: number; readonly body: unknown } | AttemptFailure

export const isFailure = (value: unknown): value is AttemptFailure =>
  typeof value === 'object' && value !== null && 'outcome' in value && value.outcome === 'failed'

const excerptLengthMax = 1_000

type Exchange = {
  readonly fetch: typeof globalThis.fetch
  readonly request: PeerRequest
  readonly answers: PeerAnswers
  readonly bodyBytesMax: number
  readonly fileBytesMax?: number | undefined
}

/** Never rejects for a reason that lies with the peer or the network. */
export const exchange = async (
  { fetch, request, answers, bodyBytesMax, fileBytesMax }: Exchange,
  signal: AbortSignal,
): Promise<Attempt> => {
  const { url, key, method, headers, body } = request
  const response = await fetch(url, {
    method,
    headers,
    ...(body !== undefined && { body }),
    redirect: 'manual',
    signal,
  })
  const schema = answers[response.status]
  if (fileBytesMax !== undefined && schema && response.status === 200) return readFile(response, fileBytesMax, schema)
  const read = await readText(response, schema ? bodyBytesMax : excerptLengthMax * 4)
  const quote = (text: string): Error => new Error(`The peer answered ${response.status}: ${excerpt(text, key)}`)
  if (!schema) return failureOfStatus(response, quote(read.text))
  if (read.cutOff) return invalid(response.status, `its answer was larger than ${bodyBytesMax} bytes`)
  const answer = readAnswer(response, read.text, schema, quote)
  // A 403 and a 422 have many reasons: those that the contract does not tell apart are a plain refusal.
  return [403, 422].includes(response.status) && isFailure(answer)
    ? failureOfStatus(response, quote(read.text))
    : answer
}

/** What a thrown error of `exchange` means: our own time limit, or the network. */
export const failureOfThrown = (thrown: unknown): AttemptFailure =>
  isTaskCancelledError(thrown) || (thrown instanceof Error && thrown.name === 'AbortError')
    ? { ...brief('peer-timeout', 'it did not answer in time'), transient: true, infrastructure: true, cause: thrown }
    : {
        ...brief('peer-unavailable', 'it could not be reached, or broke off the connection'),
        transient: true,
        infrastructure: true,
        cause: thrown,
      }

const brief = (code: PeerErrorCode, reason: string) => ({ outcome: 'failed', code, reason }) as const

const invalid = (status: number, reason: string, cause?: unknown): AttemptFailure => ({
  ...brief('peer-invalid-response', reason),
  transient: false,
  infrastructure: false,
  status,
  ...(cause !== undefined && { cause }),
})

const readAnswer = (
  { status, headers }: Response,
  text: string,
  schema: z.ZodType,
  quote: (text: string) => Error,
): Attempt => {
  const contentType = headers.get('content-type') ?? 'none'
  if (text !== '' && !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType))
    return invalid(status, 'its answer was not JSON by its content type', quote(text))
  let value: unknown
  try {
    value = text === '' ? undefined : JSON.parse(text)
  } catch {
    // The parser's own message quotes the text without a bound.
    return invalid(status, 'its answer was not valid JSON', quote(text))
  }
  const parsed = schema.safeParse(value, { error: plainWords })
  if (parsed.success) return { outcome: 'answered', status, body: parsed.data }
  const problems = z.prettifyError(parsed.error).slice(0, excerptLengthMax)
  return invalid(status, `its answer did not match the contract${whereOf(parsed.error)}`, new Error(problems))
}

/** Given up as soon as it is too large, whatever the peer says of its length. */
const readFile = async (response: Response, bytesMax: number, schema: z.ZodType): Promise<Attempt> => {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.byteLength
    if (bytes > bytesMax) return invalid(200, `its file was larger than ${bytesMax} bytes`)
    parts.push(new Uint8Array(part))
  }
  const file = new Blob(parts, { type: response.headers.get('content-type') ?? '' })
  const parsed = schema.safeParse(file)
  if (parsed.success) return { outcome: 'answered', status: 200, body: parsed.data }
  return invalid(200, 'its file did not match the contract', new Error(z.prettifyError(parsed.error)))
}

const pathsMax = 3

/** The names are those of the schema, so that nothing of the peer is quoted. Empty when it is the whole answer. */
const whereOf = ({ issues }: z.ZodError): string => {
  const paths = [...new Set(issues.map(({ path }) => toDotPath(path)))].filter((path) => path !== '')
  if (paths.length === 0) return ''
  return ` at ${paths.slice(0, pathsMax).join(', ')}${paths.length > pathsMax ? ' and elsewhere' : ''}`
}

const failureOfStatus = ({ status, headers }: Response, cause: Error): AttemptFailure => {
  const retryAfterSeconds = parseRetryAfter(headers.get('retry-after'))
  const facts = { status, cause, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
  const lasting = { transient: false, infrastructure: false, ...facts }
  if (status >= 500)
    return { ...brief('peer-unavailable', `it answered ${status}`), transient: true, infrastructure: true, ...facts }
  if (status === 429)
    return {
      ...brief('peer-unavailable', 'it takes no more requests for now (429)'),
      ...lasting,
      transient: true,
    }
  if (status === 408) return { ...brief('peer-timeout', 'it gave up waiting (408)'), ...lasting, transient: true }
  if (status === 401 || status === 403)
    return { ...brief('peer-unauthorized', `it refused the key (${status})`), ...lasting }
  if (status >= 400) return { ...brief('peer-rejected', `it refused the request (${status})`), ...lasting }
  const reason =
    status >= 300 ? `it answered with a redirect (${status})` : `it answered ${status}, which is unexpected`
  return { ...brief('peer-invalid-response', reason), ...lasting }
}

/** Upstream text for the log: without the key that we sent, and short. */
const excerpt = (text: string, key: string): string =>
  redactSecrets(text.replaceAll(key, redactedMark)).slice(0, excerptLengthMax)

/** Reads at most `bytesMax`, and lets go of the connection when there is more. */
const readText = async (
  response: Response,
  bytesMax: number,
): Promise<{ readonly text: string; readonly cutOff: boolean }> => {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  // Leaving the loop early cancels the stream.
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) {
      const room = Math.max(0, bytesMax - (bytes - chunk.byteLength))
      return { text: text + decoder.decode(chunk.subarray(0, room)), cutOff: true }
    }
    text += decoder.decode(chunk, { stream: true })
  }
  return { text: text + decoder.decode(), cutOff: false }
}
