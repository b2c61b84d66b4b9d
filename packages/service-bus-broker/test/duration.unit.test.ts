import { describe, expect, it } from 'vitest'
import { parseDuration } from '../src/duration.ts'

describe('a duration', () => {
  it.each([
    ['PT20S', 20_000],
    ['PT1M', 60_000],
    ['PT1M30S', 90_000],
    ['P14D', 1_209_600_000],
    ['P1DT2H', 93_600_000],
    ['PT0.5S', 500],
    ['P10675199DT2H48M5.4775807S', 922_337_203_685_478],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', 'P', 'PT', '1M', 'P1M', 'PT1', 'P1DT', 'pt1m', 'PT-1S', '00:01:00'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})
