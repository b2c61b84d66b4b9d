// The wire `anthropic-messages`, as Claude on Azure writes it: named events, blocks, cumulative usage, pings.
import { z } from 'zod'
import type { Answer } from '../stand-ins/http-exchange.ts'
import type { Frame, Reading, Told, Wire } from './wire.ts'

const Text = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])

const Request = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1),
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant']), content: Text })).min(1),
  system: Text.optional(),
  stream: z.boolean().default(false),
  output_config: z
    .looseObject({
      format: z.looseObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) }).optional(),
    })
    .optional(),
})

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

const error = (status: number, code: string | undefined, message: string): Answer => ({
  status,
  body: { type: 'error', error: { type: code ?? errorTypes[status] ?? 'api_error', message }, request_id: 'req_local' },
  headers: { 'request-id': 'req_local' },
})

const textOf = (content: z.output<typeof Text>): string =>
  typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('\n')

const samplingNames = ['temperature', 'top_p', 'top_k']

const read = (body: unknown, headers: Readonly<Record<string, string>>): Reading | Answer => {
  const version = headers['anthropic-version']
  if (version === undefined) return error(400, undefined, 'anthropic-version: header is required')
  const parsed = Request.safeParse(body)
  if (!parsed.success) return error(400, undefined, z.prettifyError(parsed.error))
  const sampling = samplingNames.find((name) => Object.hasOwn(parsed.data, name))
  // Refused since this version, also at their default values.
  if (version >= '2026-10-21' && sampling !== undefined) return error(400, undefined, `${sampling}: not supported`)
  const { messages, system, stream, max_tokens: ceiling, model, output_config: output } = parsed.data
  const last = messages.at(-1)
  if (last?.role === 'assistant' && version >= '2026-10-21')
    return error(400, undefined, 'messages: the final message must be from the user')
  return {
    prompt: [...(system === undefined ? [] : [textOf(system)]), ...messages.map(({ content }) => textOf(content))].join(
      '\n',
    ),
    question: last ? textOf(last.content) : '',
    ...(output?.format && { schema: output.format.schema }),
    ceiling,
    stream,
    model,
    includeUsage: true,
  }
}

const stopOf = ({ behaviour, answered }: Told): string =>
  behaviour.fault === 'declined' || behaviour.fault === 'answer-filtered' || behaviour.fault === 'late-filter'
    ? 'refusal'
    : answered.reachedCeiling
      ? 'max_tokens'
      : 'end_turn'

const inputUsage = ({ answered: { promptTokens }, behaviour }: Told) =>
  behaviour.withoutUsage
    ? {}
    : {
        input_tokens: behaviour.claims ? behaviour.claims.prompt : promptTokens,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
      }

const outputTokens = ({ answered, behaviour }: Told): unknown =>
  behaviour.claims ? behaviour.claims.answer : answered.tokens.length

const messageOf = (told: Told, content: readonly object[], more: object) => ({
  id: `msg_${told.id}`,
  type: 'message',
  role: 'assistant',
  model: told.behaviour.model ?? told.reading.model,
  content,
  stop_reason: null,
  stop_sequence: null,
  ...more,
})

const frame = (type: string, members: object = {}): Frame => ({
  event: type,
  data: JSON.stringify({ type, ...members }),
})

const thinking = { type: 'thinking', thinking: 'The question is short.', signature: 'bG9jYWw=' }
const thinkingFrames = [
  frame('content_block_start', { index: 0, content_block: { ...thinking, thinking: '', signature: '' } }),
  frame('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: thinking.thinking } }),
  frame('content_block_delta', { index: 0, delta: { type: 'signature_delta', signature: thinking.signature } }),
  frame('content_block_stop', { index: 0 }),
]

/** Of the text. */
const indexOf = ({ behaviour }: Told): number => (behaviour.thinks ? 1 : 0)

export const anthropicWire: Wire = {
  name: 'anthropic-messages',
  read,
  error,
  // Here a prompt is never refused by a filter of its own: the model declines.
  promptFiltered: () => error(400, undefined, 'Output blocked by content filtering policy'),
  whole: (told) =>
    messageOf(
      told,
      [
        ...(told.behaviour.thinks ? [thinking] : []),
        ...(told.behaviour.fault === 'declined'
          ? []
          : [{ type: 'text', text: told.answered.tokens.join(''), citations: null }]),
      ],
      {
        stop_reason: stopOf(told),
        ...(!told.behaviour.withoutUsage && {
          usage: { ...inputUsage(told), output_tokens: outputTokens(told) },
        }),
      },
    ),
  before: (told) => [
    frame('message_start', { message: messageOf(told, [], { usage: { ...inputUsage(told), output_tokens: 1 } }) }),
    ...(told.behaviour.thinks ? thinkingFrames : []),
    frame('content_block_start', { index: indexOf(told), content_block: { type: 'text', text: '' } }),
    frame('ping'),
  ],
  token: (told, text) => frame('content_block_delta', { index: indexOf(told), delta: { type: 'text_delta', text } }),
  after: (told) => [
    frame('content_block_stop', { index: indexOf(told) }),
    frame('message_delta', {
      delta: { stop_reason: stopOf(told), stop_sequence: null },
      ...(!told.behaviour.withoutUsage && { usage: { output_tokens: outputTokens(told) } }),
    }),
    frame('message_stop'),
  ],
  midError: ({ behaviour }) =>
    frame('error', {
      error: { type: behaviour.code ?? 'overloaded_error', message: 'Overloaded' },
      request_id: 'req_local',
    }),
  ping: () => frame('ping'),
  unknown: () => frame('local_unknown', { note: 'of a later version' }),
}
