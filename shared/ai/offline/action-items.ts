// Finds in a conversation who said that they or somebody would do what, and until when. By modality, imperative and deadline: word for word.
import { sentencesOf } from './sentences.ts'
import { commonTerms, termSetOf } from './terms.ts'

/** What one person said without a break. */
export type Utterance = { readonly id: string; readonly speaker: string; readonly text: string }

export type ActionItem = {
  readonly id: string
  /** The sentence, as it was said. */
  readonly what: string
  /** Who said "I will", or who was asked by name; null when neither is clear. */
  readonly owner: string | null
  /** As it was said, e.g. "by Friday". */
  readonly due: string | null
}

/** How a language says it. */
export type Wording = {
  /** Somebody takes it on. */
  readonly promise: RegExp
  /** "We" take it on, which is nobody. */
  readonly common: RegExp
  readonly request: RegExp
  /** Something has to be done, by whomever. */
  readonly task?: RegExp
  readonly noTask: RegExp
  /** What will not be done: all of them in a sentence, each to the end of its clause. */
  readonly denial: RegExp
  readonly deadlineIn: (sentence: string) => string | undefined
}

const sentencesMax = 5_000
const termsMin = 2

/**
 * @param wordings of the languages that are listened to
 * @returns at most `max` items, in the order in which they were said; what is said again is named once
 */
export const actionItemsOf = (
  utterances: readonly Utterance[],
  max: number,
  wordings: readonly Wording[],
): readonly ActionItem[] => {
  const speakers = [...new Set(utterances.map(({ speaker }) => speaker))]
  const items: { readonly item: ActionItem; readonly terms: ReadonlySet<string> }[] = []
  let left = sentencesMax
  for (const { id, speaker, text } of utterances) {
    if (items.length === max) break
    const sentences = sentencesOf(text, left)
    left -= sentences.length
    for (const what of sentences) {
      const terms = termSetOf(what)
      const meant = wordings.reduce((rest, { denial: denied }) => rest.replaceAll(denied, ' '), what)
      const isSaid = (name: 'promise' | 'common' | 'request' | 'task' | 'noTask'): boolean =>
        wordings.some((wording) => wording[name]?.test(meant))
      const isTask = (['promise', 'common', 'request', 'task'] as const).some(isSaid)
      if (isSaid('noTask') || !isTask || terms.size < termsMin) continue
      if (items.some((known) => isSame(known.terms, terms))) continue
      const owner = ownerOf(what, speaker, speakers, isSaid)
      const due = wordings.map((wording) => wording.deadlineIn(meant)).find((said) => said !== undefined)
      items.push({ item: { id, what, owner, due: due ?? null }, terms })
      if (items.length === max) break
    }
  }
  return items.map((found) => found.item)
}

const ownerOf = (
  sentence: string,
  speaker: string,
  speakers: readonly string[],
  isSaid: (name: 'promise' | 'request') => boolean,
): string | null => {
  if (isSaid('promise')) return speaker
  const named = speakers.find((other) => other !== speaker && mentions(sentence, other))
  if (named !== undefined) return named
  // Of two people, the other one is asked.
  const others = speakers.filter((other) => other !== speaker)
  return isSaid('request') && others.length === 1 ? (others[0] ?? null) : null
}

/** By the first or the whole name, as a word of its own. */
const mentions = (sentence: string, speaker: string): boolean => {
  const words: readonly string[] = sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const first = /[\p{L}\p{N}]+/u.exec(speaker.toLowerCase())?.[0]
  return first !== undefined && first.length > 2 && words.includes(first)
}

const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  commonTerms(one, other) / Math.max(one.size, other.size) > 0.75
