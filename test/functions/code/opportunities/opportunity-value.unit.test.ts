import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SignificantFinding } from '../../../../functions/code/opportunities/contract.ts'
import { valueOf } from '../../../../functions/code/opportunities/opportunity-value.ts'
import { migration } from './crm-sales.ts'

const amountOf = (hours: number, amountMinor: number): number | undefined =>
  valueOf(hours, { amountMinor, currency: 'EUR' }).value?.amountMinor

const accepts = (effortHours: number): boolean => SignificantFinding.safeParse(migration({ effortHours })).success

describe('the value of an opportunity', () => {
  it.each([
    [120.5, 12_550, 1_512_275],
    [1, 1, 1],
    [0.5, 1, 1],
    [0.49, 1, 0],
    [1.5, 1, 2],
    [2.5, 1, 3],
    [0.25, 2, 1],
    [0.07, 50, 4],
    [0.29, 100, 29],
    [1.15, 100, 115],
    [8.2, 12_345, 101_229],
    [100_000, 100_000_000, 10_000_000_000_000],
  ])('of %d hours at %d is %d: exact, half a unit rounded up', (hours, rate, amount) => {
    expect(amountOf(hours, rate)).toBe(amount)
  })

  it('is the nearest whole number for any hours and rate that are taken', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.integer({ min: 1, max: 100_000_000 }),
        (hundredths, rate) => {
          const hours = Number(`${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`)
          expect(accepts(hours)).toBe(true)
          const amount = amountOf(hours, rate) ?? -1
          expect(Number.isSafeInteger(amount)).toBe(true)
          // In hundredths: at most half a unit above what it should be, and less than half a unit below.
          const excess = BigInt(amount) * 100n - BigInt(hundredths) * BigInt(rate)
          expect(excess > -50n && excess <= 50n).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('keeps the currency', () => {
    const { value, openValue } = valueOf(2, { amountMinor: 9_000, currency: 'JPY' })
    expect({ value, openValue }).toEqual({ value: { amountMinor: 18_000, currency: 'JPY' }, openValue: [] })
  })

  it('is open without hours, without a rate, and without both, and says which', () => {
    const rate = { amountMinor: 1, currency: 'EUR' }
    expect(valueOf(undefined, rate)).toEqual({ value: null, openValue: ['effort_hours'] })
    expect(valueOf(1, undefined)).toEqual({ value: null, openValue: ['hourly_rate'] })
    expect(valueOf(undefined, undefined)).toEqual({ value: null, openValue: ['effort_hours', 'hourly_rate'] })
  })
})

describe('hours of effort', () => {
  it.each([0, -1, 0.001, 1.005, 100_000.01, Number.POSITIVE_INFINITY, Number.NaN])('cannot be %d', (hours) => {
    expect(accepts(hours)).toBe(false)
  })
})
