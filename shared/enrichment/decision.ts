// Decides, field by field, what an enrichment writes into a product and what a person is only shown. What a person wrote is never changed.

export type FieldCandidate<Field extends string, Provenance> = {
  readonly id: string
  readonly field: Field
  readonly value: string
  readonly confidence: number
  readonly provenance: Provenance
}

/** As the product has it. Whatever origin is not `enrichment` is taken for a person's. */
export type KnownField = { readonly field: string; readonly value: string; readonly origin: string }

export type DecidedValue<Field extends string, Provenance> = {
  field: Field
  value: string
  confidence: number
  provenance: Provenance[]
}

type Why<Differ extends string> = Differ | 'differs-from-record' | 'less-certain'

export type Decided<Field extends string, Provenance, Differ extends string> = {
  values: DecidedValue<Field, Provenance>[]
  proposals: (DecidedValue<Field, Provenance> & { why: Why<Differ>; isSuggested: boolean })[]
}

export type FieldRules<Field extends string, Provenance, Differ extends string> = {
  /** By which two values of a field are the same. */
  readonly normalOf: (field: Field, value: string) => string
  /** Where it was found and how: two ways that agree are surer than one. */
  readonly wayOf: (provenance: Provenance) => string
  /** Told in different words in each place: the surest one stands for all. */
  readonly isProse: ReadonlySet<Field>
  /** What a proposal says when the places contradict each other. */
  readonly differing: Differ
}

/** Below it a value is shown, and not written. */
export const writtenFrom = 0.8
/** Two ways agree. */
const agreed = 0.95

const perField = { proposals: 4, provenance: 10 }

type Found<Field extends string, Provenance> = {
  readonly known: readonly KnownField[]
  readonly candidates: readonly FieldCandidate<Field, Provenance>[]
  /** Ids of candidates that somebody, or a model, holds for the best. */
  readonly chosen?: readonly string[]
}

export const decideFields = <Field extends string, Provenance, Differ extends string>(
  rules: FieldRules<Field, Provenance, Differ>,
  fields: readonly Field[],
  found: Found<Field, Provenance>,
): Decided<Field, Provenance, Differ> => {
  const perFields = fields.map((field) => ofField(rules, field, found))
  return {
    values: perFields.flatMap(({ values }) => values),
    proposals: perFields.flatMap(({ proposals }) => proposals),
  }
}

const ofField = <Field extends string, Provenance, Differ extends string>(
  rules: FieldRules<Field, Provenance, Differ>,
  field: Field,
  { known, candidates, chosen = [] }: Found<Field, Provenance>,
): Decided<Field, Provenance, Differ> => {
  const groups = groupsOf(
    rules,
    candidates.filter((candidate) => candidate.field === field),
  )
  const current = known.find((one) => one.field === field)
  const others = groups.filter(
    ({ value }) => current === undefined || rules.normalOf(field, value) !== rules.normalOf(field, current.value),
  )
  const proposed = (why: Why<Differ>): Decided<Field, Provenance, Differ> => ({
    values: [],
    proposals: others.slice(0, perField.proposals).map(({ ids, ...value }) => ({
      ...value,
      why,
      isSuggested: ids.some((id) => chosen.includes(id)),
    })),
  })
  const [best] = groups
  if (!best || others.length === 0) return { values: [], proposals: [] }
  if (current && current.origin !== 'enrichment') return proposed('differs-from-record')
  if (groups.length > 1 && !rules.isProse.has(field)) return proposed(rules.differing)
  if (best.confidence < writtenFrom) return proposed('less-certain')
  const { ids: _, ...value } = best
  return { values: [value], proposals: [] }
}

type Group<Field extends string, Provenance> = DecidedValue<Field, Provenance> & { readonly ids: readonly string[] }

/** Those that say the same, the surest first. */
const groupsOf = <Field extends string, Provenance, Differ extends string>(
  rules: FieldRules<Field, Provenance, Differ>,
  candidates: readonly FieldCandidate<Field, Provenance>[],
): readonly Group<Field, Provenance>[] => {
  const groups = Map.groupBy(candidates, ({ field, value }) => rules.normalOf(field, value))
  return [...groups.values()].map((same) => groupOf(rules, same)).toSorted((a, b) => b.confidence - a.confidence)
}

const groupOf = <Field extends string, Provenance, Differ extends string>(
  { wayOf }: FieldRules<Field, Provenance, Differ>,
  same: readonly FieldCandidate<Field, Provenance>[],
): Group<Field, Provenance> => {
  const best = same.toSorted((a, b) => b.confidence - a.confidence)[0] as FieldCandidate<Field, Provenance>
  const ways = new Set(same.map(({ provenance }) => wayOf(provenance)))
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
