// What can be said of an invoice: its total, what differs from the month before, and where it contradicts itself. All of it computed.
import { createHash } from 'node:crypto'
import type * as z from 'zod'
import type { BillingExplanationInput } from './contract.ts'
import { type Money, moneyOf, product, shown } from './money.ts'

type Input = z.output<typeof BillingExplanationInput>
type Invoice = Input['invoice']

export type BillingFact = {
  /** `total`, `sum:<invoice>`, or what is so and the line: `amount: new: gone: quantity: price:`. */
  readonly id: string
  readonly text: string
  /** What has to be told of it. A difference may be left out where both sums are told. */
  readonly figures: readonly Money[]
  /** What was one thing before and is another now. */
  readonly changes: readonly Change[]
}

export type Change = { readonly before: Money; readonly now: Money }

/** What a prompt takes of an id. */
const idMax = 100

/** An id of Books that is too long with its kind is cut, and has a fingerprint for its rest. */
const factId = (kind: string, id: string): string => {
  const whole = `${kind}:${id}`
  if (whole.length <= idMax) return whole
  const mark = createHash('sha256').update(id).digest('hex').slice(0, 12)
  return `${whole.slice(0, idMax - mark.length - 1)}#${mark}`
}

export const factsOf = (input: Input): readonly BillingFact[] => [
  totalFact(input),
  ...(input.previous ? changes(input.invoice, input.previous, input.currency) : []),
  ...contradictions(input.invoice, input.currency),
]

const totalFact = ({ invoice, previous, currency }: Input): BillingFact => {
  const total = moneyOf(invoice.total)
  const now = `The total of ${invoice.period} is ${currency} ${shown(total)}`
  if (!previous) return { id: 'total', text: `${now}.`, figures: [total], changes: [] }
  const before = moneyOf(previous.total)
  return {
    id: 'total',
    text: `${now}; the total of ${previous.period} was ${currency} ${shown(before)}: ${differenceOf(before, total, currency)}.`,
    figures: [before, total],
    changes: [{ before, now: total }],
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

type MakeFact = (
  kind: string,
  group: Group,
  told: { readonly text: string; readonly figures?: readonly Money[]; readonly changes?: readonly Change[] },
) => BillingFact

const changes = (invoice: Invoice, previous: Invoice, currency: string): readonly BillingFact[] => {
  const [now, before] = [groupsOf(invoice), groupsOf(previous)]
  const fact: MakeFact = (kind, { lineId }, { text, figures = [], changes: own = [] }) => ({
    id: factId(kind, lineId),
    text,
    figures: [...figures, ...own.flatMap((one) => [one.before, one.now])],
    changes: own,
  })
  const added = [...now.values()].filter(({ name }) => !before.has(name))
  const gone = [...before.values()].filter(({ name }) => !now.has(name))
  return [
    ...added.map((group) =>
      fact('new', group, {
        text: `New: ${quantityOf(group, currency)}: ${currency} ${shown(group.amount)}.`,
        figures: [group.quantity, group.amount, ...(group.price === undefined ? [] : [group.price])],
      }),
    ),
    ...gone.map((group) =>
      fact('gone', group, {
        text: `No longer there: ${group.name}, which was ${currency} ${shown(group.amount)} in ${previous.period}.`,
        figures: [group.amount],
      }),
    ),
    ...[...now.values()].flatMap((group) => {
      const other = before.get(group.name)
      return other ? changesOf(group, other, currency, fact) : []
    }),
  ]
}

const quantityOf = ({ name, quantity, price }: Group, currency: string): string =>
  `${name}, ${shown(quantity, 0)}${price === undefined ? '' : ` at ${currency} ${shown(price)} each`}`

const changesOf = (now: Group, before: Group, currency: string, fact: MakeFact): readonly BillingFact[] => {
  const difference = `${currency} ${shown(before.amount)} became ${currency} ${shown(now.amount)}, ${differenceOf(before.amount, now.amount, currency)}`
  const amounts = { before: before.amount, now: now.amount }
  const quantities = { before: before.quantity, now: now.quantity }
  const quantityText = `The quantity of ${now.name} went from ${shown(before.quantity, 0)} to ${shown(now.quantity, 0)}`
  const prices =
    now.price !== undefined && before.price !== undefined && now.price !== before.price
      ? { before: before.price, now: now.price }
      : undefined
  const priceText = prices && `from ${currency} ${shown(prices.before)} to ${currency} ${shown(prices.now)} each`
  // Of both together: told apart, each would seem to make the whole difference.
  if (prices && now.quantity !== before.quantity)
    return [
      fact('quantity', now, {
        text: `${quantityText}, and its price ${priceText}: ${difference}.`,
        changes: [quantities, prices, amounts],
      }),
    ]
  if (prices)
    return [
      fact('price', now, {
        text: `The price of ${now.name} went ${priceText}: ${difference}.`,
        changes: [prices, amounts],
      }),
    ]
  return now.quantity === before.quantity
    ? []
    : [fact('quantity', now, { text: `${quantityText}: ${difference}.`, changes: [quantities, amounts] })]
}

/** A difference is said, not smoothed. */
const contradictions = (invoice: Invoice, currency: string): readonly BillingFact[] => {
  const lines = invoice.lines.flatMap(({ id, product: name, quantity, unitPrice, amount }) => {
    const [said, computed] = [moneyOf(amount), product(moneyOf(quantity), moneyOf(unitPrice))]
    if (said === computed) return []
    const text = `The line ${id}, ${name}, says ${currency} ${shown(said)}, but ${quantity} at ${currency} ${unitPrice} make ${currency} ${shown(computed)}: ${currency} ${shown(said > computed ? said - computed : computed - said)} too ${said > computed ? 'much' : 'little'}.`
    return [{ id: factId('amount', id), text, figures: [said, computed], changes: [] }]
  })
  const sum = invoice.lines.reduce((all, { amount }) => all + moneyOf(amount), 0n)
  const total = moneyOf(invoice.total)
  if (sum === total) return lines
  const text = `The lines of ${invoice.id} add up to ${currency} ${shown(sum)}, but its total says ${currency} ${shown(total)}.`
  return [...lines, { id: factId('sum', invoice.id), text, figures: [sum, total], changes: [] }]
}
