import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { EndedCredential } from '../../../shared/auth/ended-credential.ts'
import { createCredentialAttempts } from '../../../shared/auth/credential-attempts.ts'

const wrong = (): Promise<never> => Promise.reject(new AppError('unauthenticated', 'not valid'))
const ended = (): Promise<never> => Promise.reject(new EndedCredential('over'))
const valid = (): Promise<string> => Promise.resolve('mia')

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'good',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

const from = '10.0.0.1'

describe('credentials', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const fail = async (attempts: ReturnType<typeof createCredentialAttempts>, count: number, address = from) => {
    const codes: string[] = []
    for (let at = 0; at < count; at++)
      codes.push(await outcomeOf(attempts.judge({ address, digest: `wrong-${address}-${at}` }, wrong)))
    return codes
  }
  const all = (count: number, code: string) => Array.from({ length: count }, () => code)

  it('that are wrong are answered twenty times a minute from one address', async () => {
    const attempts = createCredentialAttempts()
    expect(await fail(attempts, 20)).toEqual(all(20, 'unauthenticated'))
    expect(await outcomeOf(attempts.judge({ address: from, digest: 'another' }, wrong))).toBe('too-many-requests')
    expect(await outcomeOf(attempts.judge({ address: '10.0.0.2', digest: 'another' }, wrong))).toBe('unauthenticated')
    vi.advanceTimersByTime(60_001)
    expect(await outcomeOf(attempts.judge({ address: from, digest: 'one more' }, wrong))).toBe('unauthenticated')
  })

  it('tell when to come again, counted from the first failure', async () => {
    const attempts = createCredentialAttempts()
    await fail(attempts, 19)
    vi.advanceTimersByTime(12_500)
    await outcomeOf(attempts.judge({ address: from, digest: 'x' }, wrong))
    await expect(attempts.judge({ address: from, digest: 'y' }, wrong)).rejects.toMatchObject({
      message: 'Too many attempts with credentials that are not valid came from this address. Try again in 48 s.',
      details: { retryAfterSeconds: 48 },
    })
  })

  it('that are wrong are judged forty times a minute at most, however many come at once', async () => {
    const attempts = createCredentialAttempts()
    const judge = vi.fn(async () => {
      await Promise.resolve()
      return wrong()
    })
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, at) => outcomeOf(attempts.judge({ address: from, digest: `${at}` }, judge))),
    )
    expect(outcomes.filter((code) => code === 'unauthenticated')).toHaveLength(20)
    expect(outcomes.filter((code) => code === 'too-many-requests')).toHaveLength(280)
    expect(judge).toHaveBeenCalledTimes(40)
  })

  it('that are good pass all at once', async () => {
    const attempts = createCredentialAttempts()
    const outcomes = await Promise.all(
      Array.from({ length: 300 }, (_, at) => outcomeOf(attempts.judge({ address: from, digest: `${at}` }, valid))),
    )
    expect(outcomes).toEqual(all(300, 'good'))
  })

  it('that are good pass whatever their address has done, new ones as well', async () => {
    const attempts = createCredentialAttempts()
    await attempts.judge({ address: from, digest: 'mia' }, valid)
    await fail(attempts, 20)
    expect(await outcomeOf(attempts.judge({ address: from, digest: 'mia' }, valid))).toBe('good')
    expect(await outcomeOf(attempts.judge({ address: from, digest: 'noah' }, valid))).toBe('good')
    await fail(attempts, 60)
    expect(await outcomeOf(attempts.judge({ address: from, digest: 'mia' }, valid))).toBe('good')
    expect(await outcomeOf(attempts.judge({ address: from, digest: 'noah' }, valid))).toBe('good')
  })

  it('that are one and the same close themselves and not their address', async () => {
    const attempts = createCredentialAttempts()
    const stale = () => outcomeOf(attempts.judge({ address: from, digest: 'stale' }, wrong))
    for (let count = 0; count < 20; count++) expect(await stale()).toBe('unauthenticated')
    await expect(attempts.judge({ address: from, digest: 'stale' }, wrong)).rejects.toMatchObject({
      message: 'This credential is not valid and was tried too often. Try again in 60 s.',
    })
    expect(await outcomeOf(attempts.judge({ address: '10.0.0.2', digest: 'stale' }, wrong))).toBe('unauthenticated')
    expect(await fail(attempts, 19)).toEqual(all(19, 'unauthenticated'))
    expect(await outcomeOf(attempts.judge({ address: from, digest: 'last' }, wrong))).toBe('too-many-requests')
  })

  it('that have ended are not counted, and neither is what failed for another reason', async () => {
    const attempts = createCredentialAttempts()
    const away = () => Promise.reject(new AppError('storage-unavailable', 'away'))
    for (let count = 0; count < 50; count++) {
      expect(await outcomeOf(attempts.judge({ address: from, digest: 'tab' }, ended))).toBe('unauthenticated')
      expect(await outcomeOf(attempts.judge({ address: from, digest: 'tab' }, away))).toBe('storage-unavailable')
    }
    expect(await fail(attempts, 20)).toEqual(all(20, 'unauthenticated'))
  })

  it('wait for others that are being judged, and not for ever', async () => {
    const attempts = createCredentialAttempts()
    const hanging = () => new Promise<never>(() => undefined)
    for (let at = 0; at < 20; at++) void attempts.judge({ address: from, digest: `slow-${at}` }, hanging)
    const waiting = outcomeOf(attempts.judge({ address: from, digest: 'mia' }, valid))
    await vi.advanceTimersByTimeAsync(5_001)
    expect(await waiting).toBe('good')
  })
})
