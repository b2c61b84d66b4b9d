// Which label the terms of a text speak for: complement naive Bayes (Rennie et al., "Tackling the Poor Assumptions of Naive Bayes Text
// Classifiers", 2003), which a label with many examples does not win by their number.
import type { TermCounts } from './similar-texts.ts'

export type LabelledCounts = { readonly label: string; readonly counts: TermCounts }

const smoothing = 0.5

/** @returns for a text, the share of each label; they add up to 1 */
export const createLabelOdds = (examples: readonly LabelledCounts[]) => {
  const total = new Map<string, number>()
  const byLabel = new Map<string, Map<string, number>>()
  for (const { label, counts } of examples) {
    const own = byLabel.get(label) ?? new Map<string, number>()
    byLabel.set(label, own)
    for (const [term, count] of counts) {
      total.set(term, (total.get(term) ?? 0) + count)
      own.set(term, (own.get(term) ?? 0) + count)
    }
  }
  const sumOf = (counts: TermCounts): number => [...counts.values()].reduce((sum, count) => sum + count, 0)
  const totalSum = sumOf(total)
  const labelSums = new Map([...byLabel].map(([label, counts]) => [label, sumOf(counts)]))

  /** @param except an example that is judged as if it had not been learnt from */
  return (text: TermCounts, except?: LabelledCounts): ReadonlyMap<string, number> => {
    const without = (label: string, term: string): number =>
      except && except.label !== label ? (except.counts.get(term) ?? 0) : 0
    const weights = [...byLabel].map(([label, own]) => {
      const gone = except && except.label !== label ? sumOf(except.counts) : 0
      const complementSum = totalSum - (labelSums.get(label) ?? 0) - gone + smoothing * total.size
      let weight = 0
      let terms = 0
      for (const [term, count] of text) {
        const known = total.get(term)
        if (known === undefined) continue
        const others = known - (own.get(term) ?? 0) - without(label, term)
        weight -= count * Math.log((others + smoothing) / complementSum)
        terms += count
      }
      return [label, terms === 0 ? 0 : weight / Math.sqrt(terms)] as const
    })
    return shares(weights)
  }
}

const shares = (weights: readonly (readonly [string, number])[]): ReadonlyMap<string, number> => {
  const most = Math.max(...weights.map(([, weight]) => weight))
  const powers = weights.map(([label, weight]) => [label, Math.exp(weight - most)] as const)
  const sum = powers.reduce((all, [, power]) => all + power, 0)
  return new Map(powers.map(([label, power]) => [label, power / sum]))
}
