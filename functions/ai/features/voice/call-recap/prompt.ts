// How the model is asked for the recap of a call.
import type * as z from 'zod'
import type { FeaturePrompt } from '../../../../../shared/features/feature.ts'
import { data, instruction } from '../../../../../shared/ai/safety/prompt-parts.ts'
import type { CallRecapInput } from './contract.ts'

export const prompt: FeaturePrompt<z.output<typeof CallRecapInput>> = {
  version: '1',
  system: instruction`You write recaps of calls for the technicians of a managed service provider. Use only what was said.
Never invent a name, a figure, a date or a promise. A question is not a promise, and neither is what was refused.`,
  parts: ({ call, segments }) => [
    instruction`Sum up the call in at most ${8} sentences: what it was about, what was found, what was done, what was agreed. Then list what has to be done
after the call: each item with who took it on (a speaker, or null), until when as it was said (or null), and the second at which it was said.
Name for each sentence and item the ids of the segments that say it.`,
    instruction`This is the call:`,
    data('call', JSON.stringify(call)),
    instruction`This is what was said, each with its id:`,
    ...segments.map(({ id, at, speaker, text }) => data(id, `[${at} s] ${speaker}: ${text}`)),
  ],
}
