// A conversation as a file: JSON Lines for programs, Markdown for people. Of the person alone whose it is.
import { indented, oneLine } from '../../../shared/text/quoted-text.ts'
import type { Message } from './contract.ts'
import type { KeptConversation } from './conversations.ts'

/** A line for the conversation, and one for each message. */
export const asJsonLines = ({ messages, ...conversation }: KeptConversation): string =>
  [{ kind: 'conversation', ...conversation }, ...messages.map((message) => ({ kind: 'message', ...message }))]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('')

/** What people and products wrote is shown letter by letter: no link, picture or heading comes of it. */
export const asMarkdown = ({ createdAt, context, messages }: KeptConversation): string =>
  [
    '# A conversation with Jarvis',
    context.length === 0 ? `Begun ${createdAt}.` : `Begun ${createdAt}, about:`,
    ...(context.length === 0 ? [] : [lines(context.map(({ product, kind, id }) => `${product} ${kind} ${id}`))]),
    ...messages.flatMap(shown),
  ].join('\n\n') + '\n'

const shown = ({ text, askedAt, answer, label, citations, isComplete }: Message): readonly string[] => [
  `## ${askedAt}`,
  indented(text),
  // It has passed the gate: there is no link in it but those of the records.
  answer,
  ...(label === undefined ? [] : [`*${label}*`]),
  ...(isComplete ? [] : ['*The answer reached the most that Jarvis may say.*']),
  ...(citations.length === 0
    ? []
    : ['It names:', lines(citations.map(({ id, title, text: fact }) => `[${id}] ${title}: ${fact}`))]),
]

const lines = (texts: readonly string[]): string => indented(texts.map(oneLine).join('\n'))
