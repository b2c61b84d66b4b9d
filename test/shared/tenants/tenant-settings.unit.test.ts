import { describe, expect, it } from 'vitest'
import { TenantSettings, tenantSettingsTable } from '../../../shared/tenants/tenant-settings.ts'

const dayMs = 86_400_000

describe('settings of a tenant', () => {
  it.each([
    ['no rate', { amountMinor: 0, currency: 'EUR' }],
    ['a negative rate', { amountMinor: -1, currency: 'EUR' }],
    ['a fraction of a cent', { amountMinor: 1.5, currency: 'EUR' }],
    ['a rate beyond all reason', { amountMinor: 100_000_001, currency: 'EUR' }],
    ['a currency in lower case', { amountMinor: 1, currency: 'eur' }],
    ['no currency', { amountMinor: 1 }],
  ])('cannot have %s', (_, hourlyRate) => {
    expect(TenantSettings.safeParse({ hourlyRate }).success).toBe(false)
  })

  it('need a priority for each severity', () => {
    expect(TenantSettings.safeParse({ severityMapping: { critical: 'P1', high: 'P2', medium: 'P3' } }).success).toBe(
      false,
    )
  })

  it('are kept for good, and their changes for 400 days', () => {
    const { settings, change } = tenantSettingsTable.kinds
    expect(settings.keepUntil({}, 0)).toBeUndefined()
    expect(change.keepUntil({}, 0)).toBe(400 * dayMs)
  })
})
