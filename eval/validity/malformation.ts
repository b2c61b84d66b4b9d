// A way to write a good answer badly.
import type { FinishReason } from '../../shared/ai/providers/provider.ts'
import type { Random } from '../random.ts'
import { type Place, placeOf, replaced, spelled, valueAt } from './places.ts'

export type Malformed = {
  readonly text: string
  readonly finish?: FinishReason
  /** What is written, as it may be shown; undefined where nothing of it may be. */
  readonly means: unknown
}

export type Ground = {
  readonly answer: Readonly<Record<string, unknown>>
  readonly random: Random
  /** JSON Schema of the answer. */
  readonly schema: Readonly<Record<string, unknown>>
  /** Good answers of other features. */
  readonly others: readonly Readonly<Record<string, unknown>>[]
}

export type Malformation = {
  readonly kind: string
  /** Undefined where the answer has no place for it. */
  readonly write: (ground: Ground) => Malformed | undefined
}

export const isText = (value: unknown): value is string => typeof value === 'string'
export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const isLeaf = (value: unknown): boolean => typeof value !== 'object' || value === null

/** What cannot be read as one object without guessing. */
export const unreadable = (kind: string, write: (json: string, ground: Ground) => string): Malformation => ({
  kind,
  write: (ground) => ({ text: write(JSON.stringify(ground.answer), ground), means: undefined }),
})

/** What changes nothing of the answer. */
export const wrapped = (kind: string, write: (json: string, ground: Ground) => string): Malformation => ({
  kind,
  write: (ground) => ({ text: write(JSON.stringify(ground.answer), ground), means: ground.answer }),
})

/** Another answer, in good JSON: it may be shown if it fits. */
export const changed = (kind: string, change: (ground: Ground) => unknown): Malformation => ({
  kind,
  write: (ground) => {
    const answer = change(ground)
    return answer === undefined ? undefined : { text: JSON.stringify(answer), means: answer }
  },
})

/** One value of the answer is written as text that is no JSON, or means something else than it says. */
export const misspelled = (
  kind: string,
  isMeant: (value: unknown) => boolean,
  raw: (value: never, random: Random) => string,
): Malformation => ({
  kind,
  write: ({ answer, random }) => {
    const place = placeOf(answer, random, isMeant)
    return place && { text: spelled(answer, place, raw(valueAt(answer, place) as never, random)), means: undefined }
  },
})

/** The answer with another value in a place of the kind that is meant. */
export const elsewhere = (
  { answer, random }: Ground,
  isMeant: (value: unknown) => boolean,
  by: (value: never, place: Place) => unknown,
): unknown => {
  const place = placeOf(answer, random, isMeant)
  return place && replaced(answer, place, by(valueAt(answer, place) as never, place))
}
