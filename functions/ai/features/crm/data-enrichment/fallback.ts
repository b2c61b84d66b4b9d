// A choice by rule: an industry whose words the pages use. Among values that differ nothing is chosen: that is for a person.
import type * as z from 'zod'
import { commonTerms, termSetOf } from '../../../../../shared/ai/offline/terms.ts'
import type { DataEnrichment, DataEnrichmentInput } from './contract.ts'

type Input = z.output<typeof DataEnrichmentInput>

export const fallback = ({ kind, industries, candidates }: Input): z.input<typeof DataEnrichment> => ({
  choices: [],
  industry: kind === 'company' ? industryOf(industries, candidates) : null,
})

const telling: ReadonlySet<string> = new Set(['industry', 'description'])

const industryOf = (
  industries: Input['industries'],
  candidates: Input['candidates'],
): z.input<typeof DataEnrichment>['industry'] => {
  const texts = candidates.filter(({ field }) => telling.has(field))
  const fits = industries.flatMap((value) => {
    const terms = termSetOf(value)
    const evidence = texts.filter(({ quote }) => commonTerms(terms, termSetOf(quote)) === terms.size)
    return terms.size > 0 && evidence.length > 0
      ? [{ value, terms: terms.size, evidence: evidence.map(({ id }) => id) }]
      : []
  })
  const most = Math.max(0, ...fits.map(({ terms }) => terms))
  const best = fits.filter(({ terms }) => terms === most)
  const [only] = best
  // Two that fit alike settle nothing.
  return only && best.length === 1 ? { value: only.value, evidence: only.evidence.slice(0, 20) } : null
}
