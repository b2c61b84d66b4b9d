// Chooses the sentences that a text can be told by: those that share most with the others, that stand where summaries stand, and that name a
// cause, an action or a next step. Word for word, and the same ones for the same text.
import { sentencesOf } from './sentences.ts'
import { overlapOf, termSetOf } from './terms.ts'

/** A text with an id that the sentences taken from it name. */
export type Passage = { readonly id: string; readonly text: string }

export type Extract = { readonly id: string; readonly sentence: string }

type Candidate = Extract & {
  readonly order: number
  readonly terms: ReadonlySet<string>
}

/** More are a dump: what is left is not read. */
const candidatesMax = 600
const termsMin = 2

type Choice = {
  /** What is never chosen. */
  readonly isLeftOut?: (sentence: string) => boolean
  /** The first of these is always chosen. */
  readonly isMatter?: (sentence: string) => boolean
}

/** @returns at most `max` sentences, in the order in which they stand there */
export const summaryOf = (
  passages: readonly Passage[],
  max: number,
  { isLeftOut = () => false, isMatter = () => false }: Choice = {},
): readonly Extract[] => {
  const candidates = candidatesOf(passages).filter(({ sentence }) => !isLeftOut(sentence))
  const matter = candidates.find(({ sentence }) => isMatter(sentence))
  const centrality = centralityOf(candidates)
  const ranked = candidates
    .map((candidate, index) => ({ candidate, score: (centrality[index] ?? 0) * cueOf(candidate.sentence) }))
    .toSorted((a, b) => b.score - a.score || a.candidate.order - b.candidate.order)
  const chosen: Candidate[] = matter ? [matter] : []
  for (const { candidate } of ranked) {
    if (chosen.length === max) break
    if (!chosen.some((other) => overlapOf(candidate.terms, other.terms) > repetitionShare)) chosen.push(candidate)
  }
  return chosen.toSorted((a, b) => a.order - b.order).map(({ id, sentence }) => ({ id, sentence }))
}

const repetitionShare = 0.6

const candidatesOf = (passages: readonly Passage[]): readonly Candidate[] => {
  const candidates: Candidate[] = []
  for (const { id, text } of passages)
    for (const sentence of sentencesOf(text, candidatesMax - candidates.length)) {
      const terms = termSetOf(sentence)
      if (terms.size >= termsMin) candidates.push({ id, sentence, order: candidates.length, terms })
    }
  return candidates
}

/** How much of what it says the others say as well (the weights of TextRank after one step: more steps change the order little). */
const centralityOf = (candidates: readonly Candidate[]): readonly number[] => {
  const holders = new Map<string, number>()
  for (const { terms } of candidates) for (const term of terms) holders.set(term, (holders.get(term) ?? 0) + 1)
  return candidates.map(({ terms }, index) => {
    let shared = 0
    for (const term of terms) {
      const others = (holders.get(term) ?? 1) - 1
      // A term that all sentences have joins none of them to another.
      if (others > 0) shared += Math.log(1 + others) * Math.log(1 + candidates.length / (others + 1))
    }
    const first = index === 0 ? 1.5 : 1
    return (first * (0.5 + shared)) / Math.sqrt(4 + terms.size)
  })
}

const cues: readonly (readonly [RegExp, number])[] = [
  [/\b(?:because|due to|caused? by|root cause|turned out|the reason|wegen|weil|ursache)\b/i, 1.6],
  [
    /\b(?:fixed|resolved|replaced|restarted|reset|rebooted|reinstalled|installed|updated|rolled back|disabled|enabled|restored|behoben|ersetzt|neu gestartet)\b/i,
    1.5,
  ],
  [
    /\b(?:will|going to|needs? to|must|should|next step|agreed|decided|by (?:monday|tuesday|wednesday|thursday|friday|tomorrow))\b/i,
    1.4,
  ],
  [/\b(?:cannot|can't|does not|doesn't|fails?|failed|error|down|unable|stopped|outage|slow|geht nicht|fehler)\b/i, 1.4],
  // What opens and closes a conversation.
  [
    /^(?:hi|hello|hey|good (?:morning|afternoon)|thanks?|thank you|bye|ok(?:ay)?|great|sure|yes|no|hallo|danke)\b/i,
    0.3,
  ],
]

const cueOf = (sentence: string): number =>
  cues.reduce((weight, [pattern, factor]) => (pattern.test(sentence) ? weight * factor : weight), 1)
