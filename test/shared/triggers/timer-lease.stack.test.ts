import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, inject, it, vi } from 'vitest'
import { createStore } from '../../../shared/store/store.ts'
import { timerLeaseTable, underLease } from '../../../shared/triggers/timer-lease.ts'

const store = createStore({ connectionString: inject('stack').settings['DATA_STORAGE'] ?? '' })
const times = { leaseMs: 600, renewMs: 150, waitMs: 2_000, pollMs: 50 }
const leasing = (timer: string) => ({ store, timer, now: () => new Date(), times })
const newTimer = (): string => `lease-test-${randomUUID()}`
const leaseOf = (timer: string) => store.open(timerLeaseTable).lease.get({ timer })

describe('the lease of a timer', () => {
  it('lets one run work after the other, never two at once', async () => {
    const timer = newTimer()
    let atWork = 0
    let mostAtWork = 0
    const run = () =>
      underLease(leasing(timer), async () => {
        atWork += 1
        mostAtWork = Math.max(mostAtWork, atWork)
        await sleep(100)
        atWork -= 1
      })
    await expect(Promise.all([run(), run(), run()])).resolves.toEqual([true, true, true])
    expect(mostAtWork).toBe(1)
  })

  it('is given back at the end, also when the work failed', async () => {
    const timer = newTimer()
    await expect(underLease(leasing(timer), () => Promise.reject(new Error('work failed')))).rejects.toThrow(
      'work failed',
    )
    expect(await leaseOf(timer)).toBeUndefined()
  })

  it('is renewed for as long as the work lasts, and whoever waits for it in vain does nothing', async () => {
    const timer = newTimer()
    // A clock that moves by hand: a slow machine must not end the lease.
    let at = Date.now()
    const byHand = { ...leasing(timer), now: () => new Date(at) }
    const begun = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    const first = underLease(byHand, async () => {
      begun.resolve()
      await end.promise
    })
    await begun.promise
    let didWork = false
    for (let step = 0; step < 3; step += 1) {
      at += times.leaseMs - 100
      const renewed = new Date(at + times.leaseMs).toISOString()
      await vi.waitFor(async () => expect((await leaseOf(timer))?.value.until).toBe(renewed), { timeout: 20_000 })
      const second = await underLease({ ...byHand, times: { ...times, waitMs: 100 } }, async () => {
        didWork = true
      })
      expect(second).toBe(false)
    }
    end.resolve()
    expect([await first, didWork]).toEqual([true, false])
  })

  it('of a run that was killed is taken over once it has ended', async () => {
    const timer = newTimer()
    const until = new Date(Date.now() + times.leaseMs).toISOString()
    await store.open(timerLeaseTable).lease.insert({ timer, holder: 'killed', until })
    await expect(underLease(leasing(timer), async () => {})).resolves.toBe(true)
  })

  it('that was lost to another tells the work to stop, and is not taken from the other', async () => {
    const timer = newTimer()
    const until = new Date(Date.now() + 60_000).toISOString()
    await underLease(leasing(timer), async (lost) => {
      await store.open(timerLeaseTable).lease.upsert({ timer, holder: 'other', until })
      await new Promise((resolve) => lost.addEventListener('abort', resolve, { once: true }))
    })
    expect((await leaseOf(timer))?.value.holder).toBe('other')
  })
})
