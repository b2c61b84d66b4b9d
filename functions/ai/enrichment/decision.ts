// Decides what of the candidates CRM is to write, and what a person is only shown. What a person wrote is never changed.
import {
  type CrmEnrichableKind,
  type CrmEnrichmentDraft,
  type CrmField,
  CrmField as Field,
  crmFields,
} from '../../../shared/peers/crm/enrichment-contract.ts'
import { getDomain } from 'tldts'
import type { Candidate } from './candidate.ts'

export type Known = {
  readonly fields: readonly { readonly field: string; readonly value: string; readonly origin: string }[]
  readonly industries?: readonly string[] | undefined
}

/** What was chosen among the candidates, by a model or by rule. Nothing else can be said by it. */
export type Choices = {
  readonly choices: readonly { readonly field: string; readonly candidate: string }[]
  readonly industry: { readonly value: string; readonly evidence: readonly string[] } | null
}

type Decided = Pick<CrmEnrichmentDraft, 'values' | 'proposals'>
type Value = Decided['values'][number]
type Proposal = Decided['proposals'][number]

/** Below it a value is shown, and not written. */
const writtenFrom = 0.8
/** Two pages, or two ways of saying it, agree. */
const agreed = 0.95
/** A model has chosen it by what a text says. */
const inferred = 0.5

const perField = { proposals: 4, provenance: 10 }

export const decide = (
  kind: CrmEnrichableKind,
  known: Known,
  candidates: readonly Candidate[],
  choices: Choices,
): Decided => {
  const listed = [
    ...withListedIndustry(candidates, known.industries ?? []),
    ...inferredIndustry(candidates, choices, known),
  ]
  const perFields = crmFields[kind].map((field) => ofField(field, known, listed, choices))
  return {
    values: perFields.flatMap(({ values }) => values),
    proposals: perFields.flatMap(({ proposals }) => proposals),
  }
}

const ofField = (field: CrmField, known: Known, candidates: readonly Candidate[], { choices }: Choices): Decided => {
  const groups = groupsOf(candidates.filter((candidate) => candidate.field === field))
  const current = known.fields.find((one) => one.field === field)
  const others = groups.filter(
    ({ value }) => current === undefined || normalOf(field, value) !== normalOf(field, current.value),
  )
  const chosen = choices.find((choice) => choice.field === field)?.candidate
  const proposed = (why: Proposal['why']): Decided => ({
    values: [],
    proposals: others.slice(0, perField.proposals).map(({ ids, ...found }) => ({
      ...found,
      why,
      isSuggested: chosen !== undefined && ids.includes(chosen),
    })),
  })
  const [best] = groups
  if (!best || others.length === 0) return { values: [], proposals: [] }
  if (current && current.origin !== 'enrichment') return proposed('differs-from-record')
  if (groups.length > 1 && !isProse.has(field)) return proposed('pages-differ')
  if (best.confidence < writtenFrom) return proposed('less-certain')
  const { ids: _, ...value } = best
  return { values: [value], proposals: [] }
}

/** Told in different words on each page: the first one stands for all. */
const isProse: ReadonlySet<CrmField> = new Set(['description', 'address'])

type Group = Value & { readonly ids: readonly string[] }

/** Those that say the same, the surest first. */
const groupsOf = (candidates: readonly Candidate[]): readonly Group[] => {
  const groups = new Map<string, Candidate[]>()
  for (const candidate of candidates) {
    const normal = normalOf(candidate.field, candidate.value)
    groups.set(normal, [...(groups.get(normal) ?? []), candidate])
  }
  return [...groups.values()].map(groupOf).toSorted((a, b) => b.confidence - a.confidence)
}

const groupOf = (same: readonly Candidate[]): Group => {
  const best = same.toSorted((a, b) => b.confidence - a.confidence)[0] as Candidate
  const ways = new Set(same.map(({ provenance: { url, rule } }) => `${rule} ${url}`))
  const confidence =
    ways.size > 1 && best.confidence >= writtenFrom ? Math.max(agreed, best.confidence) : best.confidence
  return {
    field: best.field,
    value: best.value,
    confidence,
    provenance: same.slice(0, perField.provenance).map(({ provenance }) => provenance),
    ids: same.map(({ id }) => id),
  }
}

/** By which two values are the same. */
const normalOf = (field: string, value: string): string => {
  if (field === 'website') return getDomain(value) ?? value.toLowerCase()
  if (field === 'employees') return value.replaceAll(/\D+/g, '-')
  return value.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** What a page says is written as CRM's list has it, or not at all. */
const withListedIndustry = (candidates: readonly Candidate[], industries: readonly string[]): readonly Candidate[] =>
  candidates.flatMap((candidate) => {
    if (candidate.field !== 'industry') return [candidate]
    const listed = industries.find(
      (industry) => normalOf('industry', industry) === normalOf('industry', candidate.value),
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
