// Floods of a queue, in simulated time.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Lane, createLane, headStartMs } from '../../../../shared/ai/limits/lane.ts'
import type { AiTier } from '../../../../shared/peers/hub/vocabulary.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const clock = () => Date.now()
const forever = () => ({ signal: new AbortController().signal, waitMs: 600_000 })
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

type Load = { readonly tier: AiTier; readonly everyMs: number; readonly callMs: number; readonly forMs: number }

/** How long each call has waited; undefined for one that was refused. */
const load = async (lane: Lane, { tier, everyMs, callMs, forMs }: Load): Promise<readonly (number | undefined)[]> => {
  const calls: Promise<number | undefined>[] = []
  const call = async (): Promise<number | undefined> => {
    const since = clock()
    try {
      const place = await lane.enter(tier, forever())
      const waited = clock() - since
      await sleep(callMs)
      place.release()
      return waited
    } catch {
      return undefined
    }
  }
  for (let at = 0; at < forMs; at += everyMs) {
    calls.push(call())
    await sleep(everyMs)
  }
  return Promise.all(calls)
}

const percentile = (waits: readonly (number | undefined)[], part: number): number => {
  const sorted = waits.map((wait) => wait ?? Infinity).toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

describe('a flood of Basic', () => {
  it('does not make Enterprise wait, and goes on itself', async () => {
    const lane = createLane({ places: { shared: 8, enterprise: 4 }, clock })
    const flood = load(lane, { tier: 'ai-basic', everyMs: 20, callMs: 500, forMs: 60_000 })
    const enterprise = load(lane, { tier: 'ai-enterprise', everyMs: 250, callMs: 500, forMs: 60_000 })
    await vi.advanceTimersByTimeAsync(200_000)
    expect(percentile(await enterprise, 0.99)).toBeLessThan(100)
    const served = (await flood).filter((wait) => wait !== undefined)
    // All that the shared places can do: 16 calls a second.
    expect(served.length).toBeGreaterThan(900)
  })

  it('does not make Pro wait longer than the calls that are at work', async () => {
    const lane = createLane({ places: { shared: 8, enterprise: 0 }, clock })
    void load(lane, { tier: 'ai-basic', everyMs: 20, callMs: 500, forMs: 8_000 })
    const pro = load(lane, { tier: 'ai-pro', everyMs: 500, callMs: 500, forMs: 8_000 })
    await vi.advanceTimersByTimeAsync(100_000)
    expect(percentile(await pro, 0.99)).toBeLessThan(600)
  })
})

describe('a flood of higher tiers', () => {
  it('overtakes nobody who has waited as long as their head start', async () => {
    const lane = createLane({ places: { shared: 1, enterprise: 0 }, clock })
    const flood = load(lane, { tier: 'ai-pro', everyMs: 1_000, callMs: 1_100, forMs: 120_000 })
    await vi.advanceTimersByTimeAsync(1)
    const since = clock()
    let waited = Infinity
    void lane.enter('ai-basic', forever()).then((place) => {
      waited = clock() - since
      place.release()
      return undefined
    })
    await vi.advanceTimersByTimeAsync(300_000)
    await flood
    // Those of Pro that came within their head start go first, and no others.
    expect(waited).toBeLessThan((headStartMs['ai-pro'] / 1_000 + 2) * 1_100)
    expect(waited).toBeGreaterThan(headStartMs['ai-pro'])
  })

  it('takes no place in the queue of Basic', async () => {
    const lane = createLane({ places: { shared: 1, enterprise: 0 }, clock })
    const refused: unknown[] = []
    for (let count = 0; count < 600; count += 1)
      void lane.enter('ai-pro', forever()).catch((error: unknown) => refused.push(error))
    await vi.advanceTimersByTimeAsync(0)
    expect(refused).toHaveLength(99)
    expect(refused[0]).toMatchObject({ code: 'ai-busy', details: { retryAfterSeconds: expect.any(Number) as number } })
    void lane.enter('ai-basic', forever())
    expect(lane.waiting()).toBe(501)
  })
})

describe('a call that waits', () => {
  it('is refused when its deadline is over, and leaves the queue when its caller does', async () => {
    const lane = createLane({ places: { shared: 1, enterprise: 0 }, clock })
    const place = await lane.enter('ai-basic', forever())
    const late = lane.enter('ai-basic', { ...forever(), waitMs: 1_000 })
    const caller = new AbortController()
    const left = lane.enter('ai-basic', { ...forever(), signal: caller.signal })
    const [isLate, hasLeft] = [
      expect(late).rejects.toMatchObject({ code: 'ai-busy' }),
      expect(left).rejects.toThrow('left'),
    ]
    caller.abort(new Error('left'))
    await vi.advanceTimersByTimeAsync(1_000)
    await Promise.all([isLate, hasLeft])
    expect(lane.waiting()).toBe(0)
    place.release()
    place.release()
    await lane.enter('ai-basic', forever())
    // One place, however often the first one was released.
    void lane.enter('ai-basic', forever())
    expect(lane.waiting()).toBe(1)
  })

  it('is refused at once when it would wait for longer than it may', async () => {
    const lane = createLane({ places: { shared: 1, enterprise: 0 }, clock })
    const first = await lane.enter('ai-basic', forever())
    await vi.advanceTimersByTimeAsync(10_000)
    first.release()
    for (let count = 0; count < 3; count += 1) void lane.enter('ai-basic', forever())
    await expect(lane.enter('ai-basic', { ...forever(), waitMs: 5_000 })).rejects.toMatchObject({ code: 'ai-busy' })
  })
})
