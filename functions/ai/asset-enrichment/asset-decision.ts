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
  return decideFields(rules, cmdbFields[kind], { known: fields, candidates: newest(agreeing(candidates)) })
}

const plain = (value: string): string => value.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

const rules: FieldRules<CmdbField, CmdbProvenance, 'products-differ'> = {
  normalOf: (field, value) =>
    field === 'repositoryUrl' ? value.toLowerCase().replace(/(?:\.git)?\/?$/, '') : plain(value),
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

const isPartOf = (one: string, other: string): boolean =>
  plain(other).includes(plain(one)) || plain(one).includes(plain(other))

/** Of what was measured at a time the latest counts, whoever measured it. */
const newest = (candidates: readonly AssetCandidate[]): readonly AssetCandidate[] => {
  const seen = candidates.filter(({ field }) => field === 'lastSeenAt')
  const latest = seen.toSorted((one, other) => Date.parse(other.value) - Date.parse(one.value))[0]
  return candidates.filter((candidate) => candidate.field !== 'lastSeenAt' || candidate === latest)
}
