// What can be said of an invoice: its total, what differs from the month before, and where it contradicts itself. All of it computed.
import type * as z from 'zod'
import type { BillingExplanationInput } from './contract.ts'
import { type Money, moneyOf, product, shown } from './money.ts'

type Input = z.output<typeof BillingExplanationInput>
type Invoice = Input['invoice']

export type BillingFact = {
  /** `total`, `sum:<invoice>`, or what is so and the line: `amount: new: gone: quantity: price:`. */
  readonly id: string
  readonly text: string
}

export const factsOf = (input: Input): readonly BillingFact[] => [
  totalFact(input),
  ...(input.previous ? changes(input.invoice, input.previous, input.currency) : []),
  ...contradictions(input.invoice, input.currency),
]

const totalFact = ({ invoice, previous, currency }: Input): BillingFact => {
  const total = moneyOf(invoice.total)
  const now = `The total of ${invoice.period} is ${currency} ${shown(total)}`
  if (!previous) return { id: 'total', text: `${now}.` }
  const before = moneyOf(previous.total)
  return {
    id: 'total',
    text: `${now}; the total of ${previous.period} was ${currency} ${shown(before)}: ${differenceOf(before, total, currency)}.`,
  }
}

const differenceOf = (before: Money, after: Money, currency: string): string => {
  if (before === after) return 'no difference'
  return after > before ? `${currency} ${shown(after - before)} more` : `${currency} ${shown(before - after)} less`
}

/** Lines of one product are one: an invoice may name it for each site. */
type Group = {
  readonly lineId: string
  readonly name: string
  readonly quantity: Money
  readonly amount: Money
  readonly price: Money | undefined
}

const groupsOf = ({ lines }: Invoice): ReadonlyMap<string, Group> => {
  const groups = new Map<string, Group>()
  for (const line of lines) {
    const price = moneyOf(line.unitPrice)
    const known = groups.get(line.product)
    groups.set(line.product, {
      lineId: known?.lineId ?? line.id,
      name: line.product,
      quantity: (known?.quantity ?? 0n) + moneyOf(line.quantity),
      amount: (known?.amount ?? 0n) + moneyOf(line.amount),
      price: known && known.price !== price ? undefined : price,
    })
  }
  return groups
}

const changes = (invoice: Invoice, previous: Invoice, currency: string): readonly BillingFact[] => {
  const [now, before] = [groupsOf(invoice), groupsOf(previous)]
  const fact = (kind: string, { lineId }: Group, text: string): BillingFact => ({ id: `${kind}:${lineId}`, text })
  const added = [...now.values()].filter(({ name }) => !before.has(name))
  const gone = [...before.values()].filter(({ name }) => !now.has(name))
  return [
    ...added.map((group) =>
      fact('new', group, `New: ${quantityOf(group, currency)}: ${currency} ${shown(group.amount)}.`),
    ),
    ...gone.map((group) =>
      fact(
        'gone',
        group,
        `No longer there: ${group.name}, which was ${currency} ${shown(group.amount)} in ${previous.period}.`,
      ),
    ),
    ...[...now.values()].flatMap((group) => {
      const other = before.get(group.name)
      return other ? changesOf(group, other, currency, fact) : []
    }),
  ]
}

const quantityOf = ({ name, quantity, price }: Group, currency: string): string =>
  `${name}, ${shown(quantity, 0)}${price === undefined ? '' : ` at ${currency} ${shown(price)} each`}`

const changesOf = (
  now: Group,
  before: Group,
  currency: string,
  fact: (kind: string, group: Group, text: string) => BillingFact,
): readonly BillingFact[] => {
  const difference = `${currency} ${shown(before.amount)} became ${currency} ${shown(now.amount)}, ${differenceOf(before.amount, now.amount, currency)}`
  const prices = now.price !== undefined && before.price !== undefined && now.price !== before.price
  return [
    ...(now.quantity === before.quantity
      ? []
      : [
          fact(
            'quantity',
            now,
            `The quantity of ${now.name} went from ${shown(before.quantity, 0)} to ${shown(now.quantity, 0)}: ${difference}.`,
          ),
        ]),
    ...(prices
      ? [
          fact(
            'price',
            now,
            `The price of ${now.name} went from ${currency} ${shown(before.price)} to ${currency} ${shown(now.price)} each: ${difference}.`,
          ),
        ]
      : []),
  ]
}

/** A difference is said, not smoothed. */
const contradictions = (invoice: Invoice, currency: string): readonly BillingFact[] => {
  const lines = invoice.lines.flatMap(({ id, product: name, quantity, unitPrice, amount }) => {
    const [said, computed] = [moneyOf(amount), product(moneyOf(quantity), moneyOf(unitPrice))]
    if (said === computed) return []
    const text = `The line ${id}, ${name}, says ${currency} ${shown(said)}, but ${quantity} at ${currency} ${unitPrice} make ${currency} ${shown(computed)}: ${currency} ${shown(said > computed ? said - computed : computed - said)} too ${said > computed ? 'much' : 'little'}. Have it checked.`
    return [{ id: `amount:${id}`, text }]
  })
  const sum = invoice.lines.reduce((all, { amount }) => all + moneyOf(amount), 0n)
  const total = moneyOf(invoice.total)
  if (sum === total) return lines
  const text = `The lines of ${invoice.id} add up to ${currency} ${shown(sum)}, but its total says ${currency} ${shown(total)}. Have it checked.`
  return [...lines, { id: `sum:${invoice.id}`, text }]
}
