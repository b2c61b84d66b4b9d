// What a feature is given to read: texts with an id each, so that an answer can say on which of them it rests.
import * as z from 'zod'
import { idsOnce } from '../../../shared/schema/listed-ids.ts'

/** What a model can repeat without a slip. */
export const SourceId = z
  .string()
  .regex(/^[A-Za-z0-9:/_.#-]{1,100}$/, 'must be 1 to 100 letters, digits, or one of : / _ . # -')
  .describe('How the answer refers to it: a path, a number, a key')

const sourcesMax = 60
const sourceTextMax = 40_000

export const Source = z.strictObject({
  id: SourceId,
  title: z.string().trim().min(1).max(200).optional(),
  url: z
    .url({ protocol: /^https$/ })
    .max(2_000)
    .optional()
    .describe('The answer may link to it, and to nothing else'),
  text: z.string().min(1).max(sourceTextMax),
})
export type Source = z.output<typeof Source>

/** Each id once: an answer that refers to it has to be clear. */
export const Sources = z.array(Source).min(1).max(sourcesMax).check(idsOnce)

/** Ids of the sources that a statement rests on. */
export const Evidence = z.array(z.string().min(1).max(512)).min(1).max(20).describe('Ids of the sources it rests on')
