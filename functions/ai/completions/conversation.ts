// Reads the messages of the wire as those that every provider takes: what the system says first, then user and assistant in turn, a user last.
import type { Message } from '../../../shared/ai/providers/provider.ts'
import { AppError } from '../../../shared/errors.ts'
import type { ChatCompletionRequest } from './contract.ts'

/** @throws AppError `validation-failed` that names the message */
export const conversationOf = (given: ChatCompletionRequest['messages']): readonly Message[] => {
  const messages = given.map(({ role, content }, index) => ({
    index,
    role: role === 'developer' ? ('system' as const) : role,
    content: textOf(content, index),
  }))
  const firstTurn = messages.findIndex(({ role }) => role !== 'system')
  const turns = firstTurn === -1 ? [] : messages.slice(firstTurn)
  const late = turns.find(({ role }) => role === 'system')
  if (late) throw refusal(late.index, 'must come before the first message of the user')
  const [first] = turns
  if (!first) throw refusal(given.length - 1, 'must be followed by a message of the user')
  if (first.role !== 'user') throw refusal(first.index, 'must come after a message of the user')
  if (turns.at(-1)?.role !== 'user')
    throw refusal(given.length - 1, 'must be a message of the user: nothing is continued')
  return merged(messages)
}

const textOf = (content: ChatCompletionRequest['messages'][number]['content'], index: number): string => {
  const text = typeof content === 'string' ? content : content.map((part) => part.text).join('\n')
  if (text.trim() === '') throw refused(index, 'must not be empty', 'A message has no content.')
  return text
}

/** Two in a row of one role are one: some wires refuse them. */
const merged = (messages: readonly Message[]): readonly Message[] => {
  const result: Message[] = []
  for (const { role, content } of messages) {
    const last = result.at(-1)
    if (last?.role === role) result[result.length - 1] = { role, content: `${last.content}\n\n${content}` }
    else result.push({ role, content })
  }
  return result
}

const refusal = (index: number, message: string): AppError =>
  refused(index, message, 'The messages are not in an order that a model can answer.')

const refused = (index: number, message: string, detail: string): AppError =>
  new AppError('validation-failed', detail, { details: { errors: [{ path: `body.messages.${index}`, message }] } })
