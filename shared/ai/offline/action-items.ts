// Finds in a conversation who said that they or somebody would do what, and until when. By modality, imperative and deadline: word for word.
import { deadlineIn } from './deadline.ts'
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

/** Somebody takes it on. "We" is nobody. */
const promise =
  /\b(?:I(?:'|’)ll|I will|I(?:'|’)m going to|I am going to|let me|I can (?:send|order|call|check|schedule|set|get|do)|ich (?:werde|schicke|bestelle|rufe|kümmere))\b/i
const common =
  /\b(?:we(?:'|’)ll|we will|we(?:'|’)re going to|we are going to|we (?:need|have) to|wir (?:werden|müssen))\b/i
const request =
  /\b(?:(?:can|could|would|will) you|please|you (?:need|have) to|you should|make sure|bitte|kannst du|können sie)\b/i
const task = /\b(?:needs? to be|has to be|must be|should be|action item|to[- ]do|follow[- ]up:?)\b/i
/** What is done, conditional, general or a courtesy. */
const noTask =
  /\b(?:let me know|let me (?:see|think|share my)|I(?:'|’)ll be (?:right )?back|hold on|bear with me|please hold|I will (?:not|never)|I won't|if you (?:want|like|need)|would have|should have|could have|can you (?:hear|see)|could you (?:repeat|say|spell)|can you (?:repeat|say|spell|tell|confirm)|could you (?:tell|confirm)|thank(?:s| you)|please (?:wait|repeat))\b/i

const sentencesMax = 5_000
const termsMin = 2

/** @returns at most `max` items, in the order in which they were said; what is said again is named once */
export const actionItemsOf = (utterances: readonly Utterance[], max: number): readonly ActionItem[] => {
  const speakers = [...new Set(utterances.map(({ speaker }) => speaker))]
  const items: { readonly item: ActionItem; readonly terms: ReadonlySet<string> }[] = []
  let left = sentencesMax
  for (const { id, speaker, text } of utterances) {
    if (items.length === max) break
    const sentences = sentencesOf(text, left)
    left -= sentences.length
    for (const what of sentences) {
      const terms = termSetOf(what)
      if (!isTask(what) || terms.size < termsMin) continue
      if (items.some((known) => isSame(known.terms, terms))) continue
      const item = { id, what, owner: ownerOf(what, speaker, speakers), due: deadlineIn(what) ?? null }
      items.push({ item, terms })
      if (items.length === max) break
    }
  }
  return items.map((found) => found.item)
}

const isTask = (sentence: string): boolean =>
  !noTask.test(sentence) &&
  (promise.test(sentence) || common.test(sentence) || request.test(sentence) || task.test(sentence))

const ownerOf = (sentence: string, speaker: string, speakers: readonly string[]): string | null => {
  if (promise.test(sentence)) return speaker
  const named = speakers.find((other) => other !== speaker && mentions(sentence, other))
  if (named !== undefined) return named
  // Of two people, the other one is asked.
  const others = speakers.filter((other) => other !== speaker)
  return request.test(sentence) && others.length === 1 ? (others[0] ?? null) : null
}

/** By the first or the whole name, as a word of its own. */
const mentions = (sentence: string, speaker: string): boolean => {
  const words: readonly string[] = sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const first = /[\p{L}\p{N}]+/u.exec(speaker.toLowerCase())?.[0]
  return first !== undefined && first.length > 2 && words.includes(first)
}

const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  commonTerms(one, other) / Math.max(one.size, other.size) > 0.75
