// Finds the texts that are most like another: BM25 over terms (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
import { conceptsOf } from './concepts.ts'
import { termsOf } from './terms.ts'

export type Example = { readonly id: string; readonly text: string }

export type Similar = {
  readonly index: number
  /** From 0 to 1: of what the text says, how much the example says as well, by the weight of the terms. */
  readonly share: number
}

export type TermCounts = ReadonlyMap<string, number>

export const countTerms = (text: string): TermCounts => countOf(termsOf(text))

/** With the things that they are about, each as a term of its own. */
export const countTermsAndConcepts = (text: string): TermCounts =>
  countOf(termsOf(text).flatMap((term) => [term, ...conceptsOf(term)]))

export const countOf = (terms: readonly string[]): TermCounts => {
  const counts = new Map<string, number>()
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}

const saturation = 1.2
const lengthWeight = 0.75

/** What an example has of a term, in weight. */
type Posting = { readonly index: number; readonly weight: number }

/**
 * @param examples at most some hundreds: what has a term in common is read for each search
 * @returns a search for the most similar ones, the most similar first; none without a common term
 */
export const createSimilarity = (examples: readonly TermCounts[]) => {
  const averageLength = examples.map(lengthOf).reduce((sum, length) => sum + length, 0) / Math.max(1, examples.length)
  const holders = new Map<string, number>()
  for (const counts of examples) for (const term of counts.keys()) holders.set(term, (holders.get(term) ?? 0) + 1)
  const rarity = (held: number): number => Math.log(1 + (examples.length - held + 0.5) / (held + 0.5))
  const rarities = new Map([...holders].map(([term, held]) => [term, rarity(held)]))
  const rarityOfUnknown = rarity(0)

  const weightOf = (term: string, count: number, length: number): number => {
    const norm = saturation * (1 - lengthWeight + (lengthWeight * length) / Math.max(1, averageLength))
    return ((rarities.get(term) ?? rarityOfUnknown) * count * (saturation + 1)) / (count + norm)
  }
  const postings = new Map<string, Posting[]>()
  for (const [index, counts] of examples.entries()) {
    const length = lengthOf(counts)
    for (const [term, count] of counts) {
      const posting = { index, weight: weightOf(term, count, length) }
      const known = postings.get(term)
      if (known) known.push(posting)
      else postings.set(term, [posting])
    }
  }

  return (
    text: TermCounts,
    { max, except }: { readonly max: number; readonly except?: number },
  ): readonly Similar[] => {
    let whole = 0
    const scores = new Map<number, number>()
    for (const [term, count] of text) {
      whole += weightOf(term, count, averageLength)
      for (const { index, weight } of postings.get(term) ?? [])
        if (index !== except) scores.set(index, (scores.get(index) ?? 0) + weight)
    }
    return [...scores]
      .map(([index, score]) => ({ index, share: Math.min(1, score / whole) }))
      .toSorted((a, b) => b.share - a.share || a.index - b.index)
      .slice(0, max)
  }
}

const lengthOf = (counts: TermCounts): number => [...counts.values()].reduce((sum, count) => sum + count, 0)
