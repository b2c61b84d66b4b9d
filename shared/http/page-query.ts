// The query of every list: how many, and where to go on (R5).
import * as z from 'zod'

/** @param usual how many, unless told; at most 100 */
export const pageQuery = (usual: number) => ({
  limit: z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'must be a number from 1 to 100')
    .default(String(usual))
    .transform(Number)
    .describe(`1 to 100, default ${usual}`),
  cursor: z.string().max(2_000).optional().describe('nextCursor of the previous page'),
})

/** The member of every list's answer that leads on. */
export const nextCursor = z.string().optional().describe('Absent on the last page')
