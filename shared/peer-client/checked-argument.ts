// Arguments of the clients of peers are checked before anything is sent.
import type * as z from 'zod'
import { AppError } from '../errors.ts'
import { plainWords } from '../schema/plain-words.ts'

/** @throws AppError `validation-failed` with the fields that break the schema, named from `name` on */
export type Checked = <Schema extends z.ZodType>(schema: Schema, value: unknown, name: string) => z.output<Schema>

/** @param peer as a person calls it: `PSA` */
export const checkedFor =
  (peer: string): Checked =>
  (schema, value, name) => {
    const parsed = schema.safeParse(value, { error: plainWords })
    if (parsed.success) return parsed.data
    const errors = parsed.error.issues.map(({ path, message }) => ({
      path: [name, ...path].map(String).join('.'),
      message,
    }))
    throw new AppError(
      'validation-failed',
      `The ${name} for ${peer} breaks its contract. Correct the fields listed under "errors".`,
      { details: { errors } },
    )
  }
