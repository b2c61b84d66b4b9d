// Ids of a product's records, as a feature can refer to them, and back. Those that a model could not repeat without a slip get a number.
import { SourceId } from '../features/source.ts'

export type SourceIds = {
  readonly of: (id: string) => string
  /** The ids of the product. What is none of them is left out. */
  readonly back: (sourceIds: readonly string[]) => string[]
}

/** @param ids each once */
export const sourceIds = (ids: readonly string[]): SourceIds => {
  const taken = new Set(ids)
  const byId = new Map(
    ids.map((id, index) => {
      if (SourceId.safeParse(id).success) return [id, id] as const
      const numbered = `e-${index + 1}`
      return [id, taken.has(numbered) ? `e-${index + 1}-x` : numbered] as const
    }),
  )
  const byName = new Map([...byId].map(([id, name]) => [name, id]))
  return { of: (id) => byId.get(id) ?? id, back: (names) => names.flatMap((name) => byName.get(name) ?? []) }
}
