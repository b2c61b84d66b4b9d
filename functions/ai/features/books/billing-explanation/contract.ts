// What an invoice is explained from, and how.
import * as z from 'zod'
import { idsOnce } from '../../../../../shared/schema/listed-ids.ts'
import { Evidence, SourceId } from '../../source.ts'

const Decimal = z
  .string()
  .regex(/^-?\d{1,12}(?:\.\d{1,4})?$/, 'must be a decimal number as text, with at most 4 decimals, such as "12.50"')

const Line = z.strictObject({
  id: SourceId,
  product: z.string().trim().min(1).max(200),
  quantity: Decimal,
  unitPrice: Decimal,
  amount: Decimal.describe('As the invoice says it'),
})

const Invoice = z.strictObject({
  id: SourceId,
  period: z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'must be a month, such as 2026-11'),
  lines: z.array(Line).min(1).max(200).check(idsOnce),
  total: Decimal.describe('Of the lines, without tax, as the invoice says it'),
})

export const BillingExplanationInput = z.strictObject({
  client: z.strictObject({ name: z.string().trim().min(1).max(200) }),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be a code of ISO 4217, such as EUR'),
  invoice: Invoice,
  previous: Invoice.optional().describe('The invoice of the month before. Left out: nothing is compared'),
})

export const BillingExplanation = z
  .object({
    sentences: z
      .array(z.object({ text: z.string().min(1).max(600), evidence: Evidence }))
      .min(1)
      .max(60)
      .describe(
        'Evidence names what was computed: total, amount:<line>, sum:<invoice>, new:<line>, gone:<line>, quantity:<line> (with its price, where both have changed) or price:<line>. What is longer than 100 characters is cut, with a # and a fingerprint',
      ),
  })
  .describe('An invoice explained, and what has changed since the month before. Every figure was recomputed')
