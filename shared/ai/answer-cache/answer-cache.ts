// Answers that a later call with the same input may have: found by a digest with a key of the tenant, kept encrypted, and asked for once by all
// who want the same at once. Whatever fails here, the call goes on without it.
import { LRUCache } from 'lru-cache'
import { within } from '../../deadline.ts'
import { canonicalJson } from '../../http/canonical-json.ts'
import type { Sealing } from '../../secrets/sealing.ts'
import type { Store } from '../../store/store.ts'
import { log } from '../../telemetry/log.ts'
import { answerTable, placeOfDigest } from './answer-table.ts'

/** Everything that an answer follows from. */
export type AnswerQuestion = {
  readonly tenantId: string
  /** Where the answer is for one person alone. */
  readonly userId?: string | undefined
  readonly feature: string
  readonly promptVersion: string
  /** That may be asked, in their order. */
  readonly deployments: readonly string[]
  readonly tier: string
  readonly input: unknown
}

export type CachePlace = Pick<AnswerQuestion, 'tenantId' | 'userId' | 'feature'> & { readonly digest: string }

export type KeptAnswer = {
  readonly answer: unknown
  readonly model: string
  readonly isRepaired: boolean
  readonly madeAt: string
}

type Sought =
  | { readonly kind: 'found'; readonly answer: KeptAnswer }
  /** Whoever gets this asks the model, and says what came of it: others may wait for that. */
  | { readonly kind: 'absent'; readonly land: (made: Made | undefined) => void }

/** An answer that may be kept, and how long. */
export type Made = {
  readonly answer: KeptAnswer
  readonly forHours: number
  /** Asked right before it is written: the organization may have opted out of AI while the model answered. */
  readonly isAllowed: () => Promise<boolean>
}

type Seeker = {
  /** Whether the answer still has the form that is due. */
  readonly fits: (answer: unknown) => boolean
  readonly signal: AbortSignal
  /** How long to wait for another call of this process that asks the same. */
  readonly waitMs: number
}

export type AnswerCache = {
  /** Undefined when nothing can be found or kept now. */
  readonly placeOf: (question: AnswerQuestion) => Promise<CachePlace | undefined>
  readonly seek: (place: CachePlace, seeker: Seeker) => Promise<Sought>
  readonly keep: (place: CachePlace, made: Made) => Promise<void>
  /** The process ends: what is being written is written. */
  readonly close: () => Promise<void>
}

type Parts = { readonly store: () => Store; readonly sealing: () => Promise<Sealing>; readonly now: () => Date }

/** Nobody waits longer for what is only to save time. */
const patienceMs = 1_500
/** What is longer is given and not kept. */
const charactersMax = 100_000
/** Of one process, and for how long one that never landed stands in the way of none. */
const flightsMax = 5_000
const flightMsMax = 600_000
const hourMs = 3_600_000

export const createAnswerCache = (parts: Parts): AnswerCache => {
  const flights = new LRUCache<string, Promise<KeptAnswer | undefined>>({ max: flightsMax, ttl: flightMsMax })
  const writing = new Set<Promise<void>>()
  const keep = (place: CachePlace, made: Made): Promise<void> => {
    const work = write(parts, place, made).finally(() => writing.delete(work))
    writing.add(work)
    return work
  }
  return {
    placeOf: (question) => placeOf(parts, question),
    keep,
    seek: async (place, seeker) => {
      const name = canonicalJson([place.tenantId, place.userId, place.digest])
      const flight = flights.get(name)
      if (flight) {
        const answer = await whileWaiting(flight, seeker)
        // Who has waited for nothing waits for no other: they ask all at once.
        if (answer && seeker.fits(answer.answer)) return { kind: 'found', answer }
        return { kind: 'absent', land: (made) => void (made && keep(place, made)) }
      }
      const { promise, resolve } = Promise.withResolvers<KeptAnswer | undefined>()
      flights.set(name, promise)
      const land = (answer: KeptAnswer | undefined, written?: Promise<void>): void => {
        resolve(answer)
        const over = (): void => void (flights.peek(name) === promise && flights.delete(name))
        // Until it is in the table, it is here that others find it.
        if (written) void written.finally(over)
        else over()
      }
      const known = await read(parts, place, seeker)
      if (known) land(known)
      return known
        ? { kind: 'found', answer: known }
        : { kind: 'absent', land: (made) => land(made?.answer, made && keep(place, made)) }
    },
    close: async () => void (await Promise.all(writing)),
  }
}

const placeOf = async ({ sealing }: Parts, question: AnswerQuestion): Promise<CachePlace | undefined> => {
  const { tenantId, userId, feature } = question
  return harmless('find', feature, async () => {
    const digest = await (await sealing()).digest(tenantId, 'kept answer', canonicalJson(question))
    return { tenantId, feature, digest, ...(userId !== undefined && { userId }) }
  })
}

const read = ({ store, sealing, now }: Parts, place: CachePlace, { fits }: Seeker): Promise<KeptAnswer | undefined> =>
  harmless('read', place.feature, async () => {
    const { tenantId, digest } = place
    const row = await store()
      .open(answerTable)
      .answer.get({ tenantId, place: placeOfDigest(digest) })
    if (row?.value.digest !== digest || Date.parse(row.value.until) <= now().getTime()) return undefined
    const kept = JSON.parse(await (await sealing()).open(tenantId, recordOf(place), row.value.sealed)) as KeptAnswer
    return fits(kept.answer) ? kept : undefined
  })

const write = async (
  { store, sealing, now }: Parts,
  place: CachePlace,
  { answer, forHours, isAllowed }: Made,
): Promise<void> => {
  const text = JSON.stringify(answer)
  if (text.length > charactersMax) return
  await harmless('keep', place.feature, async () => {
    const { tenantId } = place
    const sealed = await (await sealing()).seal(tenantId, recordOf(place), text)
    if (!(await isAllowed())) return
    const until = new Date(now().getTime() + forHours * hourMs).toISOString()
    await store()
      .open(answerTable)
      .answer.upsert({ ...place, place: placeOfDigest(place.digest), until, sealed })
  })
}

const recordOf = ({ feature, digest }: CachePlace): string => `kept answer/${feature}/${digest}`

const harmless = async <Result>(
  what: string,
  feature: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> => {
  try {
    return await within('The cache of answers', patienceMs, { call: work })
  } catch (error) {
    log.warn('ai.answer_cache.failed', { feature, what, error })
    return undefined
  }
}

/** Undefined when the other call came to nothing, or is too slow. @throws the reason of the signal */
const whileWaiting = async (
  flight: Promise<KeptAnswer | undefined>,
  { signal, waitMs }: Seeker,
): Promise<KeptAnswer | undefined> => {
  signal.throwIfAborted()
  const over = Promise.withResolvers<undefined>()
  const leave = (): void => over.reject(signal.reason)
  const timer = setTimeout(() => over.resolve(undefined), waitMs)
  signal.addEventListener('abort', leave, { once: true })
  try {
    return await Promise.race([flight, over.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  }
}
