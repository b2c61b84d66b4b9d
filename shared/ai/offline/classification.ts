// Gives a text one of the labels that similar texts have been given, with how often that was right, and nothing when it would be a guess.
import { createLabelOdds } from './label-odds.ts'
import { type Example, type Similar, countTerms, createSimilarity } from './similar-texts.ts'

export type LabelledExample = Example & { readonly label: string }

export type Classification = {
  readonly label: string
  /**
   * From 0 to 1: of the examples that were judged with a similar clearness, each without itself, the share that was right. Few examples
   * give a low one, whatever they say.
   */
  readonly confidence: number
  /** Ids of the most similar examples with that label. */
  readonly evidence: readonly string[]
}

export type Classifier = {
  /** @returns undefined when no example is like it */
  readonly classify: (text: string) => Classification | undefined
  /** The most similar examples, the most similar first. */
  readonly similarTo: (text: string, max: number) => readonly { readonly id: string; readonly share: number }[]
}

const neighboursMax = 7
const evidenceMax = 3
/** Below this, an example has a word or two in common with the text, no more. */
export const similarityLeast = 0.12
const judgedAlike = 15

/** @param examples at most some hundreds: learning takes the square of their number */
export const createClassifier = (examples: readonly LabelledExample[]): Classifier => {
  const counted = examples.map(({ label, text }) => ({ label, counts: countTerms(text) }))
  const similar = createSimilarity(counted.map(({ counts }) => counts))
  const odds = createLabelOdds(counted)

  const judge = (counts: ReturnType<typeof countTerms>, except?: number): Judgement | undefined => {
    const neighbours = similar(counts, { max: neighboursMax, ...(except !== undefined && { except }) }).filter(
      ({ share }) => share >= similarityLeast,
    )
    const nearest = neighbours[0]
    if (!nearest) return undefined
    const votes = votesOf(neighbours, counted)
    const shares = odds(counts, except === undefined ? undefined : counted[except])
    const joined = [...votes].map(([label, vote]) => ({ label, score: (vote + (shares.get(label) ?? 0)) / 2 }))
    const best = joined.toSorted((a, b) => b.score - a.score || (a.label < b.label ? -1 : 1))[0]
    return best && { label: best.label, clearness: best.score * Math.sqrt(nearest.share), neighbours }
  }

  const trials = counted.flatMap(({ label, counts }, index) => {
    const judgement = judge(counts, index)
    return judgement ? [{ clearness: judgement.clearness, isRight: judgement.label === label }] : []
  })

  return {
    classify: (text) => {
      const judgement = judge(countTerms(text))
      if (!judgement) return undefined
      const { label, clearness, neighbours } = judgement
      return {
        label,
        confidence: confidenceAt(clearness, trials),
        evidence: neighbours
          .filter(({ index }) => counted[index]?.label === label)
          .slice(0, evidenceMax)
          .flatMap(({ index }) => examples[index]?.id ?? []),
      }
    },
    similarTo: (text, max) =>
      similar(countTerms(text), { max })
        .filter(({ share }) => share >= similarityLeast)
        .flatMap(({ index, share }) => {
          const id = examples[index]?.id
          return id === undefined ? [] : [{ id, share }]
        }),
  }
}

type Judgement = { readonly label: string; readonly clearness: number; readonly neighbours: readonly Similar[] }

const votesOf = (neighbours: readonly Similar[], counted: readonly { readonly label: string }[]) => {
  const sum = neighbours.reduce((all, { share }) => all + share, 0)
  const votes = new Map<string, number>()
  for (const { index, share } of neighbours) {
    const label = counted[index]?.label ?? ''
    votes.set(label, (votes.get(label) ?? 0) + share / sum)
  }
  return votes
}

type Trial = { readonly clearness: number; readonly isRight: boolean }

const clearnessShare = 0.6

/** With one right and one wrong trial more than there were, so that three of three are not certain. */
const confidenceAt = (clearness: number, trials: readonly Trial[]): number => {
  const alike = trials
    .toSorted((a, b) => Math.abs(a.clearness - clearness) - Math.abs(b.clearness - clearness))
    .slice(0, judgedAlike)
  const right = alike.filter(({ isRight }) => isRight).length
  const least = Math.min(...trials.filter(({ isRight }) => isRight).map((trial) => trial.clearness))
  // Far less clear than whatever was right before.
  if (!(clearness >= least * clearnessShare)) return 0
  return Math.round(((right + 1) / (alike.length + 2)) * 100) / 100
}
