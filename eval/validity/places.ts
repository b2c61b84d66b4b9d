// Places in an answer, and the answer with something else in one of them.
import type { Random } from '../random.ts'

export type Place = readonly (string | number)[]

/** Every value of the answer but the whole. */
export const placesIn = (value: unknown, place: Place = []): readonly Place[] =>
  membersOf(value).flatMap(([name, member]) => [[...place, name], ...placesIn(member, [...place, name])])

const membersOf = (value: unknown): readonly (readonly [string | number, unknown])[] => {
  if (typeof value !== 'object' || value === null) return []
  return Array.isArray(value) ? value.map((item, at) => [at, item] as const) : Object.entries(value)
}

export const valueAt = (value: unknown, place: Place): unknown =>
  place.reduce<unknown>((inner, name) => (inner as Readonly<Record<string | number, unknown>>)[name], value)

/** A place whose value is one of these; undefined where there is none. */
export const placeOf = (
  answer: unknown,
  random: Random,
  isMeant: (value: unknown) => boolean = () => true,
): Place | undefined => {
  const places = placesIn(answer).filter((place) => isMeant(valueAt(answer, place)))
  return places.length === 0 ? undefined : random.pick(places)
}

/** A copy with the value there replaced. */
export const replaced = (answer: unknown, [name, ...rest]: Place, by: unknown): unknown => {
  if (name === undefined) return by
  const copy = structuredClone(answer) as Record<string | number, unknown>
  copy[name] = replaced(copy[name], rest, by)
  return copy
}

/** A copy without the value there. */
export const without = (answer: unknown, place: Place): unknown => {
  const holder = valueAt(answer, place.slice(0, -1))
  const name = place.at(-1)
  const rest = Array.isArray(holder)
    ? (holder as unknown[]).filter((_, at) => at !== name)
    : Object.fromEntries(Object.entries(holder as object).filter(([other]) => other !== name))
  return replaced(answer, place.slice(0, -1), rest)
}

const standIn = 'the raw text stands here'

/** The answer as JSON, with that text in one place, whether it is JSON or not. */
export const spelled = (answer: unknown, place: Place, raw: string): string =>
  JSON.stringify(replaced(answer, place, standIn)).replace(JSON.stringify(standIn), () => raw)
