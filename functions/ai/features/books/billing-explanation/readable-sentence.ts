// A sentence about an invoice without what only looks like its figures: names of products, and months.
import type * as z from 'zod'
import { withPlainDigits } from '../../../../../shared/ai/safety/plain-digits.ts'
import type { BillingExplanationInput } from './contract.ts'

type Input = z.output<typeof BillingExplanationInput>

/** Stand for the months in what is returned. */
export const monthNow = '«now»'
export const monthBefore = '«before»'

export const readableSentence = ({ client, invoice, previous }: Input, text: string): string => {
  const lines = [...invoice.lines, ...(previous?.lines ?? [])]
  // Longest first: one product may have the name of another in its own.
  const names = [client.name, ...lines.map(({ product }) => product)].toSorted(
    (one, other) => other.length - one.length,
  )
  let rest = withPlainDigits(text)
  for (const name of new Set(names)) rest = rest.replaceAll(withPlainDigits(name), '…')
  rest = rest.replaceAll(monthOf(invoice.period), monthNow)
  if (previous) rest = rest.replaceAll(monthOf(previous.period), monthBefore)
  return rest.replaceAll(/\b\d{4}-\d{2}\b/g, '…')
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** `2026-11`, `November 2026`, `November`. */
const monthOf = (period: string): RegExp => {
  const [year = '', month = ''] = period.split('-')
  return new RegExp(String.raw`\b(?:${period}|${months[Number(month) - 1] ?? period}(?:,? ${year})?)\b`, 'g')
}
