// The closed tickets that an answer may rest on: the most similar ones, and first those that say the very same.
import type * as z from 'zod'
import { createClassifier } from '../../../../../shared/ai/offline/classification.ts'
import type { TicketSuggestInput } from './contract.ts'
import { withoutDenied } from './denied-words.ts'
import { closedTextOf, textOf } from './ticket-text.ts'
import { twinsOf } from './twin.ts'

type Input = z.output<typeof TicketSuggestInput>

export const shownMax = 12

/** @param closedTickets as people wrote them */
export const shownTickets = (
  ticket: Input['ticket'],
  closedTickets: Input['closedTickets'],
): readonly Input['closedTickets'][number][] => {
  const { similarTo } = createClassifier(
    closedTickets.map((closed) => ({
      id: closed.id,
      label: closed.category,
      text: withoutDenied(closedTextOf(closed)),
    })),
  )
  const similar = similarTo(withoutDenied(textOf(ticket)), shownMax).flatMap(
    ({ id }) => closedTickets.find((one) => one.id === id) ?? [],
  )
  return [...new Set([...twinsOf(ticket, closedTickets), ...similar])].slice(0, shownMax)
}
