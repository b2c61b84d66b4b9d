// What the facts are by whose ids a report rests on them, and what they say, for who has not seen the records.
import type { Context, ContextRead } from '../../../shared/context/context.ts'
import { oneLine } from '../../../shared/text/quoted-text.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import { onsetOf } from '../features/psa/proposal-generate/causes/onset.ts'
import { onsetId } from '../features/psa/proposal-generate/contract.ts'
import type { Report, ToldFact } from './contract.ts'
import { recordOf, slugOf } from './question.ts'

type Statements = Pick<Report, 'timeline' | 'hypotheses' | 'openQuestions'>

/** Those that are cited, record by record. */
export const citedFacts = (
  statements: Statements,
  ticket: Context,
  beside: readonly ContextRead[],
): readonly ToldFact[] => {
  const { timeline, hypotheses, openQuestions } = statements
  const cited = new Set([timeline, hypotheses, openQuestions].flat().flatMap(({ evidence }) => evidence))
  return [
    ...factsOf(ticket, 'ticket'),
    toldFact(ticket, { id: onsetId, label: 'Since when it has been so', text: onsetWords(ticket) }),
    ...beside.flatMap((read, index) => (read.kind === 'read' ? factsOf(read, slugOf(read, index)) : [])),
  ].filter(({ id }) => cited.has(id))
}

const factsOf = (read: Context, slug: string): readonly ToldFact[] =>
  recordOf(read, slug).facts.map((fact) => toldFact(read, fact))

/** When that is, is in the time line. */
const onsetWords = (ticket: Context): string => {
  const onset = onsetOf({ ticket: recordOf(ticket, 'ticket') })
  return onset?.words ?? 'the ticket says no more than when it was opened'
}

/** Of a description, its beginning. */
const textMax = 200

const toldFact = (
  { source: { product, kind, id: recordId }, name, title }: Context,
  { id, label, text }: { readonly id: string; readonly label: string; readonly text: string },
): ToldFact => ({
  id,
  label,
  text: shorten(oneLine(text), textMax),
  product,
  kind,
  recordId,
  recordName: shorten(`${name} ${title}`, 300),
})
