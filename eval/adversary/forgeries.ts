// Answers that are good but for one thing, which was invented: what the check between a model and a product has to refuse.
import { additions } from './additions.ts'
import { answerForgeries } from './answer-forgeries.ts'
import type { WordyFeature } from '../answerer.ts'
import type { CauseReport } from '../root-causes/root-cause-measures.ts'
import type { Forgery } from './forgery.ts'

/** Where the answers of a feature have sentences of their own words. */
const sentencePlaces: Readonly<Record<WordyFeature, (answer: never, turn: number) => Place | undefined>> = {
  'ticket-suggest': (answer: { reason: string; resolution: { text: string } | null }, turn) =>
    turn % 2 === 0 && answer.resolution ? at(answer.resolution, 'text') : at(answer, 'reason'),
  'call-recap': (answer: { summary: object[]; actionItems: object[] }, turn) =>
    turn % 2 === 0 && answer.actionItems.length > 0
      ? at(nth(answer.actionItems, turn), 'what')
      : at(nth(answer.summary, turn), 'sentence'),
  'billing-explanation': (answer: { sentences: object[] }, turn) => at(nth(answer.sentences, turn), 'text'),
  'attack-narrative': (answer: { sentences: object[] }, turn) => at(nth(answer.sentences, turn), 'text'),
  'proposal-generate': ({ timeline, hypotheses, openQuestions }: CauseReport, turn) =>
    at(nth(timeline, turn), 'text', turn % 3 === 0) ??
    at(nth(hypotheses, turn), 'statement', turn % 3 === 1) ??
    at(nth(openQuestions, turn), 'question'),
}

type Place = { readonly read: () => string; readonly write: (text: string) => void }

const at = (holder: object | undefined, member: string, isItsTurn = true): Place | undefined => {
  if (!holder || !isItsTurn) return undefined
  const members = holder as Record<string, string>
  return {
    read: () => members[member] ?? '',
    write: (text) => {
      members[member] = text
    },
  }
}

const nth = (items: readonly object[], turn: number): object | undefined => items[turn % items.length]

export const forgeriesOf = (name: WordyFeature): readonly Forgery[] => [
  ...additions.map(([kind, sentence]) => ({
    kind,
    forge: (answer: unknown, _input: unknown, turn: number) => {
      const copy: unknown = structuredClone(answer)
      const place = sentencePlaces[name](copy as never, turn)
      if (!place) return undefined
      // Room for it within the length that a sentence may have.
      place.write(`${place.read().slice(0, 300)} ${sentence}`)
      return copy
    },
  })),
  {
    kind: 'digit changed',
    forge: (answer, _input, turn) => {
      const copy: unknown = structuredClone(answer)
      const place = sentencePlaces[name](copy as never, turn)
      const text = place?.read() ?? ''
      const found = /\d(?!.*\d)/s.exec(text)
      if (!place || !found) return undefined
      place.write(`${text.slice(0, found.index)}${(Number(found[0]) + 7) % 10}97${text.slice(found.index + 1)}`)
      return copy
    },
  },
  ...answerForgeries[name],
]
