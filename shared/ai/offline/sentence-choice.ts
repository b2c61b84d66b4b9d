// Chooses the sentences of some texts that say most about a question: by the weight of their terms, without repeating themselves.
import type { Material } from '../providers/provider.ts'
import { sentencesOf } from './sentences.ts'
import { overlapOf, termSetOf } from './terms.ts'

export type ChosenSentence = { readonly materialId: string; readonly sentence: string }

type Candidate = ChosenSentence & {
  readonly order: number
  readonly terms: ReadonlySet<string>
  readonly score: number
}

const sentencesMax = 2_000
const charactersMax = 400_000

type Choice = {
  /** How many. */
  readonly max: number
  readonly bytesMax: number
  /** What is never chosen, whatever it says about the question. */
  readonly isLeftOut?: (sentence: string) => boolean
}

/**
 * Always the same ones for the same question and texts, in the order in which they stand there.
 * @returns none when no term of the question occurs in the texts
 */
export const chooseSentences = (
  question: string,
  material: readonly Material[],
  { max, bytesMax, isLeftOut = () => false }: Choice,
): readonly ChosenSentence[] => {
  const asked = termSetOf(question)
  const candidates = scored(candidatesOf(material), asked).filter(({ sentence }) => !isLeftOut(sentence))
  const chosen: Candidate[] = []
  let bytes = 0
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score || a.order - b.order)) {
    if (chosen.length === max || candidate.score <= 0) break
    const size = Buffer.byteLength(candidate.sentence)
    if (bytes + size > bytesMax || chosen.some((other) => isRepetition(candidate, other))) continue
    chosen.push(candidate)
    bytes += size
  }
  return chosen.toSorted((a, b) => a.order - b.order).map(({ materialId, sentence }) => ({ materialId, sentence }))
}

type Unscored = Omit<Candidate, 'score'>

const candidatesOf = (material: readonly Material[]): readonly Unscored[] => {
  const candidates: Unscored[] = []
  let room = charactersMax
  for (const { id, text } of material) {
    for (const sentence of sentencesOf(text.slice(0, room), sentencesMax - candidates.length))
      candidates.push({ materialId: id, sentence, order: candidates.length, terms: termSetOf(sentence) })
    room -= Math.min(room, text.length)
  }
  return candidates
}

/** A term that few sentences have says more; long sentences have no advantage for their length. */
const scored = (candidates: readonly Unscored[], asked: ReadonlySet<string>): readonly Candidate[] => {
  const frequency = new Map<string, number>()
  for (const { terms } of candidates) for (const term of terms) frequency.set(term, (frequency.get(term) ?? 0) + 1)
  const weightOf = (term: string): number => Math.log(1 + candidates.length / (frequency.get(term) ?? 1))
  return candidates.map((candidate) => {
    const hits = [...candidate.terms].filter((term) => asked.has(term))
    const weight = hits.reduce((sum, term) => sum + weightOf(term), 0)
    return { ...candidate, score: weight / Math.sqrt(4 + candidate.terms.size) }
  })
}

/** Most of what the shorter one says, the other one says as well. */
const isRepetition = (one: Unscored, other: Unscored): boolean => overlapOf(one.terms, other.terms) > 0.8
