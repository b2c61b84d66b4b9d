// The words in which a bad value is refused: ours, plain, and about the field; never those of the library that found it.
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { all } from '../../../functions/apps/all.ts'
import { AppError } from '../../../shared/errors.ts'
import { validate } from '../../../shared/http/request-input.ts'
import { plainWords } from '../../../shared/schema/plain-words.ts'
import { TimeFromOutside, UtcTime } from '../../../shared/schema/time.ts'
import type { HttpDefinition } from '../../../shared/triggers/http.ts'
import { type SchemaSource, schemaOf } from '../../../shared/triggers/schema-source.ts'

const wordsOf = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value, { error: plainWords }).error?.issues[0]?.message

describe('a value that is refused', () => {
  it.each([
    [z.string(), undefined, 'is missing'],
    [z.enum(['a', 'b']), undefined, 'is missing'],
    [z.string(), 7, 'must be text, not a number'],
    [z.string(), true, 'must be text, not true or false'],
    [z.array(z.string()), 'a', 'must be a list, not text'],
    [z.strictObject({}), [], 'must be an object, not a list'],
    [z.number(), null, 'must be a number, not null'],
    [z.number(), Number.NaN, 'must be a number'],
    [z.number(), Number.POSITIVE_INFINITY, 'must be a number'],
    [z.coerce.number(), 'ten', 'must be a number'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
    [z.literal('a'), 'c', 'must be a'],
    [z.string().min(1), '', 'must not be empty'],
    [z.string().min(2), '', 'must have at least 2 characters'],
    [z.string().max(1), 'ab', 'must have at most 1 character'],
    [z.string().max(2_000), 'a'.repeat(2_001), 'must have at most 2,000 characters'],
    [z.string().length(3), 'ab', 'must have exactly 3 characters'],
    [z.array(z.int()).min(1), [], 'must not be empty'],
    [z.array(z.int()).max(1), [1, 2], 'must have at most 1 item'],
    [z.number().min(1), 0, 'must be at least 1'],
    [z.number().max(100), 101, 'must be at most 100'],
    [z.number().gt(0), 0, 'must be more than 0'],
    [z.number().lt(9), 9, 'must be less than 9'],
    [z.number().multipleOf(5), 7, 'must be a multiple of 5'],
    [z.email(), 'mia', 'must be an e-mail address'],
    [UtcTime, '2026-11-28T10:30:00+01:00', 'must be a time in UTC, such as 2026-11-28T09:30:00Z'],
    [z.string().regex(/^a$/), 'b', 'does not have the form that is asked for'],
    [z.strictObject({}), { a: 1 }, 'has a field that is not known here: a'],
    [z.strictObject({}), { a: 1, b: 1 }, 'has fields that are not known here: a, b'],
    [z.union([z.string(), z.number()]), null, 'has none of the allowed forms'],
    [z.string().refine(() => false), 'a', 'is not valid'],
    [z.string().refine(() => false, 'must be something else'), 'a', 'must be something else'],
  ] as const)('is refused in plain words (%#)', (schema, value, words) => {
    expect(wordsOf(schema, value)).toBe(words)
  })

  it('may be a time with any offset where others write times', () => {
    expect(wordsOf(TimeFromOutside, '2026-11-28T10:30:00+01:00')).toBeUndefined()
    expect(wordsOf(TimeFromOutside, 'yesterday')).toMatch(/^must be a time with Z or an offset/)
  })
})

const crude = [
  undefined,
  null,
  true,
  17,
  -1,
  1.5,
  1e12,
  '',
  ' ',
  'x',
  '\u0000',
  'x'.repeat(20_000),
  [],
  [1],
  {},
  { x: 1 },
]

/** The value with one member after the other made crude, at every depth that `shape` knows. */
const spoiled = (schema: z.ZodType, depth = 0): readonly unknown[] => {
  const inner =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema
  if (depth > 3) return crude
  if (inner instanceof z.ZodUnion)
    return [...crude, ...inner.options.flatMap((option) => spoiled(option as z.ZodType, depth))]
  if (inner instanceof z.ZodArray)
    return [...crude, ...spoiled(inner.element as z.ZodType, depth + 1).map((element) => [element])]
  if (!(inner instanceof z.ZodObject)) return crude
  const { shape } = inner as z.ZodObject<Readonly<Record<string, z.ZodType>>>
  const known = Object.fromEntries(
    Object.entries(shape).flatMap(([name, member]) => (member instanceof z.ZodLiteral ? [[name, member.value]] : [])),
  )
  return [
    ...crude,
    ...Object.entries(shape).flatMap(([name, member]) =>
      spoiled(member, depth + 1).map((value) => ({ ...known, [name]: value })),
    ),
  ]
}

const messagesOf = (schema: z.ZodType): readonly string[] =>
  spoiled(schema).flatMap((value) => {
    try {
      validate('body', schema, value)
      return []
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return (error.details.errors ?? []).map(({ message }) => message)
    }
  })

const definitions: readonly HttpDefinition[] = all.definitions.filter(({ kind }) => kind === 'http') as HttpDefinition[]

describe('what goes into the functions of every product', () => {
  it('is refused in words that follow the name of its field', async () => {
    const sources = definitions.flatMap(({ name, body, query, params }) =>
      [body, query, params].flatMap((source: SchemaSource | undefined) => (source ? [{ name, source }] : [])),
    )
    const strange = new Set<string>()
    let count = 0
    for (const { name, source } of sources)
      for (const message of messagesOf(await schemaOf(source))) {
        count += 1
        if (!/^(?:must|is|has|does|may|needs|cannot|looks) /.test(message)) strange.add(`${name}: ${message}`)
      }
    expect([...strange]).toEqual([])
    expect(count).toBeGreaterThan(1_000)
  })
})
