import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
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
    const begun = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    const first = underLease(leasing(timer), async () => {
      begun.resolve()
      await end.promise
    })
    await begun.promise
    let didWork = false
    const second = await underLease(leasing(timer), async () => {
      didWork = true
    })
    end.resolve()
    expect([await first, second, didWork]).toEqual([true, false, false])
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
