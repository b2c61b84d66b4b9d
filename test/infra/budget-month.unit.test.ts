import { describe, expect, it } from 'vitest'
import { budgetFault } from '../../infra/check/budget-month.ts'

const today = new Date('2026-12-31T23:59:00Z')
const faultOf = (from: string, since?: string) => budgetFault({ from, since, today })

describe('the month from which a budget counts', () => {
  it.each(['2026-12-01', '2027-01-01', '2027-12-01'])('may be %s for a new one', (from) => {
    expect(faultOf(from)).toBeUndefined()
  })

  it.each([
    ['2026-11-01', 'is past. A new budget counts from 2026-12-01 at the earliest'],
    ['2025-12-01', 'is past'],
    ['2028-01-01', 'counts from 2027-12-01 at the latest'],
  ])('may not be %s', (from, words) => {
    expect(faultOf(from)).toContain(`budgetFrom is ${from}`)
    expect(faultOf(from)).toContain(words)
  })

  it('is that of the one that is there, however long ago, and no other', () => {
    expect(faultOf('2024-03-01', '2024-03-01')).toBeUndefined()
    expect(faultOf('2026-12-01', '2024-03-01')).toMatch(/counts from 2024-03-01.*Write 2024-03-01/)
  })
})
