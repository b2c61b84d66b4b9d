// How well tickets are sorted: each against the closed tickets of the other half, as a tenant would have them.
import type { Answerer } from '../answerer.ts'
import type { Measure } from '../measure.ts'
import { type Part, inPart, parts, spread } from '../part.ts'
import { type Ticket, categories, listedTickets, priorities, unlistedTickets } from './tickets.ts'

const feature = 'ticket-suggest'

type Suggested = { readonly value: string } | null
type Suggestion = { readonly category: Suggested; readonly priority: Suggested; readonly resolution: object | null }

export const ticketInputs = (part: Part, max: number) => {
  const closed = parts.filter((other) => other !== part).flatMap((other) => inPart(listedTickets(), other))
  const asked = (ticket: Ticket) => ({ ticket, input: inputOf(ticket, closed) })
  return {
    listed: spread(inPart(listedTickets(), part), max).map(asked),
    unlisted: spread(inPart(unlistedTickets(), part), max).map(asked),
  }
}

const inputOf = ({ title, text }: Ticket, closed: readonly Ticket[]) => ({
  ticket: { title, text },
  categories: [...categories],
  priorities: [...priorities],
  closedTickets: closed.map(({ resolution, ...ticket }) => ({ ...ticket, ...(resolution && { resolution }) })),
})

export const measureTickets = async (answerer: Answerer, part: Part, max: number): Promise<readonly Measure[]> => {
  const { listed, unlisted } = ticketInputs(part, max)
  const suggest = async (input: unknown) => (await answerer.ask(feature, input)) as Suggestion
  const known = []
  for (const { ticket, input } of listed) known.push({ ticket, suggestion: await suggest(input) })
  const unknown = []
  for (const { input } of unlisted) unknown.push(await suggest(input))
  const answered = known.filter(({ suggestion }) => suggestion.category)
  const ranked = known.filter(({ suggestion }) => suggestion.priority)
  const score = (name: string, right: number, of: number, bar?: number): Measure => ({ feature, name, right, of, bar })
  return [
    score(
      'category right, of those suggested',
      answered.filter(({ ticket, suggestion }) => suggestion.category?.value === ticket.category).length,
      answered.length,
      0.7,
    ),
    score('category suggested', answered.length, known.length),
    score(
      'nothing suggested for what is in no category',
      unknown.filter(({ category }) => category === null).length,
      unknown.length,
      0.9,
    ),
    score(
      'priority within one step, of those suggested',
      ranked.filter(({ ticket, suggestion }) => stepsBetween(suggestion.priority?.value, ticket.priority) <= 1).length,
      ranked.length,
    ),
  ]
}

const stepsBetween = (one: string | undefined, other: string): number => {
  const [place, otherPlace] = [one, other].map((value) =>
    (priorities as readonly (string | undefined)[]).indexOf(value),
  )
  return Math.abs((place ?? 0) - (otherPlace ?? 0))
}
