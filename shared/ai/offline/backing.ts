// How certain examples can make a label, whatever the trials say: by how many of them say something of what a text says.
import { conceptsOf, isConcept } from './concepts.ts'
import type { TermCounts } from './similar-texts.ts'

type Labelled = { readonly counts: TermCounts }

/** One word in common is a coincidence: what four examples have of it is hardly more than what one has of two. */
const ofOneWord = 0.4

/**
 * From 0 to 1, and never 1. Where the text names nothing that an IT department looks after, such as a parking space, an example that does is
 * about something else.
 * @param examples all that have the label
 * @param isEveryday whether a term stands in texts about anything
 */
export const backingOf = (
  text: TermCounts,
  examples: readonly Labelled[],
  isEveryday: (term: string) => boolean,
): number => {
  const terms = [...text.keys()].filter((term) => !isEveryday(term))
  const backing = examples
    .filter(({ counts }) => hasConcept(text) || !hasConcept(counts))
    .reduce((sum, { counts }) => sum + backingBy(terms, counts), 0)
  return Math.round((backing / (backing + 1)) * 100) / 100
}

/** A word and the thing that it names are one, not two. */
const backingBy = (terms: readonly string[], example: TermCounts): number => {
  const common = terms.filter((term) => example.has(term))
  const words = common.filter((term) => !isConcept(term))
  const named = new Set(words.flatMap(conceptsOf))
  const told = words.length + common.filter((term) => isConcept(term) && !named.has(term)).length
  return told === 0 ? 0 : told === 1 ? ofOneWord : 1
}

const hasConcept = (counts: TermCounts): boolean => [...counts.keys()].some(isConcept)
