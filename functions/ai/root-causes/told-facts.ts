// What the facts are by whose ids a report rests on them, for who has not seen the records.
import type { Context, ContextRead } from '../../../shared/context/context.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
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
    toldFact(ticket, onsetId, 'Since when it has been so'),
    ...beside.flatMap((read, index) => (read.kind === 'read' ? factsOf(read, slugOf(read, index)) : [])),
  ].filter(({ id }) => cited.has(id))
}

const factsOf = (read: Context, slug: string): readonly ToldFact[] =>
  recordOf(read, slug).facts.map(({ id, label }) => toldFact(read, id, label))

const toldFact = (
  { source: { product, kind, id: recordId }, name, title }: Context,
  id: string,
  label: string,
): ToldFact => ({
  id,
  label,
  product,
  kind,
  recordId,
  recordName: shorten(`${name} ${title}`, 300),
})
