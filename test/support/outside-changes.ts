// How an answer or an event may change from one version of its publisher to the next, told from its schema and one example of it.
import * as z from 'zod'

type Path = readonly (string | number)[]

export type Change = {
  /** `added`: a member that nobody knows; `new-word`: a value that an enum has not; `shouted`: a known one in capitals. */
  readonly kind: 'added' | 'new-word' | 'shouted' | 'without' | 'null'
  /** The object that gets a member, or the member that is changed. */
  readonly path: Path
  readonly value: unknown
}

const newWord = 'word_of_a_later_version'

/**
 * Every change that there is: a member more at each object, another word at each enum and literal, each member left out, and each null.
 * Throws when the example lacks a member of the schema, since its changes would be missed.
 */
export const changesOf = (schema: z.ZodType, example: unknown): readonly Change[] =>
  placesOf(schema, example, []).flatMap(({ path, kind, value }): Change[] => {
    if (kind === 'object')
      return [{ kind: 'added', path, value: withMember(example, [...path, 'later'], { now: [1] }) }]
    if (kind === 'word')
      return [
        { kind: 'new-word', path, value: withMember(example, path, newWord) },
        { kind: 'shouted', path, value: withMember(example, path, String(value).toUpperCase()) },
      ]
    return [
      { kind: 'without', path, value: withMember(example, path, undefined) },
      { kind: 'null', path, value: withMember(example, path, null) },
    ]
  })

/** `tickets[].id` */
export const nameOf = (path: Path): string =>
  path.map((step, at) => (typeof step === 'number' ? '[]' : at === 0 ? step : `.${step}`)).join('')

type Place = { readonly kind: 'object' | 'word' | 'member'; readonly path: Path; readonly value: unknown }

const placesOf = (schema: z.ZodType, value: unknown, path: Path): readonly Place[] => {
  const inner = unwrapped(schema)
  if (value === undefined || value === null) throw new Error(`The example lacks ${nameOf(path) || 'everything'}.`)
  if (inner instanceof z.ZodArray) {
    const items = value as readonly unknown[]
    if (items.length === 0) throw new Error(`The example has nothing in ${nameOf(path)}.`)
    return items.flatMap((item, index) => placesOf(inner.element as z.ZodType, item, [...path, index]))
  }
  if (inner instanceof z.ZodObject)
    return [
      { kind: 'object', path, value },
      ...Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([name, member]): readonly Place[] => {
        const at = [...path, name]
        const given = (value as Record<string, unknown>)[name]
        return [{ kind: 'member', path: at, value: given }, ...placesOf(member, given, at)]
      }),
    ]
  return isWord(inner) ? [{ kind: 'word', path, value }] : []
}

const unwrapped = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodLazy
    ? unwrapped(schema.unwrap() as z.ZodType)
    : schema

const isWord = (schema: z.ZodType): boolean =>
  schema instanceof z.ZodEnum || (schema instanceof z.ZodLiteral && typeof [...schema.values][0] === 'string')

/** A copy, with the value at the path; without what is there for `undefined`. */
const withMember = (whole: unknown, path: Path, value: unknown): unknown => {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (Array.isArray(whole))
    return whole.map((item, at) => (at === step ? withMember(item, rest, value) : (item as unknown)))
  const members = {
    ...(whole as Record<string, unknown>),
    [step]: withMember((whole as Record<string, unknown>)[step], rest, value),
  }
  return Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined))
}

type Difference = { readonly path: Path; readonly before: unknown; readonly after: unknown }

/** What became of a value: members that are `undefined` are as good as none. Lists of other lengths differ as a whole. */
export const differencesOf = (before: unknown, after: unknown, path: Path = []): readonly Difference[] => {
  if (isParts(before) && isParts(after) && lengthOf(before) === lengthOf(after)) {
    const steps = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return steps.flatMap((step) =>
      differencesOf(before[step], after[step], [...path, Array.isArray(before) ? Number(step) : step]),
    )
  }
  return Object.is(before, after) ? [] : [{ path, before, after }]
}

const isParts = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
const lengthOf = (value: unknown): number | undefined => (Array.isArray(value) ? value.length : undefined)
