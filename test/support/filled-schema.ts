// Values that a schema asks for, with something of one's own in the place of its texts: what a test sends of which it only knows the schema.
import * as z from 'zod'

/** What stands in a text; undefined for something that the text may be. */
export type TextAt = (path: string) => string | undefined

const formats: Readonly<Record<string, string>> = {
  datetime: '2026-03-01T08:00:00Z',
  date: '2026-03-01',
  url: 'https://code.example/x',
  uuid: '6f1b0a52-7a1e-4a3c-9d51-1f2f3a4b5c6d',
}

/** @param path where the value stands, such as `body.repository` */
export const filled = (schema: z.ZodType, path: string, textAt: TextAt): unknown => {
  const of = (inner: unknown, at = path): unknown => filled(inner as z.ZodType, at, textAt)
  if (schema instanceof z.ZodObject)
    return Object.fromEntries(
      Object.entries(schema.shape).map(([name, member]) => [name, of(member, `${path}.${name}`)]),
    )
  if (schema instanceof z.ZodArray) return [of(schema.element, `${path}.0`)]
  if (schema instanceof z.ZodUnion) return of(schema.options[0])
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodLazy)
    return of(schema.unwrap())
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodCatch) return of(schema.unwrap())
  if (schema instanceof z.ZodPipe) return of(schema.in instanceof z.ZodTransform ? schema.out : schema.in)
  if (schema instanceof z.ZodNumber) return Math.max(1, Number.isFinite(schema.minValue) ? Number(schema.minValue) : 1)
  if (schema instanceof z.ZodBoolean) return true
  if (schema instanceof z.ZodEnum) return schema.options[0]
  if (schema instanceof z.ZodLiteral) return schema.value
  if (schema instanceof z.ZodRecord) return { [textAt(`${path}.*`) ?? 'sample']: of(schema.valueType, `${path}.*`) }
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat)
    return textAt(path) ?? formats[schema.format ?? ''] ?? 'sample'
  return textAt(path) ?? 'sample'
}

/** The paths of its texts. */
export const textPaths = (schema: z.ZodType, path: string): readonly string[] => {
  const paths: string[] = []
  filled(schema, path, (at) => void paths.push(at))
  return paths
}
