// Decides what CMDB is to write of what other products know, and what a person is only shown. Rules alone: no model is asked.
import { type FieldRules, decideFields } from '../../../shared/enrichment/decision.ts'
import type { ReadCmdbAssetFields } from '../../../shared/peers/cmdb/enrichment-client.ts'
import {
  type CmdbEnrichmentDraft,
  type CmdbField,
  type CmdbProvenance,
  cmdbFields,
} from '../../../shared/peers/cmdb/enrichment-contract.ts'
import type { AssetCandidate } from './asset-candidates.ts'

export const decideAsset = (
  { kind, fields }: Pick<ReadCmdbAssetFields, 'kind' | 'fields'>,
  candidates: readonly AssetCandidate[],
): Pick<CmdbEnrichmentDraft, 'values' | 'proposals'> => {
  // What an asset of a kind that is not known here has for fields, nobody knows.
  if (kind === 'unknown') return { values: [], proposals: [] }
  const agreed = newest(agreeing(candidates))
  return decideFields(rules, cmdbFields[kind], { known: fields.map((one) => exactly(one, agreed)), candidates: agreed })
}

const plain = (value: string): string => value.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

const normalOf = (field: CmdbField, value: string): string => {
  if (field === 'repositoryUrl') return value.toLowerCase().replace(/(?:\.git)?\/?$/, '')
  return field === 'memoryGb' ? plain(value).replace(/gi?b(?:ram)?$/, '') : plain(value)
}

const rules: FieldRules<CmdbField, CmdbProvenance, 'products-differ'> = {
  normalOf,
  wayOf: ({ product }) => product,
  isProse: new Set(),
  differing: 'products-differ',
}

/** `Windows Server 2025` and `Microsoft Windows Server 2025 Standard` are one: the inventory of RMM says it more exactly. */
const agreeing = (candidates: readonly AssetCandidate[]): readonly AssetCandidate[] => {
  const exact = candidates.find(({ field, provenance }) => field === 'operatingSystem' && provenance.product === 'rmm')
  if (!exact) return candidates
  return candidates.map((candidate) =>
    candidate.field === 'operatingSystem' && isPartOf(candidate.value, exact.value)
      ? { ...candidate, value: exact.value }
      : candidate,
  )
}

/** A person who wrote it less exactly, or more, wrote no other thing; nor does a product that says less than was written for it before. */
const exactly = (
  known: ReadCmdbAssetFields['fields'][number],
  candidates: readonly AssetCandidate[],
): ReadCmdbAssetFields['fields'][number] => {
  if (known.field !== 'operatingSystem') return known
  const same = candidates.find(
    ({ field, value }) =>
      field === 'operatingSystem' &&
      (known.origin === 'enrichment' ? saysNoMore(value, known.value) : isPartOf(value, known.value)),
  )
  return same ? { ...known, value: same.value } : known
}

const isPartOf = (one: string, other: string): boolean => saysNoMore(one, other) || saysNoMore(other, one)

/** Of a maker, or said of every one of the kind. */
const usualWords = new Set(['microsoft', 'apple', 'gnu', 'linux', 'lts'])

const systemWordsOf = (value: string): readonly string[] => {
  const words = value.toLowerCase().match(/[\p{L}\p{N}.]+/gu) ?? []
  const saying = words.filter((word) => !usualWords.has(word))
  return saying.length === 0 ? words : saying
}

/** `Ubuntu 24.04` says no more than `Ubuntu 24.04.1 LTS`. */
const saysNoMore = (less: string, more: string): boolean => {
  const words = systemWordsOf(more)
  return (
    plain(more).includes(plain(less)) ||
    systemWordsOf(less).every((word) => words.some((other) => other === word || other.startsWith(`${word}.`)))
  )
}

/** Of what was measured at a time the latest counts, whoever measured it. */
const newest = (candidates: readonly AssetCandidate[]): readonly AssetCandidate[] => {
  const seen = candidates.filter(({ field }) => field === 'lastSeenAt')
  const latest = seen.toSorted((one, other) => Date.parse(other.value) - Date.parse(one.value))[0]
  return candidates.filter((candidate) => candidate.field !== 'lastSeenAt' || candidate === latest)
}
