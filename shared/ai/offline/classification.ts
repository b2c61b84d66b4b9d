// Gives a text one of the labels that similar texts have been given, with how often that was right, and nothing when it would be a guess.
import { type LabelledCounts, createLabelOdds } from './label-odds.ts'
import { backingOf } from './backing.ts'
import {
  type Example,
  type Similar,
  type TermCounts,
  countTerms,
  countTermsAndConcepts,
  createSimilarity,
} from './similar-texts.ts'

export type LabelledExample = Example & { readonly label: string }

export type Classification = {
  readonly label: string
  /**
   * From 0 to 1: of the examples that were judged with a similar clearness, each without itself, the share that was right; and no more than
   * the examples allow that say something of what the text says. Few examples give a low one, whatever they say.
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
/** Of few labels, one that is left wins by itself: that says nothing about texts that have none. */
const labelsLeast = 4

/**
 * @param examples at most some hundreds: learning takes up to the square of their number
 * @param isAlwaysLabelled whether each text has one of the labels, as it has one of the priorities; otherwise a text may be about something else
 * @param isEveryday whether a term stands in texts about anything: it makes nothing certain
 */
export const createClassifier = (
  examples: readonly LabelledExample[],
  {
    isAlwaysLabelled = false,
    isEveryday = () => false,
  }: { readonly isAlwaysLabelled?: boolean; readonly isEveryday?: (term: string) => boolean } = {},
): Classifier => {
  // What a text is about says nothing about how urgent it is.
  const count = isAlwaysLabelled ? countTerms : countTermsAndConcepts
  const counted = examples.map(({ label, text }) => ({ label, counts: count(text) }))
  const similar = createSimilarity(counted.map(({ counts }) => counts))
  const judge = createJudge(counted, similar)
  // Only who asks for a label waits for the trials.
  let learnt: Calibration | undefined
  const calibration = (): Calibration => (learnt ??= calibrationOf(counted, judge, isAlwaysLabelled))

  return {
    classify: (text) => {
      const counts = count(text)
      const judgement = judge(counts)
      if (!judgement) return undefined
      const { label, clearness, neighbours } = judgement
      const { trials, least } = calibration()
      const own = counted.filter((one) => one.label === label)
      return {
        label,
        confidence:
          clearness > least ? Math.min(confidenceAt(clearness, trials), backingOf(counts, own, isEveryday)) : 0,
        evidence: neighbours
          .filter(({ index }) => counted[index]?.label === label)
          .slice(0, evidenceMax)
          .flatMap(({ index }) => examples[index]?.id ?? []),
      }
    },
    similarTo: (text, max) =>
      similar(count(text), { max })
        .filter(({ share }) => share >= similarityLeast)
        .flatMap(({ index, share }) => {
          const id = examples[index]?.id
          return id === undefined ? [] : [{ id, share }]
        }),
  }
}

type Judge = (counts: TermCounts, omission?: Omission) => Judgement | undefined

const createJudge = (counted: readonly LabelledCounts[], similar: ReturnType<typeof createSimilarity>): Judge => {
  const odds = createLabelOdds(counted)
  return (counts, { except, absent } = {}) => {
    const neighbours = similar(counts, {
      max: absent === undefined ? neighboursMax : counted.length,
      ...(except !== undefined && { except }),
    })
      .filter(({ index, share }) => share >= similarityLeast && counted[index]?.label !== absent)
      .slice(0, neighboursMax)
    const nearest = neighbours[0]
    if (!nearest) return undefined
    const votes = votesOf(neighbours, counted)
    const shares = odds(counts, except === undefined ? undefined : counted[except])
    const left = 1 - (absent === undefined ? 0 : (shares.get(absent) ?? 0))
    const joined = [...votes].map(([label, vote]) => ({ label, score: (vote + (shares.get(label) ?? 0) / left) / 2 }))
    const best = joined.toSorted((a, b) => b.score - a.score || (a.label < b.label ? -1 : 1))[0]
    return best && { label: best.label, clearness: best.score * Math.sqrt(nearest.share), neighbours }
  }
}

const calibrationOf = (counted: readonly LabelledCounts[], judge: Judge, isAlwaysLabelled: boolean): Calibration => {
  const trials = counted.flatMap(({ label, counts }, index) => {
    const judgement = judge(counts, { except: index })
    return judgement ? [{ clearness: judgement.clearness, isRight: judgement.label === label }] : []
  })
  if (isAlwaysLabelled || new Set(counted.map(({ label }) => label)).size < labelsLeast) return { trials, least: 0 }
  const outsiders = counted.map(
    ({ label, counts }, index) => judge(counts, { except: index, absent: label })?.clearness ?? 0,
  )
  return { trials, least: leastClearness(outsiders) }
}

/** What is left out of a trial: the example itself, and all examples of a label, as if there were no such label. */
type Omission = { readonly except?: number; readonly absent?: string }

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

/** `least`: what a text must exceed to have one of the labels at all. */
type Calibration = { readonly trials: readonly Trial[]; readonly least: number }

type Trial = { readonly clearness: number; readonly isRight: boolean }

const clearnessShare = 0.6
const outsidersRefused = 0.8

/** What most examples do not reach when their own label is not there: a text that has no label looks no clearer. */
const leastClearness = (outsiders: readonly number[]): number =>
  outsiders.toSorted((a, b) => a - b)[Math.floor(outsiders.length * outsidersRefused)] ?? 0

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
