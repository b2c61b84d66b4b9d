// Invoices with the month before, made from a seed, with what is true of them reckoned here in whole cents: the feature reckons in another way.
import { type Random, randomOf } from '../random.ts'

/** What has to be said, and the figures that may be said with it, as they are written. */
export type GoldFact = {
  readonly id: string
  /** Each of them must be there. */
  readonly figures: readonly string[]
}

type Line = {
  readonly id: string
  readonly product: string
  readonly quantity: string
  readonly unitPrice: string
  readonly amount: string
}
type Invoice = { readonly id: string; readonly period: string; readonly lines: readonly Line[]; readonly total: string }

export type InvoiceCase = {
  readonly input: {
    readonly client: { readonly name: string }
    readonly currency: string
    readonly invoice: Invoice
    readonly previous: Invoice
  }
  readonly facts: readonly GoldFact[]
}

const products = [
  'Managed workstation',
  'Managed server',
  'Backup per terabyte',
  'Email security',
  'Office licence',
  'Endpoint protection',
  'Firewall rental',
  'Desk phone',
  'Technician hours',
  'Line to the data centre',
  'Domain and DNS',
  'Awareness training',
]
const clients = ['Northwind', 'Harbour Clinic', 'Aldergate Legal', 'Ridge Foods', 'Vale Timber']

export const invoiceCases = (count = 60): readonly InvoiceCase[] =>
  Array.from({ length: count }, (_, index) => invoiceCase(index))

/** Quantities in quarters, prices and amounts in cents. */
type Position = { readonly product: string; readonly quarters: number; readonly cents: number; readonly slip: number }

const invoiceCase = (index: number): InvoiceCase => {
  const random = randomOf(index + 71)
  const before = products.filter(() => random.chance(0.5)).map((product) => position(random, product))
  const kept = before.length === 0 ? [position(random, 'Managed server')] : before
  const now = [
    ...kept.filter((_, place) => place === 0 || random.chance(0.85)).map((one) => changed(random, one)),
    ...products
      .filter((product) => !kept.some((one) => one.product === product) && random.chance(0.2))
      .map((product) => position(random, product)),
  ]
  const totalSlip = random.chance(0.2) ? random.pick([-1_000, -1, 1, 990]) : 0
  const currency = random.pick(['EUR', 'USD', 'GBP'])
  const previous = invoiceOf(`inv-${index}-10`, '2026-10', 'k', kept, 0)
  const invoice = invoiceOf(`inv-${index}-11`, '2026-11', 'l', now, totalSlip)
  return {
    input: { client: { name: random.pick(clients) }, currency, invoice, previous },
    facts: goldOf({ kept, now, totalSlip, invoiceId: invoice.id }),
  }
}

const position = (random: Random, product: string): Position => ({
  product,
  quarters: product === 'Technician hours' ? random.between(1, 90) : 4 * random.between(1, 140),
  cents: random.between(99, 14_999),
  slip: 0,
})

/** Most lines stay as they were; some have another quantity, some another price, some an amount that is wrong. */
const changed = (random: Random, one: Position): Position => ({
  ...one,
  quarters: random.chance(0.3) ? one.quarters + 4 * random.between(1, 9) : one.quarters,
  cents: random.chance(0.15) ? one.cents + random.pick([-50, 25, 100, 333]) : one.cents,
  slip: random.chance(0.15) ? random.pick([-700, -1, 1, 1_250]) : 0,
})

/** To the nearest cent, half a cent up. */
const productOf = ({ quarters, cents }: Position): number => Math.floor((quarters * cents + 2) / 4)
const amountOf = (one: Position): number => productOf(one) + one.slip
const sumOf = (positions: readonly Position[]): number => positions.reduce((sum, one) => sum + amountOf(one), 0)

const invoiceOf = (id: string, period: string, key: string, positions: readonly Position[], slip: number): Invoice => ({
  id,
  period,
  lines: positions.map((one, place) => ({
    id: `${key}${place + 1}`,
    product: one.product,
    quantity: quantity(one.quarters),
    unitPrice: money(one.cents),
    amount: money(amountOf(one)),
  })),
  total: money(sumOf(positions) + slip),
})

const money = (cents: number): string => (cents / 100).toFixed(2)
const quantity = (quarters: number): string => String(quarters / 4)

type Known = {
  readonly kept: readonly Position[]
  readonly now: readonly Position[]
  readonly totalSlip: number
  readonly invoiceId: string
}

const goldOf = ({ kept, now, totalSlip, invoiceId }: Known): readonly GoldFact[] => {
  const [total, totalBefore] = [sumOf(now) + totalSlip, sumOf(kept)]
  const difference = (one: number, other: number) => (one === other ? [] : [money(Math.abs(one - other))])
  return [
    { id: 'total', figures: [money(total), money(totalBefore), ...difference(total, totalBefore)] },
    ...now.flatMap((one, place) => lineFacts(one, `l${place + 1}`, kept)),
    ...kept.flatMap((one, place) =>
      now.some(({ product }) => product === one.product)
        ? []
        : [{ id: `gone:k${place + 1}`, figures: [money(amountOf(one))] }],
    ),
    ...(totalSlip === 0 ? [] : [{ id: `sum:${invoiceId}`, figures: [money(sumOf(now)), money(total)] }]),
  ]
}

const lineFacts = (one: Position, id: string, kept: readonly Position[]): readonly GoldFact[] => {
  const before = kept.find(({ product }) => product === one.product)
  const amounts = before
    ? [money(amountOf(before)), money(amountOf(one))].concat(
        amountOf(before) === amountOf(one) ? [] : [money(Math.abs(amountOf(before) - amountOf(one)))],
      )
    : []
  // Quantity and price that change together are one change: each by itself did not make the difference.
  const changes = before
    ? [
        ...(before.quarters === one.quarters ? [] : [quantity(before.quarters), quantity(one.quarters)]),
        ...(before.cents === one.cents ? [] : [money(before.cents), money(one.cents)]),
      ]
    : []
  return [
    ...(before ? [] : [{ id: `new:${id}`, figures: [quantity(one.quarters), money(one.cents), money(amountOf(one))] }]),
    ...(before && changes.length > 0
      ? [{ id: `${before.quarters === one.quarters ? 'price' : 'quantity'}:${id}`, figures: [...changes, ...amounts] }]
      : []),
    ...(one.slip === 0
      ? []
      : [
          {
            id: `amount:${id}`,
            figures: [
              money(amountOf(one)),
              quantity(one.quarters),
              money(one.cents),
              money(productOf(one)),
              money(Math.abs(one.slip)),
            ],
          },
        ]),
  ]
}
