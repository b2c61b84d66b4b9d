// Why a suggestion by rule is as it is, for a technician: what each field rests on, or what was missing, and what was left out.
import type * as z from 'zod'
import { shorten } from '../../../../../shared/text/shortened-text.ts'
import type { TicketSuggestInput, TicketSuggestion } from './contract.ts'
import { ticketId } from './contract.ts'
import { leastOf } from './least-confidence.ts'

type Input = z.output<typeof TicketSuggestInput>
type Suggestion = z.input<typeof TicketSuggestion>
type Found = NonNullable<Suggestion['category']>

type Outcome = {
  /** What the closed tickets speak for, whether or not it is suggested. */
  readonly category: Found | null
  readonly priority: Found | null
  readonly suggested: Omit<Suggestion, 'reason'>
  /** Texts of closed tickets that the AI Platform wrote itself were not read. */
  readonly hasDrafts: boolean
  /** Closed tickets that say the very same. */
  readonly twins: readonly { readonly id: string }[]
}

const reasonMax = 500
const namedMax = 5

/** @param input with its closed tickets as they came */
export const reasonOf = (input: Input, outcome: Outcome): string => {
  const { category, priority, suggested, hasDrafts } = outcome
  const twins = new Set(outcome.twins.map(({ id }) => id))
  const { ticket, closedTickets } = input
  const least = leastOf(input)
  const parts = [
    closedTickets.length === 0
      ? 'No category: no closed tickets were given to compare it with.'
      : fieldReason('category', category, {
          taken: suggested.category,
          present: ticket.category,
          least: least.category,
          twins,
        }),
    priority || closedTickets.length > 0
      ? fieldReason('priority', priority, {
          taken: suggested.priority,
          present: ticket.priority,
          least: least.priority,
          twins,
        })
      : '',
    resolutionReason(category, suggested.resolution, least.resolution),
    ...leftOut(input, hasDrafts),
    'Made by rule.',
  ]
  return shorten(parts.filter((part) => part !== '').join(' '), reasonMax)
}

type Field = {
  readonly taken: Found | null
  readonly present: string | undefined
  readonly least: number
  readonly twins: ReadonlySet<string>
}

const fieldReason = (
  name: 'category' | 'priority',
  found: Found | null,
  { taken, present, least, twins }: Field,
): string => {
  const title = name === 'category' ? 'Category' : 'Priority'
  if (!found)
    return name === 'category'
      ? 'No category: no closed ticket is enough like this one, or the similar ones have different categories.'
      : 'No priority: the similar tickets have different ones.'
  if (taken) return `${title} ${taken.value}: ${groundOf(taken, twins)}.`
  if (found.value === present) return `${title} stays ${present}: ${groundOf(found, twins)}.`
  const isChange = present === undefined ? '' : ` to change ${present}`
  return `No ${name}: ${found.value} is the likeliest (${groundOf(found, twins)}), but less certain than the ${least} that is asked for${isChange}.`
}

const groundOf = ({ evidence }: Found, twins: ReadonlySet<string>): string => {
  const tickets = evidence.filter((id) => id !== ticketId)
  if (tickets.length === 0) return 'the ticket says that many people cannot work'
  return tickets.every((id) => twins.has(id))
    ? `as ${tickets.slice(0, namedMax).join(', ')} ${tickets.length === 1 ? 'has' : 'have'}, closed before with the same words`
    : `as similar closed tickets have, such as ${tickets.slice(0, namedMax).join(', ')}`
}

const resolutionReason = (category: Found | null, taken: Suggestion['resolution'], least: number): string => {
  if (taken) return `Resolution: what solved ${taken.evidence.join(', ')}, the most similar one.`
  if (!category) return ''
  return category.confidence < least
    ? 'No resolution: the category is not certain enough for one.'
    : 'No resolution: no ticket that is much like this one says how it was solved.'
}

const leftOut = ({ closedTickets, categories }: Input, hasDrafts: boolean): readonly string[] => {
  const unlisted = new Set(closedTickets.map(({ category }) => category).filter((one) => !categories.includes(one)))
  return [
    ...(unlisted.size === 0
      ? []
      : [
          `Left out: closed tickets of categories that are not in the list (${[...unlisted].slice(0, namedMax).join(', ')}).`,
        ]),
    ...(hasDrafts ? ['Left out: what the AI Platform itself wrote into closed tickets.'] : []),
  ]
}
