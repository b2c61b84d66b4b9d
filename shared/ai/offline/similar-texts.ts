// Finds the texts that are most like another: BM25 over terms (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009).
import { termsOf } from './terms.ts'

export type Example = { readonly id: string; readonly text: string }

export type Similar = {
  readonly index: number
  /** From 0 to 1: of what the text says, how much the example says as well, by the weight of the terms. */
  readonly share: number
}

export type TermCounts = ReadonlyMap<string, number>

export const countTerms = (text: string): TermCounts => {
  const counts = new Map<string, number>()
  for (const term of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}

const saturation = 1.2
const lengthWeight = 0.75

/**
 * @param examples at most some hundreds: each search reads them all
 * @returns a search for the most similar ones, the most similar first; none without a common term
 */
export const createSimilarity = (examples: readonly TermCounts[]) => {
  const lengths = examples.map(lengthOf)
  const averageLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, examples.length)
  const holders = new Map<string, number>()
  for (const counts of examples) for (const term of counts.keys()) holders.set(term, (holders.get(term) ?? 0) + 1)
  const rarity = (term: string): number => {
    const held = holders.get(term) ?? 0
    return Math.log(1 + (examples.length - held + 0.5) / (held + 0.5))
  }

  const scoreOf = (text: TermCounts, example: TermCounts, length: number): number => {
    let score = 0
    for (const term of text.keys()) {
      const count = example.get(term)
      if (count === undefined) continue
      const norm = saturation * (1 - lengthWeight + (lengthWeight * length) / Math.max(1, averageLength))
      score += (rarity(term) * count * (saturation + 1)) / (count + norm)
    }
    return score
  }

  return (
    text: TermCounts,
    { max, except }: { readonly max: number; readonly except?: number },
  ): readonly Similar[] => {
    const whole = scoreOf(text, text, averageLength)
    if (whole === 0) return []
    return examples
      .map((example, index) => ({
        index,
        share: index === except ? 0 : Math.min(1, scoreOf(text, example, lengths[index] ?? 0) / whole),
      }))
      .filter(({ share }) => share > 0)
      .toSorted((a, b) => b.share - a.share || a.index - b.index)
      .slice(0, max)
  }
}

const lengthOf = (counts: TermCounts): number => [...counts.values()].reduce((sum, count) => sum + count, 0)
