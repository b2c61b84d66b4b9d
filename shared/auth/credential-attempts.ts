// Bounds how often credentials that are not valid are judged (R14): by the address they come from, and each of them there.
import { LRUCache } from 'lru-cache'
import { EndedCredential } from './ended-credential.ts'
import { isAppError, AppError } from '../errors.ts'

/** Failures a minute after which a credential, or an address, is judged no longer. */
export const failuresPerMinute = 20

const minuteMs = 60_000
const sizeMax = 10_000
/** Who waits longer than this for others to be judged is refused. */
const waitMs = 5_000

type Attempt = {
  readonly address: string
  /** Hash of the credential. */
  readonly digest: string
}

export type CredentialAttempts = {
  /**
   * Judges a credential, unless it or its address has failed too often: then `too-many-requests` without a judgement. While
   * others of the address are being judged it waits, so that all at once are no more than one after the other. One that was good
   * before passes whatever its address has done. One that is new is judged even then, as often again, but hears of its failure
   * only that there were too many.
   * @param judge throws `unauthenticated` for a credential that is not valid; every other outcome counts as no failure
   */
  readonly judge: <T>(attempt: Attempt, judge: () => Promise<T>) => Promise<T>
}

export const createCredentialAttempts = (): CredentialAttempts => {
  const ofCredentials = createGate()
  const ofAddresses = createGate()
  const afterTooMany = createGate()
  const good = new LRUCache<string, true>({ max: sizeMax })
  const bad = new LRUCache<string, true>({ max: sizeMax, ttl: minuteMs, ttlResolution: 0, perf: clock })

  const judgeNew = async <T>({ address, digest }: Attempt, judge: () => Promise<T>): Promise<T> => {
    const isUsual = await ofAddresses.enter(address)
    if (!isUsual && !(await afterTooMany.enter(address))) throw tooManyFrom(ofAddresses, address)
    const gate = isUsual ? ofAddresses : afterTooMany
    let isFailure = false
    try {
      const outcome = await judge()
      good.set(digest, true)
      return outcome
    } catch (error) {
      isFailure = isGuess(error)
      if (isFailure && !isUsual) throw tooManyFrom(ofAddresses, address, error)
      throw error
    } finally {
      // The same one again tells nothing new about the address.
      const one = `${address} ${digest}`
      gate.leave(address, isFailure && !bad.has(one))
      if (isFailure) bad.set(one, true)
    }
  }

  return {
    judge: async (attempt, judge) => {
      if (good.has(attempt.digest)) return judge()
      const one = `${attempt.address} ${attempt.digest}`
      if (!(await ofCredentials.enter(one)))
        throw tooMany('This credential is not valid and was tried too often.', ofCredentials.secondsLeft(one))
      let isFailure = false
      try {
        return await judgeNew(attempt, judge)
      } catch (error) {
        isFailure = isGuess(error)
        throw error
      } finally {
        ofCredentials.leave(one, isFailure)
      }
    },
  }
}

const isGuess = (error: unknown): boolean => isAppError(error, 'unauthenticated') && !(error instanceof EndedCredential)

const tooManyFrom = (gate: Gate, address: string, cause?: unknown): AppError =>
  tooMany(
    'Too many attempts with credentials that are not valid came from this address.',
    gate.secondsLeft(address),
    cause,
  )

const tooMany = (text: string, retryAfterSeconds: number, cause?: unknown): AppError =>
  new AppError('too-many-requests', `${text} Try again in ${retryAfterSeconds} s.`, {
    cause,
    details: { retryAfterSeconds },
  })

const clock = { now: () => Date.now() }

type Gate = {
  /** False once there were too many failures; waits while those that are inside could make it so. */
  readonly enter: (key: string) => Promise<boolean>
  readonly leave: (key: string, hasFailed: boolean) => void
  readonly secondsLeft: (key: string) => number
}

/** Counts failures for a minute from the first one, and those that are being judged as failures until they are not. */
const createGate = (): Gate => {
  const failures = new LRUCache<string, number>({ max: sizeMax, ttl: minuteMs, ttlResolution: 0, perf: clock })
  const inside = new Map<string, { count: number; waiting: (() => void)[] }>()

  const tryToEnter = (key: string): boolean | undefined => {
    const failed = failures.get(key) ?? 0
    if (failed >= failuresPerMinute) return false
    const present = inside.get(key) ?? { count: 0, waiting: [] }
    if (failed + present.count >= failuresPerMinute) return undefined
    present.count += 1
    inside.set(key, present)
    return true
  }

  const nextToLeave = (key: string, ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      inside.get(key)?.waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })

  return {
    enter: async (key) => {
      const deadline = Date.now() + waitMs
      for (;;) {
        const entered = tryToEnter(key)
        if (entered !== undefined) return entered
        if (Date.now() >= deadline) return false
        await nextToLeave(key, deadline - Date.now())
      }
    },
    leave: (key, hasFailed) => {
      if (hasFailed) failures.set(key, (failures.get(key) ?? 0) + 1, { noUpdateTTL: true })
      const present = inside.get(key)
      if (!present) return
      present.count -= 1
      if (present.count === 0) inside.delete(key)
      for (const wake of present.waiting.splice(0)) wake()
    },
    secondsLeft: (key) => Math.max(1, Math.ceil(Math.min(minuteMs, failures.getRemainingTTL(key)) / 1_000)),
  }
}
