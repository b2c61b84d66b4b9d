// Holds what an answer rests on to what the prompt has shown: an id that is not among the sources was invented.
import type * as z from 'zod'

const namedMost = 20

/** The schema, and that each member `evidence`, wherever it is, names sources alone. */
export const withEvidence = (schema: z.ZodType, sourceIds: readonly string[]): z.ZodType => {
  const known = new Set(sourceIds)
  return schema.check(({ value, issues }) => {
    for (const { path, id } of evidenceIn(value))
      if (!known.has(id))
        issues.push({
          code: 'custom',
          input: id,
          path: [...path],
          message: `is no id of a source. The sources are ${sourceIds.slice(0, namedMost).join(', ')}`,
        })
  })
}

type Cited = { readonly path: readonly PropertyKey[]; readonly id: string }

const evidenceIn = (value: unknown, path: readonly PropertyKey[] = []): readonly Cited[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    const place = [...path, Array.isArray(value) ? Number(name) : name]
    if (name === 'evidence' && Array.isArray(member))
      return member.flatMap((id: unknown, index) => (typeof id === 'string' ? [{ path: [...place, index], id }] : []))
    return evidenceIn(member, place)
  })
}
