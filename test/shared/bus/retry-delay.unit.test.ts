import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstDelayMs, retryDelayMs, retryForMs } from '../../../shared/bus/retry-delay.ts'
import { loadConfig } from '../../../shared/config/config.ts'

const firstMs = 15_000
const [none, all] = [() => 0, () => 1]

describe('the wait before a message is tried again', () => {
  it.each([
    [1, 15_000],
    [2, 30_000],
    [5, 240_000],
    [8, 1_920_000],
    [9, 3_600_000],
    [9_999, 3_600_000],
  ])('before attempt %i + 1 is between half and all of %i ms', (attempt, full) => {
    expect(retryDelayMs(attempt, { firstMs }, none)).toBe(full / 2)
    expect(retryDelayMs(attempt, { firstMs }, all)).toBe(full)
  })

  it('is what the peer asks for when that is longer, and a day at most', () => {
    expect(retryDelayMs(1, { firstMs, retryAfterSeconds: 120.5 }, all)).toBe(120_500)
    expect(retryDelayMs(9, { firstMs, retryAfterSeconds: 120 }, none)).toBe(1_800_000)
    expect(retryDelayMs(1, { firstMs, retryAfterSeconds: 1e9 }, all)).toBe(retryForMs)
  })

  it('lets a message be tried some thirty times in a day, and never without a pause', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (randoms) => {
        let [elapsed, attempt] = [0, 1]
        for (; elapsed <= retryForMs; attempt += 1) {
          const wait = retryDelayMs(attempt, { firstMs }, () => randoms.next().value as number)
          expect(wait).toBeGreaterThanOrEqual(firstMs / 2)
          elapsed += wait
        }
        expect(attempt).toBeGreaterThan(25)
        expect(attempt).toBeLessThan(65)
      }),
    )
  })

  it('begins as the setting says, and with 15 seconds when the setting is not usable', () => {
    expect(firstDelayMs(loadConfig({ MESSAGE_RETRY_SECONDS: '2' }))).toBe(2_000)
    expect(firstDelayMs(loadConfig({}))).toBe(15_000)
    expect(firstDelayMs(loadConfig({ MESSAGE_RETRY_SECONDS: 'soon' }))).toBe(15_000)
  })
})
