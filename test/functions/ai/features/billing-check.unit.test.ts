// What is refused of an explanation of an invoice, and what is not: words of its own in any order that are so.
import { describe, expect, it } from 'vitest'
import { factsOf } from '../../../../functions/ai/features/books/billing-explanation/facts.ts'
import { judgeOf } from '../../../../eval/judge.ts'
import { data } from '../../../../shared/ai/safety/prompt-parts.ts'

const line = (id: string, quantity: string, unitPrice: string, amount: string) => ({
  id,
  product: 'Seats 365',
  quantity,
  unitPrice,
  amount,
})
const input = {
  client: { name: 'Northwind' },
  currency: 'EUR',
  invoice: { id: 'i2', period: '2026-11', total: '90.00', lines: [line('1', '9', '10', '90.00')] },
  previous: { id: 'i1', period: '2026-10', total: '40.00', lines: [line('1', '4', '10', '40.00')] },
}
const { BillingExplanationInput } =
  await import('../../../../functions/ai/features/books/billing-explanation/contract.ts')
const judge = await judgeOf('billing-explanation', BillingExplanationInput.parse(input))
const faults = (...texts: string[]) =>
  judge({ sentences: texts.map((text) => ({ text, evidence: ['total', 'quantity:1'] })) })
const rest = ' The quantity of Seats 365 went from 4 to 9.'

describe('an explanation that tells what is so', () => {
  it.each([
    'The total is EUR 90.00; before it was EUR 40.00: EUR 50.00 more.',
    'Your total rose by EUR 50.00, from EUR 40.00 in October to EUR 90.00 in November 2026.',
    'The total was €90.00 in November, up from €40.00 in October.',
    'Compared with October 2026 (EUR 40.00), November is EUR 50.00 higher: EUR 90.00.',
    'Northwind now pays 90 euros rather than 40 euros.',
    'It is no longer EUR 40.00 but EUR 90.00.',
    'The invoice of November is EUR 50.00 more than the EUR 40.00 of October and comes to EUR 90.00.',
    'Before tax, the total is EUR 90.00; it went from EUR 40.00 to EUR 90.00.',
  ])('in its own words is let through: %j', (text) => {
    expect(faults(text + rest)).toEqual([])
  })
})

describe('an explanation that does not', () => {
  it.each([
    ['says less for more', 'The total is EUR 90.00; before it was EUR 40.00: EUR 50.00 less.'],
    ['swaps the totals', 'The total is EUR 40.00; before it was EUR 90.00.'],
    ['swaps the months', 'The total of October was EUR 90.00, that of November is EUR 40.00.'],
    ['has it become the other', 'The total of EUR 90.00 became EUR 40.00.'],
    ['has another currency', 'The total is USD 90.00; before it was USD 40.00.'],
    ['has another currency apart', 'The total is 90.00; before it was 40.00, in USD.'],
    ['has a sign', 'The total is EUR -90.00; before it was EUR 40.00.'],
    ['has a share', 'The total is EUR 90.00; before it was EUR 40.00. This is 9 % of all.'],
    ['has thousands', 'The total is EUR 90.00, in thousands; before it was EUR 40.00.'],
    ['has other digits', 'The total is EUR 90.00; before it was EUR 40.00. You owe EUR ２５.００.'],
    ['has Roman numerals', 'The total is EUR 90.00; before it was EUR 40.00. You owe EUR XCIX.'],
    ['has words of another language', 'The total is EUR 90.00; before it was EUR 40.00. Insgesamt vierzig Euro.'],
    ['tells nothing', 'All is well.'],
  ])('and %s is refused: %j', (_, text) => {
    expect(faults(text + rest)).not.toEqual([])
  })

  it('and leaves the figures of a fact out that it names is refused', () => {
    expect(faults('The total is EUR 90.00; before it was EUR 40.00.')).toEqual([
      expect.stringContaining('leave out 4.00, 9.00') as string,
    ])
  })
})

describe('an invoice whose lines have long ids', () => {
  const long = (end: string) => `${'x'.repeat(99)}${end}`
  const lines = [line(long('a'), '9', '10', '91.00'), line(long('b'), '1', '10', '11.00')]
  const invoice = { ...input.invoice, id: long('c'), total: '90.00', lines }

  it('can be explained by a model, which names what it was shown', async () => {
    const parsed = BillingExplanationInput.parse({ ...input, invoice, previous: undefined })
    const shown = factsOf(parsed).map(({ id, text }) => ({ text, evidence: [data(id, text).sourceId] }))
    expect(shown).toHaveLength(4)
    expect((await judgeOf('billing-explanation', parsed))({ sentences: shown })).toEqual([])
  })

  it('cannot have one id twice', () => {
    const twice = { ...invoice, lines: [lines[0], lines[0]] }
    expect(BillingExplanationInput.safeParse({ ...input, invoice: twice }).error?.issues).toMatchObject([
      { path: ['invoice', 'lines', 1, 'id'] },
    ])
  })
})
