// Closed tickets that say the very thing that a new one says: what they were given needs no others to be judged by.
import type * as z from 'zod'
import { commonTerms, overlapOf, termSetOf } from '../../../../../shared/ai/offline/terms.ts'
import type { TicketSuggestInput } from './contract.ts'
import { withoutDenied } from './denied-words.ts'
import { textOf } from './ticket-text.ts'

type Input = z.output<typeof TicketSuggestInput>
type ClosedTicket = Input['closedTickets'][number]

/** Not measured: surer than what is asked for to change a field, and not certain. */
const twinConfidence = 0.9
const alikeLeast = 0.8
/** "Printer problem" is the title of many tickets that have nothing in common. */
const titleTermsLeast = 3
const evidenceMax = 3

/** No more than a model is shown. */
const twinsMax = 10

/** The most alike first, and of those that are equally alike what was solved in words. */
export const twinsOf = (ticket: Input['ticket'], closedTickets: readonly ClosedTicket[]): readonly ClosedTicket[] => {
  const own = termsOfTicket(ticket)
  return closedTickets
    .map((closed) => ({ closed, likeness: likenessOf(own, termsOfTicket(closed)) }))
    .filter(({ likeness }) => likeness > 0)
    .toSorted((one, other) => other.likeness - one.likeness || solvedOf(other.closed) - solvedOf(one.closed))
    .slice(0, twinsMax)
    .map(({ closed }) => closed)
}

const solvedOf = ({ resolution }: ClosedTicket): number => (resolution === undefined ? 0 : 1)

type Terms = { readonly title: ReadonlySet<string>; readonly all: ReadonlySet<string> }

const termsOfTicket = (ticket: Parameters<typeof textOf>[0]): Terms => ({
  title: termSetOf(withoutDenied(ticket.title)),
  all: termSetOf(withoutDenied(textOf(ticket))),
})

/** 0 for no twin. One of the two may say more, under the same title. */
const likenessOf = (one: Terms, other: Terms): number => {
  const whole = jaccardOf(one.all, other.all)
  const isSame = whole === 1 ? one.all.size > 1 : whole >= alikeLeast && one.all.size >= titleTermsLeast
  const isTitled = jaccardOf(one.title, other.title) >= alikeLeast && one.title.size >= titleTermsLeast
  return isSame || (isTitled && overlapOf(one.all, other.all) >= alikeLeast) ? whole : 0
}

const jaccardOf = (one: ReadonlySet<string>, other: ReadonlySet<string>): number => {
  const common = commonTerms(one, other)
  return common / Math.max(1, one.size + other.size - common)
}

/** What most of the twins were given; null where there are none, or they do not agree. */
export const twinLabel = (twins: readonly ClosedTicket[], labelOf: (closed: ClosedTicket) => string) => {
  const [value, some = []] =
    [...Map.groupBy(twins, labelOf)].toSorted(([, one], [, other]) => other.length - one.length)[0] ?? []
  if (value === undefined || some.length <= twins.length / 2) return null
  const confidence = Math.round((some.length / twins.length) * twinConfidence * 100) / 100
  return { value, confidence, evidence: some.slice(0, evidenceMax).map(({ id }) => id) }
}
