// Makes a repeated request return the first one's answer (R2), after draft-ietf-httpapi-idempotency-key-header-07.
import * as z from 'zod'
import { type KnownCaller, actorOf, tenantOf } from '../auth/caller.ts'
import { sha256 } from '../auth/digest.ts'
import { AppError, isAppError, toAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import type { TypesOf } from '../store/store.ts'
import type { Rows } from '../store/rows.ts'
import { rowKind, table } from '../store/table.ts'
import { log } from '../telemetry/log.ts'
import type { Reply } from './http.ts'
import { canonicalJson } from '../http/canonical-json.ts'

const RememberedRequest = z.strictObject({
  tenantId: z.string(),
  actor: z.string(),
  /** Hash of what the caller sent, who may have sent anything. */
  key: z.string(),
  /** Hash of the function and everything that was sent: the same key with another one is refused. */
  fingerprint: z.string(),
  state: z.enum(['running', 'done']),
  /** Until when a request that never finished holds the key. */
  runningUntil: z.iso.datetime(),
  status: z.int().optional(),
  /** JSON of the first answer's body; absent when it had none. */
  body: z.string().optional(),
  createdAt: z.iso.datetime(),
})
type RememberedRequest = z.infer<typeof RememberedRequest>

/** First answers, by caller and key. */
export const idempotencyTable = table('idempotency', {
  request: rowKind({
    schema: RememberedRequest,
    partition: ['tenantId', 'actor'],
    key: ['key'],
    keepFor: { days: 1 },
    dataOf: { tenant: ['tenantId'], person: ['actor'] },
  }),
})

/** A string of RFC 8941, in which a backslash stands before each quotation mark and backslash; or the bare text, which has neither. */
const keyShape = /^(?:"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255}))$/

/** Longer than any request may run: after that the one that held the key is dead. */
const runningSecondsMax = 120

type Remembered = {
  readonly services: Services
  readonly caller: KnownCaller
  /** The header's value: a quoted string, or the bare text. */
  readonly key: string
  /** The function and all that was sent to it. */
  readonly request: unknown
  readonly call: () => Promise<Reply>
}

/**
 * Carries the request out once and keeps its answer for 24 hours. Throws `idempotency-key-reused` for the same key with
 * another request, `request-in-progress` while the first still runs. A request that failed leaves nothing behind, nor does an
 * answer with failures in it that may pass: it may be repeated with its key. Of an answer that shows a secret only the rest is kept. An answer that cannot be kept is given all the same. One that died half-way gives the key free after two minutes; every operation can be repeated.
 */
export const rememberReply = async ({ services, caller, key: header, request, call }: Remembered): Promise<Reply> => {
  const key = parseKey(header)
  const id = { tenantId: tenantOf(caller) ?? '', actor: actorOf(caller), key: sha256(key) }
  const rows = services.store().open(idempotencyTable)
  const now = services.now()
  const running = {
    ...id,
    fingerprint: sha256(canonicalJson(request)),
    state: 'running' as const,
    runningUntil: new Date(now.getTime() + runningSecondsMax * 1000).toISOString(),
    createdAt: now.toISOString(),
  }
  const known = await rows.request.get(id)
  if (known) {
    const first = firstReply(known.value, running.fingerprint, now)
    if (first) return first
    await claim(() => rows.request.update(known, running))
  } else await claim(() => rows.request.insert(running))

  let reply: Reply
  try {
    reply = await call()
  } catch (thrown) {
    await giveFree(rows.request, id)
    throw toAppError(thrown)
  }
  if (reply.mayDiffer) await giveFree(rows.request, id)
  else {
    const body = reply.withoutSecret ?? reply.body
    await keepReply(rows.request, id, { ...running, state: 'done', status: reply.status }, body)
  }
  return reply
}

type Requests = Rows<TypesOf<typeof idempotencyTable.kinds.request>>
type RequestKey = Pick<RememberedRequest, 'tenantId' | 'actor' | 'key'>

/** What was done is done, whether or not its answer can be kept: the operation itself can be repeated. */
const keepReply = async (rows: Requests, id: RequestKey, done: RememberedRequest, body: unknown): Promise<void> => {
  try {
    await rows.upsert({ ...done, ...(body !== undefined && { body: JSON.stringify(body) }) })
  } catch (error) {
    log.warn('http.reply.not_remembered', { error: toAppError(error) })
    await giveFree(rows, id)
  }
}

/** When that fails as well, the key is free after two minutes. */
const giveFree = async (rows: Requests, id: RequestKey): Promise<void> => {
  try {
    await rows.delete(id)
  } catch (error) {
    log.warn('http.idempotency_key.not_given_free', { error: toAppError(error) })
  }
}

const keyRule =
  'must be 1 to 255 visible ASCII characters; with a " or \\ in it, in quotation marks and with a \\ before it'

const parseKey = (header: string): string => {
  const [, quoted, bare] = keyShape.exec(header) ?? []
  const key = quoted?.replaceAll(/\\(["\\])/g, '$1') ?? bare
  if (key === undefined)
    throw new AppError('validation-failed', `The Idempotency-Key ${keyRule}.`, {
      details: { errors: [{ path: 'headers.idempotency-key', message: keyRule }] },
    })
  return key
}

/** The answer to give again; undefined when the key has been left by a request that died. */
const firstReply = (row: RememberedRequest, fingerprint: string, now: Date): Reply | undefined => {
  if (row.fingerprint !== fingerprint)
    throw new AppError('idempotency-key-reused', 'This Idempotency-Key was used for another request. Use a new one.')
  if (row.state === 'running') {
    const secondsLeft = Math.ceil((Date.parse(row.runningUntil) - now.getTime()) / 1000)
    if (secondsLeft > 0) throw inProgress(Math.min(secondsLeft, 5))
    return undefined
  }
  return {
    status: row.status ?? 200,
    headers: { 'idempotent-replayed': 'true' },
    body: row.body === undefined ? undefined : (JSON.parse(row.body) as unknown),
  }
}

const inProgress = (retryAfterSeconds: number, cause?: unknown): AppError =>
  new AppError(
    'request-in-progress',
    'The first request with this Idempotency-Key is still running. Repeat it later.',
    {
      cause,
      details: { retryAfterSeconds },
    },
  )

const claim = async (write: () => Promise<unknown>): Promise<void> => {
  try {
    await write()
  } catch (error) {
    throw isAppError(error, 'conflict') ? inProgress(1, error) : error
  }
}
