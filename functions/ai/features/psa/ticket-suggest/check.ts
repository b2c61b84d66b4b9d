// What a suggestion must keep to: the tenant's own words, and tickets that say so.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import { ticketId, type TicketSuggestInput, type TicketSuggestion } from './contract.ts'

export const check = (
  { categories, priorities, leastConfidence }: z.output<typeof TicketSuggestInput>,
  { category, priority, resolution }: z.output<typeof TicketSuggestion>,
): readonly AnswerFault[] => [
  ...(category && !categories.includes(category.value) ? [fault('category', 'is none of the categories')] : []),
  ...(priority && !priorities.includes(priority.value) ? [fault('priority', 'is none of the priorities')] : []),
  ...(resolution?.evidence.every((id) => id === ticketId)
    ? [{ path: ['resolution', 'evidence'], message: 'must name the closed ticket that was solved so' }]
    : []),
  ...Object.entries({ category, priority, resolution }).flatMap(([name, suggested]) =>
    suggested && suggested.confidence < leastConfidence
      ? [{ path: [name], message: `is less certain than ${leastConfidence}. Make it null` }]
      : [],
  ),
]

const fault = (name: string, message: string): AnswerFault => ({ path: [name, 'value'], message })
