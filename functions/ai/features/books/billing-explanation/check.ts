// What an explanation must keep to: everything that was computed is told.
import type * as z from 'zod'
import type { AnswerFault } from '../../../../../shared/features/feature.ts'
import type { BillingExplanation, BillingExplanationInput } from './contract.ts'
import { factsOf } from './facts.ts'

export const check = (
  input: z.output<typeof BillingExplanationInput>,
  { sentences }: z.output<typeof BillingExplanation>,
): readonly AnswerFault[] => {
  const told = new Set(sentences.flatMap(({ evidence }) => evidence))
  const missing = factsOf(input).filter(({ id }) => !told.has(id))
  return missing.map(({ id }) => ({ path: ['sentences'], message: `leave out ${id}. Tell it` }))
}
