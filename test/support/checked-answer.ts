// An answer of a function, held to its status and its schema.
import { expect } from 'vitest'
import type { z } from 'zod'

/** The body, as the schema reads it. What came instead is in the failure. */
export const read = async <Schema extends z.ZodType>(
  response: Response,
  status: number,
  schema: Schema,
): Promise<z.output<Schema>> => {
  const text = await response.text()
  expect({ status: response.status, text }).toEqual({ status, text })
  return schema.parse(JSON.parse(text))
}
