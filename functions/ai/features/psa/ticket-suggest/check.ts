// What a suggestion must keep to: the tenant's own words, and tickets that say so.
import type * as z from 'zod'
import { termSetOf } from '../../../../../shared/ai/offline/terms.ts'
import { unsupportedFigures } from '../../../../../shared/ai/safety/citations.ts'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import { ticketId, type TicketSuggestInput, type TicketSuggestion } from './contract.ts'
import { leastOf } from './least-confidence.ts'
import { shownMax } from './shown-tickets.ts'
import { closedTextOf, textOf } from './ticket-text.ts'

type Input = z.output<typeof TicketSuggestInput>
type Suggestion = z.output<typeof TicketSuggestion>

export const check = (input: Input, suggestion: Suggestion): readonly AnswerFault[] => [
  ...outsideOfTheLists(input, suggestion),
  ...ofOtherTickets(input, suggestion),
  ...faultsOfResolution(input, suggestion),
  ...uncertain(input, suggestion),
  ...known(input, suggestion),
  ...faultsOfReason(input, suggestion),
]

const fault = (path: readonly string[], message: string): AnswerFault => ({ path, message })

const outsideOfTheLists = (
  { categories, priorities }: Input,
  { category, priority }: Suggestion,
): readonly AnswerFault[] => [
  ...(category && !categories.includes(category.value)
    ? [fault(['category', 'value'], 'is none of the categories')]
    : []),
  ...(priority && !priorities.includes(priority.value)
    ? [fault(['priority', 'value'], 'is none of the priorities')]
    : []),
]

/** Closed tickets speak for the category that they have. */
const ofOtherTickets = ({ closedTickets }: Input, { category }: Suggestion): readonly AnswerFault[] => {
  const named = closedTickets.filter(({ id }) => category?.evidence.includes(id))
  return category && named.length > 0 && !named.some((closed) => closed.category === category.value)
    ? [fault(['category', 'evidence'], 'names closed tickets of other categories alone')]
    : []
}

/** Of the words of a resolution, how many its tickets must have: it may be told in other words, not invented. */
const ownWordsLeast = 0.3

const faultsOfResolution = ({ closedTickets, ticket }: Input, { resolution }: Suggestion): readonly AnswerFault[] => {
  if (!resolution) return []
  if (resolution.evidence.every((id) => id === ticketId))
    return [fault(['resolution', 'evidence'], 'must name the closed ticket that was solved so')]
  const named = closedTickets.filter(({ id }) => resolution.evidence.includes(id))
  const known = termSetOf([textOf(ticket), ...named.map((closed) => closedTextOf(closed))].join(' '))
  const terms = [...termSetOf(resolution.text)]
  const own = terms.filter((term) => known.has(term)).length
  return own / Math.max(1, terms.length) < ownWordsLeast
    ? [fault(['resolution', 'text'], 'is not what its closed tickets say. Repeat what solved them')]
    : []
}

const uncertain = (input: Input, { category, priority, resolution }: Suggestion): readonly AnswerFault[] => {
  const least = leastOf(input)
  return Object.entries({ category, priority, resolution }).flatMap(([name, suggested]) => {
    const needed = least[name as keyof typeof least]
    return suggested && suggested.confidence < needed
      ? [fault([name], `is less certain than ${needed}. Make it null`)]
      : []
  })
}

const known = ({ ticket }: Input, { category, priority }: Suggestion): readonly AnswerFault[] =>
  Object.entries({ category, priority }).flatMap(([name, suggested]) =>
    suggested && suggested.value === ticket[name as 'category' | 'priority']
      ? [fault([name], 'is what the ticket has. Make it null')]
      : [],
  )

/** The reason names no evidence of its own: it may speak of everything that was given, and say how many tickets there are. */
const faultsOfReason = (
  input: Input,
  { reason, category, priority, resolution }: Suggestion,
): readonly AnswerFault[] => {
  const { ticket, closedTickets, categories, priorities } = input
  const given = [
    [textOf(ticket), ticket.category, ticket.priority].join(' '),
    [...categories, ...priorities].join(' '),
    [...Object.values(leastOf(input)), category?.confidence, priority?.confidence, resolution?.confidence].join(' '),
    ...closedTickets.map((closed) => `${closed.id} ${closed.category} ${closed.priority} ${closedTextOf(closed)}`),
  ]
  const invented = unsupportedFigures(reason, given).filter((figure) => !isCount(figure))
  return invented.length === 0
    ? []
    : [fault(['reason'], `has ${invented.join(', ')}, which no ticket has. Leave it out`)]
}

/** Of the tickets that the model was shown. */
const isCount = (figure: string): boolean => /^\d{1,2}$/.test(figure) && Number(figure) <= shownMax
