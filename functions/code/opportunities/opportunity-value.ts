// What an opportunity is worth: hours of effort times the hourly rate, in whole minor units of the currency.
import * as z from 'zod'
import type { TenantSettings } from '../../../shared/tenants/tenant-settings.ts'

/** What is missing for a value; empty when there is one. */
export const OpenValue = z.array(z.enum(['effort_hours', 'hourly_rate']))
export type OpenValue = z.infer<typeof OpenValue>

type Money = { readonly amountMinor: number; readonly currency: string }

/** @param effortHours with at most two decimals */
export const valueOf = (
  effortHours: number | undefined,
  hourlyRate: TenantSettings['hourlyRate'],
): { readonly value: Money | null; readonly openValue: OpenValue } => {
  if (effortHours === undefined || hourlyRate === undefined)
    return {
      value: null,
      openValue: [
        ...(effortHours === undefined ? (['effort_hours'] as const) : []),
        ...(hourlyRate === undefined ? (['hourly_rate'] as const) : []),
      ],
    }
  // In hundredths of an hour everything is whole, and nothing is lost to binary fractions. Half a unit is rounded up.
  const hundredths = BigInt(Math.round(effortHours * 100)) * BigInt(hourlyRate.amountMinor)
  return { value: { amountMinor: Number((hundredths + 50n) / 100n), currency: hourlyRate.currency }, openValue: [] }
}
