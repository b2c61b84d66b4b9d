// How the model is asked for a suggestion.
import type * as z from 'zod'
import type { FeaturePrompt } from '../../../../../shared/features/feature.ts'
import { data, instruction } from '../../../../../shared/ai/safety/prompt-parts.ts'
import { ticketId, type TicketSuggestInput } from './contract.ts'
import { leastOf } from './least-confidence.ts'
import { shownTickets } from './shown-tickets.ts'
import { textOf, writtenByPeople } from './ticket-text.ts'

export const prompt: FeaturePrompt<z.output<typeof TicketSuggestInput>> = {
  version: '3',
  system: instruction`You sort new tickets of a managed service provider. Use only what the sources say. Never invent a step, a name or a figure.
When similar tickets do not settle a point, answer null for it.`,
  parts: (input) => {
    const { ticket, categories, priorities } = input
    const closedTickets = input.closedTickets.map(writtenByPeople)
    const { category, priority, resolution } = leastOf(input)
    const { category: ownCategory = null, priority: ownPriority = null } = ticket
    const shown = shownTickets(ticket, closedTickets)
    return [
      instruction`Suggest the category and the priority of the ticket and what will solve it. Choose category and priority from the lists alone.
A resolution repeats in your words what solved a similar ticket, and names that ticket as its evidence.
Each confidence says how often you would be right with such a suggestion. Answer null below ${category} for the category, ${priority} for the priority and
${resolution} for the resolution, and for what the ticket has already. The evidence of category and priority may be the new ticket.
The reason is for a technician: for each of the three by which tickets it is so, or what was missing; and what you left out.`,
      instruction`These are the categories and the priorities, the most urgent first:`,
      data('vocabulary', JSON.stringify({ categories, priorities })),
      instruction`This is the new ticket:`,
      data(ticketId, textOf(ticket)),
      instruction`This is what the ticket has already:`,
      data('present', JSON.stringify({ category: ownCategory, priority: ownPriority })),
      instruction`These are closed tickets, each with its id:`,
      ...shown.map((closed) => data(closed.id, JSON.stringify(closed))),
    ]
  },
}
