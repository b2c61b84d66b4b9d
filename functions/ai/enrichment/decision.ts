// Decides what of the candidates CRM is to write, and what a person is only shown. What a person wrote is never changed.
import { getDomain } from 'tldts'
import { type FieldRules, type KnownField, decideFields } from '../../../shared/enrichment/decision.ts'
import {
  type CrmEnrichableKind,
  type CrmEnrichmentDraft,
  type CrmField,
  type CrmProvenance,
  CrmField as Field,
  crmFields,
} from '../../../shared/peers/crm/enrichment-contract.ts'
import type { Candidate } from './candidate.ts'

export type Known = {
  readonly fields: readonly KnownField[]
  readonly industries?: readonly string[] | undefined
}

/** What was chosen among the candidates, by a model or by rule. Nothing else can be said by it. */
export type Choices = {
  readonly choices: readonly { readonly field: string; readonly candidate: string }[]
  readonly industry: { readonly value: string; readonly evidence: readonly string[] } | null
}

/** A model has chosen it by what a text says. */
const inferred = 0.5

export const decide = (
  kind: CrmEnrichableKind,
  known: Known,
  candidates: readonly Candidate[],
  choices: Choices,
): Pick<CrmEnrichmentDraft, 'values' | 'proposals'> =>
  decideFields(rules, crmFields[kind], {
    known: known.fields,
    candidates: [
      ...withListedIndustry(candidates, known.industries ?? []),
      ...inferredIndustry(candidates, choices, known),
    ],
    chosen: choices.choices.map(({ candidate }) => candidate),
  })

const rules: FieldRules<CrmField, CrmProvenance, 'pages-differ'> = {
  normalOf: (field, value) => {
    if (field === 'website') return getDomain(value) ?? value.toLowerCase()
    if (field === 'employees') return value.replaceAll(/\D+/g, '-')
    return value.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
  },
  wayOf: ({ url, rule }) => `${rule} ${url}`,
  isProse: new Set(['description', 'address']),
  differing: 'pages-differ',
}

/** What a page says is written as CRM's list has it, or not at all. */
const withListedIndustry = (candidates: readonly Candidate[], industries: readonly string[]): readonly Candidate[] =>
  candidates.flatMap((candidate) => {
    if (candidate.field !== 'industry') return [candidate]
    const listed = industries.find(
      (industry) => rules.normalOf('industry', industry) === rules.normalOf('industry', candidate.value),
    )
    if (listed === undefined) return []
    return [{ ...candidate, value: listed, provenance: { ...candidate.provenance, rule: 'chosen-from-list' as const } }]
  })

const inferredIndustry = (
  candidates: readonly Candidate[],
  { industry }: Choices,
  { industries = [] }: Known,
): readonly Candidate[] => {
  if (!industry || !industries.includes(industry.value)) return []
  const evidence = candidates.filter(({ id }) => industry.evidence.includes(id))
  return evidence.slice(0, 1).map((candidate) => ({
    ...candidate,
    id: 'industry',
    field: Field.enum.industry,
    value: industry.value,
    confidence: inferred,
    provenance: { ...candidate.provenance, rule: 'chosen-from-list' as const },
  }))
}
