// What can be read off the files of a repository without a model: endpoints, tables, settings and the like, each with the sources that show it.
import type { Source } from '../../source.ts'
import { lineFacts } from './line-facts.ts'
import { manifestFacts } from './manifest-facts.ts'
import type { ReadFact } from './read-fact.ts'
import { openApiFacts, tableFacts } from './schema-facts.ts'

export type SourceFact = ReadFact & { readonly sourceIds: readonly string[] }

/** Longer lines are data or minified: nobody wrote them to be read. */
const lineMax = 400

/** Each once, in the order in which they stand there. */
export const factsOf = (sources: readonly Source[]): readonly SourceFact[] => {
  const facts = new Map<string, { readonly fact: ReadFact; readonly sourceIds: Set<string> }>()
  for (const { id, text } of sources) {
    const file = { path: id, text, lines: text.split(/\r?\n/).filter(({ length }) => length <= lineMax) }
    for (const fact of [...manifestFacts(file), ...openApiFacts(file), ...tableFacts(file), ...lineFacts(file)]) {
      const key = `${fact.kind} ${fact.text}`
      const known = facts.get(key) ?? { fact, sourceIds: new Set() }
      known.sourceIds.add(id)
      facts.set(key, known)
    }
  }
  return [...facts.values()].map(({ fact, sourceIds }) => ({ ...fact, sourceIds: [...sourceIds] }))
}
