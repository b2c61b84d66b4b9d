// How secrets are compared: in a time that tells nothing of them.
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { equalInConstantTime, sha256 } from '../../../shared/auth/digest.ts'

describe('two digests', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    syncBuiltinESMExports()
  })

  it('are equal when all of them is, and nothing shorter or longer', () => {
    const digest = sha256('key')
    expect(equalInConstantTime(digest, sha256('key'))).toBe(true)
    for (const other of [sha256('kez'), digest.slice(0, -1), `${digest}A`, '', `B${digest.slice(1)}`])
      expect([equalInConstantTime(digest, other), equalInConstantTime(other, digest)]).toEqual([false, false])
  })

  it('are compared whole, wherever they differ', () => {
    const compared = vi.spyOn(crypto, 'timingSafeEqual')
    syncBuiltinESMExports()
    for (const secret of ['key', 'kez']) equalInConstantTime(sha256('key'), sha256(secret))
    expect(compared).toHaveBeenCalledTimes(2)
  })
})
