// What a suggestion for a ticket is made from, and how it is told.
import * as z from 'zod'
import { Evidence, SourceId } from '../../source.ts'

const Word = z.string().trim().min(1).max(120)
const Title = z.string().trim().min(1).max(300)

const ClosedTicket = z.strictObject({
  id: SourceId,
  title: Title,
  text: z.string().max(4_000).optional(),
  category: Word,
  priority: Word,
  resolution: z.string().trim().min(1).max(4_000).optional().describe('How it was solved, as it was written down'),
})

const Least = z.number().min(0).max(1)

export const TicketSuggestInput = z
  .strictObject({
    ticket: z.strictObject({
      title: Title,
      text: z.string().max(20_000).optional(),
      category: Word.optional().describe('As it stands. Left out: the ticket has none yet'),
      priority: Word.optional().describe('As it stands. Left out: the ticket has none yet'),
    }),
    categories: z.array(Word).min(1).max(200).describe("The tenant's own categories. Nothing else is suggested"),
    priorities: z.array(Word).min(1).max(10).describe("The tenant's own priorities, the most urgent first"),
    closedTickets: z
      .array(ClosedTicket)
      .max(300)
      .describe(
        'Closed tickets of the same tenant, by which the new one is judged: the newest, or those that a search finds',
      ),
    leastConfidence: z
      .strictObject({ category: Least, priority: Least, resolution: Least })
      .partial()
      .optional()
      .describe(
        'Below it nothing is suggested. Default: what the organization has set, lower for a field that is empty, higher for one that is to be changed',
      ),
  })
  .check(({ value, issues }) => {
    const seen = new Set<string>()
    for (const [index, { id }] of value.closedTickets.entries()) {
      if (id === ticketId || seen.has(id))
        issues.push({
          code: 'custom',
          input: id,
          path: ['closedTickets', index, 'id'],
          message: id === ticketId ? `must not be ${ticketId}` : 'is given more than once',
        })
      seen.add(id)
    }
  })

/** How an answer names the ticket itself. */
export const ticketId = 'ticket'

const Confidence = z.number().min(0).max(1)
const Suggested = z.object({ value: Word, confidence: Confidence, evidence: Evidence })

export const TicketSuggestion = z
  .object({
    category: Suggested.nullable(),
    priority: Suggested.nullable(),
    resolution: z
      .object({ text: z.string().min(1).max(4_000), confidence: Confidence, evidence: Evidence })
      .nullable()
      .describe('What solved similar tickets'),
    reason: z.string().min(1).max(500).describe('Why this is suggested, or why nothing is'),
  })
  .describe('A suggestion for a new ticket. What is not clear enough is null')
