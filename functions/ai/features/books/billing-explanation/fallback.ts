// An invoice explained by what was computed alone. For when no model can be asked.
import type * as z from 'zod'
import type { BillingExplanation, BillingExplanationInput } from './contract.ts'
import { factsOf } from './facts.ts'

const sentencesMax = 60

export const fallback = (input: z.output<typeof BillingExplanationInput>): z.input<typeof BillingExplanation> => {
  const facts = factsOf(input)
  // Total and contradictions are never among what is left out.
  const first = facts.filter(({ id }) => /^(?:total|amount:|sum:)/.test(id))
  const kept = [...first, ...facts.filter((fact) => !first.includes(fact))].slice(0, sentencesMax)
  const left = facts.length - kept.length
  return {
    sentences: facts
      .filter((fact) => kept.includes(fact))
      .map(({ id, text }, index) => ({
        text: left > 0 && index === 0 ? `${text} ${left} more changes are not told here.` : text,
        evidence: [id],
      })),
  }
}
