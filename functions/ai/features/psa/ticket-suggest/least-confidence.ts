// How certain a suggestion has to be: as the organization has set it, and more so where it would change what a ticket has.
import type * as z from 'zod'
import {
  type EffectiveSettings,
  type SuggestionSettings,
  usualSuggestions,
} from '../../../../../shared/tenants/tenant-settings.ts'
import type { TicketSuggestInput } from './contract.ts'

type Input = z.output<typeof TicketSuggestInput>
export type LeastConfidence = { readonly category: number; readonly priority: number; readonly resolution: number }

/** What the request says goes before what is set. */
export const settle = (input: Input, { ticketSuggestions }: EffectiveSettings): Input => ({
  ...input,
  leastConfidence: leastOf(input, ticketSuggestions),
})

/** Of an input that nobody has settled, the default of the suite. */
export const leastOf = (
  { ticket, leastConfidence }: Pick<Input, 'ticket' | 'leastConfidence'>,
  { toSet, toChange }: SuggestionSettings = usualSuggestions,
): LeastConfidence => ({
  category: leastConfidence?.category ?? (ticket.category === undefined ? toSet : toChange),
  priority: leastConfidence?.priority ?? (ticket.priority === undefined ? toSet : toChange),
  resolution: leastConfidence?.resolution ?? toSet,
})
