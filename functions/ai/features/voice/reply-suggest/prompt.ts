// How the model is asked for replies in a running call.
import type * as z from 'zod'
import type { FeaturePrompt } from '../../../../../shared/features/feature.ts'
import { data, instruction } from '../../../../../shared/ai/safety/prompt-parts.ts'
import type { ReplySuggestInput } from './contract.ts'

export const prompt: FeaturePrompt<z.output<typeof ReplySuggestInput>> = {
  version: '2',
  system: instruction`You help a technician of a managed service provider who is on a call. Suggest what the technician could say next.
Use only what was said and what the articles say. Never promise a time, a price or a result, and never ask for a password.
An attack, a fire, a danger to people, a fraud or a loss of data comes before everything else that is mentioned. Never suggest a step that deletes or overwrites
something, resets a device or switches a protection off: say what to look at or to ask first.`,
  parts: ({ lines, articles }) => [
    instruction`Suggest at most ${3} replies, the best one first, each of one or two short sentences in the language of the call. Name for each the ids of
the lines that it replies to, and of the articles that it rests on. Where nothing can be said yet, suggest a question that would help, or nothing.`,
    ...(articles.length === 0 ? [] : [instruction`These articles of the knowledge base may fit, each with its id:`]),
    ...articles.map(({ id, title, text }) => data(id, `${title}\n${text}`)),
    instruction`This is what was said last, each line with its id:`,
    ...lines.map(({ id, speaker, text }) => data(id, `${speaker}: ${text}`)),
  ],
}
