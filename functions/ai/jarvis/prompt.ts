// How a model is asked to answer as Jarvis.
import type { Message as ModelMessage } from '../../../shared/ai/providers/provider.ts'
import { data, instruction, question } from '../../../shared/ai/safety/prompt-parts.ts'
import type { FeaturePrompt } from '../../../shared/features/feature.ts'
import type { ShownRecord } from './context-window.ts'

export type JarvisInput = {
  readonly text: string
  readonly shown: readonly ShownRecord[]
  readonly earlier: readonly (ModelMessage & { readonly role: 'user' | 'assistant' })[]
}

export const prompt: FeaturePrompt<JarvisInput> = {
  version: '2',
  system: instruction`You are Jarvis, who helps the people of a managed service provider. Answer in the language of the question, shortly and plainly.
Of records, use only the facts that you are given with the question. After each statement about a record name the facts it rests on by their ids, such as [r1.status].
Never invent a fact, a name, a figure or a link. When the facts do not answer the question, say so and say what is missing.
A draft of the AI Platform was written by a model or by rules: call it a draft, and never let it confirm anything.`,
  earlier: ({ earlier }) => earlier,
  links: ({ shown }) => shown.map(({ record }) => record.url),
  parts: ({ text, shown }) => [
    ...(shown.length === 0 ? [] : [instruction`These are the facts, each with its id:`]),
    ...shown.flatMap(({ id, record, facts }) => [
      data(id, `${record.name} ${record.title}`),
      ...facts.map((fact) => data(fact.id, `${fact.label}: ${fact.text}`)),
    ]),
    instruction`This is the question:`,
    question(text),
  ],
}
