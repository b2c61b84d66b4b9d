// A change that somebody else overtook is made again.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'

/** Fails so many times, then answers how often it was tried. */
const failing = (times: number, failure: () => Error) => {
  let tries = 0
  const attempt = async (): Promise<number> => {
    tries += 1
    if (tries <= times) throw failure()
    return tries
  }
  return { attempt, tries: () => tries }
}

const conflict = (): Error => new AppError('conflict', 'It was changed.')

describe('a change that meets others', () => {
  it('is made again from the start until it gets through', async () => {
    await expect(retryOnConflict(failing(3, conflict).attempt)).resolves.toBe(4)
  })

  it('is given up after 20 tries with the conflict', async () => {
    const { attempt, tries } = failing(100, conflict)
    await expect(retryOnConflict(attempt)).rejects.toMatchObject({ code: 'conflict' })
    expect(tries()).toBe(20)
  })

  it('is not made again for any other failure', async () => {
    const { attempt, tries } = failing(1, () => new AppError('storage-unavailable', 'It is away.'))
    await expect(retryOnConflict(attempt)).rejects.toMatchObject({ code: 'storage-unavailable' })
    expect(tries()).toBe(1)
  })

  it('is not made again for a conflict that is not its own', async () => {
    const { attempt, tries } = failing(1, conflict)
    await expect(retryOnConflict(attempt, { isConflict: () => false })).rejects.toMatchObject({ code: 'conflict' })
    expect(tries()).toBe(1)
  })

  it('is not made again once it is told to stop', async () => {
    const { attempt, tries } = failing(1, conflict)
    await expect(retryOnConflict(attempt, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'conflict' })
    expect(tries()).toBe(1)
  })
})
