// The cache of answers where what it needs does not answer: nobody waits for what is only to save time.
import { describe, expect, it } from 'vitest'
import { type CachePlace, createAnswerCache } from '../../../../shared/ai/answer-cache/answer-cache.ts'
import type { Sealing } from '../../../../shared/secrets/sealing.ts'
import type { Store } from '../../../../shared/store/store.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'

const never = (): Promise<never> => new Promise(() => {})
const silent = { open: () => ({ answer: { get: never, upsert: never } }) } as unknown as Store
const place: CachePlace = { tenantId: 'northwind', feature: 'code-documentation', digest: 'abc1' }
const seeker = { fits: () => true, signal: new AbortController().signal, waitMs: 50 }
const cacheOf = (sealing: () => Promise<Sealing>) =>
  createAnswerCache({ store: () => silent, sealing, now: () => new Date() })
const quietly = <T>(work: () => Promise<T>): Promise<T> => runWithLogSink(() => {}, work)

describe('a cache that hangs', () => {
  it('finds nothing while its keys are waited for', async () => {
    const question = {
      tenantId: 'northwind',
      feature: 'x',
      promptVersion: '1',
      deployments: [],
      tier: 'ai-pro',
      input: {},
    }
    expect(await quietly(() => cacheOf(never).placeOf(question))).toBeUndefined()
  }, 20_000)

  it('finds nothing while its table is waited for', async () => {
    expect(await quietly(() => cacheOf(never).seek(place, seeker))).toMatchObject({ kind: 'absent' })
  }, 20_000)

  it('holds nobody for longer than they wait for another one who asks the same', async () => {
    const cache = cacheOf(never)
    const first = await quietly(() => cache.seek(place, seeker))
    expect(first.kind).toBe('absent')
    expect(await quietly(() => cache.seek(place, seeker))).toMatchObject({ kind: 'absent' })
  }, 20_000)
})
