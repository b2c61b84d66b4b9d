// What an explanation must keep to: everything that was computed is told, with its figures, in its currency, and the right way round.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import { quantitiesIn } from '../../../../../shared/ai/safety/quantities.ts'
import type { BillingExplanation, BillingExplanationInput } from './contract.ts'
import { type BillingFact, factsOf } from './facts.ts'
import { moneyOf, shown } from './money.ts'
import { readableSentence } from './readable-sentence.ts'
import { reversalsIn } from './reversals.ts'
import { strangeMeasuresIn } from './strange-measures.ts'

type Input = z.output<typeof BillingExplanationInput>
type Sentence = z.output<typeof BillingExplanation>['sentences'][number]

export const check = (input: Input, { sentences }: z.output<typeof BillingExplanation>): readonly AnswerFault[] => {
  const facts = factsOf(input)
  const told = new Set(sentences.flatMap(({ evidence }) => evidence))
  const missing = facts.filter(({ id }) => !told.has(id))
  return [
    ...missing.map(({ id }) => ({ path: ['sentences'], message: `leave out ${id}. Tell it` })),
    ...(missing.length === 0 ? figuresLeftOut(input, facts, sentences) : []),
    ...sentences.flatMap(({ text, evidence }, index) => {
      const sentence = readableSentence(input, text)
      const cited = facts.filter(({ id }) => evidence.includes(id))
      return [...strangeMeasuresIn(sentence, input.currency), ...reversalsIn(sentence, cited)].map((message) => ({
        path: ['sentences', index, 'text'],
        message,
      }))
    }),
  ]
}

/** A sentence that names a fact and does not tell it tells nothing. */
const figuresLeftOut = (
  input: Input,
  facts: readonly BillingFact[],
  sentences: readonly Sentence[],
): readonly AnswerFault[] => {
  const byId = new Map(facts.map((fact) => [fact.id, fact]))
  const told = new Set(
    sentences.flatMap(({ text, evidence }) => {
      const own = new Set(evidence.flatMap((id) => byId.get(id)?.figures ?? []).map(absolute))
      return valuesIn(readableSentence(input, text)).filter((value) => own.has(value))
    }),
  )
  return facts.flatMap(({ id, figures }) => {
    const left = figures.filter((figure) => !told.has(absolute(figure)))
    return left.length === 0
      ? []
      : [{ path: ['sentences'], message: `leave out ${left.map((one) => shown(one)).join(', ')} of ${id}. Tell it` }]
  })
}

/** Without their sign: a credit may be told without one. */
const valuesIn = (sentence: string): readonly string[] =>
  quantitiesIn(sentence).flatMap(({ value }) =>
    /^-?\d{1,15}(?:\.\d{1,4})?$/.test(value) ? [absolute(moneyOf(value))] : [],
  )

const absolute = (value: bigint): string => shown(value < 0n ? -value : value)
