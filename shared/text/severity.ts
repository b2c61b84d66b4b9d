// How bad something is, in the words that every product of The One Stack uses.
import * as z from 'zod'

/** The worst first. */
export const Severity = z.enum(['critical', 'high', 'medium', 'low'])
export type Severity = z.infer<typeof Severity>
