// Schemas by which this suite reads what others publish and answer: tolerant, where what it writes is exact. Another product may add a
// member or a value at any time, and that must stop nothing here that does not need it.
import * as z from 'zod'
import { TimeFromOutside } from './time.ts'

/** What is read in place of a value that this version does not know. */
export const unknownValue = 'unknown'

/** A value as it is read: one of the known words, or `unknown`; lists hold known words only. */
export type Read<Value> = Value extends string
  ? string extends Value
    ? Value
    : Value | typeof unknownValue
  : Value extends readonly (infer Item)[]
    ? (Item extends string ? Item : Read<Item>)[]
    : Value extends Blob
      ? Value
      : Value extends object
        ? { [Name in keyof Value]: Read<Value[Name]> }
        : Value

declare const isReading: unique symbol

/** Made by `reading` alone, so that nothing of others is read by an exact schema. */
export type Reading<Value = unknown> = z.ZodType<Value> & { readonly [isReading]: true }

/**
 * The schema by which to read what is written by another one:
 * - members that it does not name pass, and are not kept
 * - of words (enums and literals) the case does not count, and one that is not known is `unknown`, or left out of a list of words
 * - times may have any offset
 * - `null` is as good as no member where the member is optional, and cannot be `null` itself
 *
 * So name in it what is needed, and nothing else: `reading(Ticket.pick({ id: true }))`. What can be done without is `spare`.
 */
export const reading = <Schema extends z.ZodType>(written: Schema): Reading<Read<z.output<Schema>>> =>
  tolerant(written) as unknown as Reading<Read<z.output<Schema>>>

/** A member that can be done without: it reads as left out when it is missing, null, or nothing that can be read. */
export const spare = <Schema extends z.ZodType>(schema: Schema): Spare<Schema> => schema.optional().catch(undefined)

type Spare<Schema extends z.ZodType> = z.ZodCatch<z.ZodOptional<Schema>>

/** The object of which only the members that are named are needed: they stay as they are written, and all others are spare. */
export const needing = <
  Shape extends Readonly<Record<string, z.ZodType>>,
  const Name extends keyof Shape & string = never,
>(
  written: z.ZodObject<Shape>,
  names: readonly Name[],
): z.ZodObject<{ [Member in keyof Shape]: Member extends Name ? Shape[Member] : Spare<Shape[Member]> }> => {
  const needed: ReadonlySet<string> = new Set(names)
  const members = Object.entries<z.ZodType>(written.shape)
  return z.object(
    Object.fromEntries(members.map(([name, member]) => [name, needed.has(name) ? member : spare(member)])),
  ) as never
}

const tolerant = (schema: z.ZodType): z.ZodType => {
  if (schema instanceof z.ZodObject) return tolerantObject(schema)
  if (schema instanceof z.ZodArray) return tolerantList(schema)
  if (schema instanceof z.ZodOptional) return tolerant(schema.unwrap() as z.ZodType).optional()
  if (schema instanceof z.ZodNullable) return tolerant(schema.unwrap() as z.ZodType).nullable()
  if (schema instanceof z.ZodCatch) return tolerant(schema.unwrap() as z.ZodType).catch(undefined)
  if (schema instanceof z.ZodISODateTime) return TimeFromOutside
  const words = wordsOf(schema)
  return words ? z.string().transform((text) => words.get(text.toLowerCase()) ?? unknownValue) : schema
}

const tolerantObject = (schema: z.ZodObject): z.ZodType => {
  if (schema.def.checks?.length) throw new Error('An object with checks cannot be read tolerantly: they would be lost.')
  const members = Object.entries(schema.shape)
  const takes = (member: z.ZodType, value: unknown): boolean => member.safeParse(value).success
  const optional = new Set(
    members.filter(([, member]) => takes(member, undefined) && !takes(member, null)).map(([name]) => name),
  )
  const withoutNulls = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(([name, member]) => member !== null || !optional.has(name)))
      : value
  return z.preprocess(
    withoutNulls,
    z.object(Object.fromEntries(members.map(([name, member]) => [name, tolerant(member)]))),
  )
}

const tolerantList = (schema: z.ZodArray): z.ZodType => {
  const element = schema.element as z.ZodType
  const words = wordsOf(element)
  const checks = (schema.def.checks ?? []) as z.core.$ZodCheck<unknown[]>[]
  if (!words) return z.array(tolerant(element)).check(...checks)
  return z
    .array(z.unknown())
    .check(...checks)
    .transform((items) =>
      items.flatMap((item) => (typeof item === 'string' ? (words.get(item.toLowerCase()) ?? []) : [])),
    )
}

/** The words of an enum or of a literal, by their spelling in small letters. */
const wordsOf = (schema: z.ZodType): ReadonlyMap<string, string> | undefined => {
  const values: readonly unknown[] =
    schema instanceof z.ZodEnum ? schema.options : schema instanceof z.ZodLiteral ? [...schema.values] : []
  const words = values.filter((value) => typeof value === 'string')
  return words.length === 0 ? undefined : new Map(words.map((word) => [word.toLowerCase(), word]))
}
