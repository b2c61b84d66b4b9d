// A suggestion by the closed tickets alone: what similar ones were given, and how they were solved, word for word. For when no model can be asked.
import type * as z from 'zod'
import { type Classification, createClassifier } from '../../../../../shared/ai/offline/classification.ts'
import { hasDraft } from '../../../../../shared/text/own-draft.ts'
import { type TicketSuggestInput, type TicketSuggestion, ticketId } from './contract.ts'
import { withoutDenied } from './denied-words.ts'
import { isEveryday } from './everyday-words.ts'
import { leastOf } from './least-confidence.ts'
import { reasonOf } from './reason.ts'
import { shownTickets } from './shown-tickets.ts'
import { closedTextOf, textOf, writtenByPeople } from './ticket-text.ts'
import { twinLabel, twinsOf } from './twin.ts'

type Input = z.output<typeof TicketSuggestInput>
type Suggestion = z.input<typeof TicketSuggestion>

export const fallback = (input: Input): Suggestion => {
  const { ticket, categories, priorities } = input
  const closedTickets = input.closedTickets.map(writtenByPeople)
  const least = leastOf(input)
  const text = withoutDenied(textOf(ticket))
  const twins = twinsOf(ticket, closedTickets)
  const shown = new Set(shownTickets(ticket, closedTickets).map(({ id }) => id))
  const classify = (
    labelOf: (closed: Input['closedTickets'][number]) => string,
    known: readonly string[],
    isAlwaysLabelled: boolean,
  ) => {
    const isKnown = (closed: Input['closedTickets'][number]): boolean => known.includes(labelOf(closed))
    const ofTwins = twinLabel(twins.filter(isKnown), labelOf)
    if (ofTwins) return ofTwins
    const examples = closedTickets
      .filter(isKnown)
      .map((closed) => ({ id: closed.id, label: labelOf(closed), text: withoutDenied(closedTextOf(closed)) }))
    const found = createClassifier(examples, { isAlwaysLabelled, isEveryday }).classify(text)
    // Words in common may be of another matter: nothing rests on a ticket that is not among the most similar ones.
    const evidence = found?.evidence.filter((id) => shown.has(id)) ?? []
    return found && evidence.length > 0 ? suggested({ ...found, evidence }) : null
  }
  const category = classify((closed) => closed.category, categories, false)
  const priority = urgencyOf(ticket, priorities) ?? classify((closed) => closed.priority, priorities, true)
  const resolution =
    category && category.confidence >= least.resolution && resolutionOf(closedTickets, category, { text, twins })
  const taken = {
    category: newsOf(category, ticket.category, least.category),
    priority: newsOf(priority, ticket.priority, least.priority),
    resolution: resolution || null,
  }
  const hasDrafts = input.closedTickets.some((closed) => hasDraft(closedTextOf(closed)))
  return { ...taken, reason: reasonOf(input, { category, priority, suggested: taken, hasDrafts, twins }) }
}

/** Nothing for what is less certain than it has to be, and for what the ticket has already. */
const newsOf = <Found extends { readonly value: string; readonly confidence: number }>(
  found: Found | null,
  present: string | undefined,
  least: number,
): Found | null => (found && found.confidence >= least && found.value !== present ? found : null)

const suggested = ({ label, confidence, evidence }: Classification) => ({
  value: label,
  confidence,
  evidence: [...evidence],
})

/** Whole sites or everybody, and work that stands still. */
const wide =
  /\b(?:everyone|everybody|all (?:users|staff|clients|sites|phones|computers)|whole (?:office|site|company)|entire (?:office|site|company)|nobody can|no one can|server (?:is )?down|site (?:is )?down)\b/i
const halted =
  /\b(?:down|outage|ransomware|encrypted files|breach|cannot work|can't work|stopped working|production (?:is )?(?:down|stopped)|emergency)\b/i
const urgencyConfidence = 0.8

/** The most urgent priority, where the ticket says that many cannot work. */
const urgencyOf = ({ title, text }: Input['ticket'], priorities: readonly string[]) => {
  const words = `${title}\n${text ?? ''}`
  const value = priorities[0]
  return value !== undefined && wide.test(words) && halted.test(words)
    ? { value, confidence: urgencyConfidence, evidence: [ticketId] }
    : null
}

/** What solved the most similar ticket of the category that was solved in words. */
const resolutionOf = (
  closedTickets: Input['closedTickets'],
  { confidence, value }: NonNullable<Suggestion['category']>,
  { text, twins }: { readonly text: string; readonly twins: readonly Input['closedTickets'][number][] },
): Suggestion['resolution'] => {
  const isSolved = ({ category, resolution }: Input['closedTickets'][number]): boolean =>
    category === value && resolution !== undefined
  const twin = twins.find(isSolved)
  if (twin?.resolution !== undefined) return { text: twin.resolution, confidence, evidence: [twin.id] }
  const solved = closedTickets.filter(isSolved)
  const { similarTo } = createClassifier(
    solved.map((closed) => ({ id: closed.id, label: closed.category, text: withoutDenied(textOf(closed)) })),
  )
  const best = similarTo(text, 1)[0]
  const resolution = solved.find(({ id }) => id === best?.id)?.resolution
  if (!best || resolution === undefined || best.share < alikeLeast) return null
  return { text: resolution, confidence, evidence: [best.id] }
}

/** Whoever is to do what solved another ticket needs one that is about the same. */
const alikeLeast = 0.3
