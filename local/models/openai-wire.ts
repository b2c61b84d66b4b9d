// The wire `openai-chat`, as Azure OpenAI writes it: a first chunk without choices, filter results on the way, usage in a chunk of its own.
import { z } from 'zod'
import type { Answer } from '../stand-ins/http-exchange.ts'
import { strictSchemaFault } from './strict-schema.ts'
import type { Frame, Reading, Told, Wire } from './wire.ts'

const Request = z.looseObject({
  model: z.string().optional(),
  messages: z
    .array(
      z.looseObject({
        role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
        content: z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]),
      }),
    )
    .min(1),
  stream: z.boolean().default(false),
  stream_options: z.looseObject({ include_usage: z.boolean().default(false) }).optional(),
  max_tokens: z.int().min(1).optional(),
  max_completion_tokens: z.int().min(1).optional(),
  temperature: z.number().min(0).max(2).optional(),
  n: z.literal(1).optional(),
  response_format: z
    .looseObject({
      type: z.enum(['text', 'json_object', 'json_schema']),
      json_schema: z
        .looseObject({
          name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
          strict: z.boolean().default(false),
          schema: z.record(z.string(), z.unknown()),
        })
        .optional(),
    })
    .optional(),
})

const noFindings = {
  hate: { filtered: false, severity: 'safe' },
  self_harm: { filtered: false, severity: 'safe' },
  sexual: { filtered: false, severity: 'safe' },
  violence: { filtered: false, severity: 'safe' },
}

const error = (status: number, code: string | undefined, message: string): Answer => ({
  status,
  body: {
    error: {
      code: code ?? String(status),
      message,
      type: status === 429 ? 'requests' : 'invalid_request_error',
      param: null,
    },
  },
})

const read = (body: unknown, _headers: unknown, deployment?: string): Reading | Answer => {
  const parsed = Request.safeParse(body)
  if (!parsed.success) return error(400, 'invalid_request_error', z.prettifyError(parsed.error))
  const { messages, stream, stream_options: options, response_format: format, ...request } = parsed.data
  const schema = format?.type === 'json_schema' ? format.json_schema : undefined
  const fault = schema?.strict === true ? strictSchemaFault(schema.schema) : undefined
  if (fault !== undefined) return error(400, 'invalid_json_schema', `Invalid schema for response_format: ${fault}`)
  const texts = messages.map(({ content }) =>
    typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('\n'),
  )
  const last = messages.findLastIndex(({ role }) => role === 'user')
  return {
    prompt: texts.join('\n'),
    question: texts[last] ?? '',
    ...(schema && { schema: schema.schema }),
    ceiling: request.max_completion_tokens ?? request.max_tokens ?? 4_096,
    stream,
    model: deployment ?? request.model ?? '',
    includeUsage: options?.include_usage ?? false,
  }
}

const usageOf = ({ answered: { promptTokens, tokens }, behaviour: { claims } }: Told) => ({
  prompt_tokens: claims ? claims.prompt : promptTokens,
  completion_tokens: claims ? claims.answer : tokens.length,
  total_tokens: promptTokens + tokens.length,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0 },
})

const finishOf = ({ behaviour, answered }: Told): string =>
  behaviour.fault === 'answer-filtered' ? 'content_filter' : answered.reachedCeiling ? 'length' : 'stop'

const envelope = ({ id, reading, behaviour }: Told, object: string) => ({
  id: `chatcmpl-${id}`,
  object,
  created: Math.floor(Date.now() / 1_000),
  model: behaviour.model ?? reading.model,
  system_fingerprint: 'fp_local',
})

const frame = (value: unknown): Frame => ({ data: JSON.stringify(value) })

const chunk = (told: Told, choice: object | undefined, more: object = {}): Frame =>
  frame({
    ...envelope(told, 'chat.completion.chunk'),
    choices: choice ? [{ index: 0, logprobs: null, finish_reason: null, ...choice }] : [],
    ...(told.reading.includeUsage && { usage: null }),
    ...more,
  })

export const openAiWire: Wire = {
  name: 'openai-chat',
  read,
  error,
  promptFiltered: () => ({
    status: 400,
    body: {
      error: {
        message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_result: { ...noFindings, jailbreak: { filtered: true, detected: true } },
        },
      },
    },
  }),
  whole: (told) => ({
    ...envelope(told, 'chat.completion'),
    choices: [
      {
        index: 0,
        finish_reason: finishOf(told),
        logprobs: null,
        message: {
          role: 'assistant',
          content: told.behaviour.fault === 'declined' ? null : told.answered.tokens.join(''),
          refusal: told.behaviour.fault === 'declined' ? 'I cannot help with that.' : null,
        },
        content_filter_results: noFindings,
      },
    ],
    prompt_filter_results: [{ prompt_index: 0, content_filter_results: noFindings }],
    ...(!told.behaviour.withoutUsage && { usage: usageOf(told) }),
  }),
  before: (told) => [
    frame({
      id: '',
      object: '',
      created: 0,
      model: '',
      choices: [],
      prompt_filter_results: [{ prompt_index: 0, content_filter_results: noFindings }],
    }),
    chunk(told, { delta: { role: 'assistant', content: '', refusal: null } }),
    ...(told.behaviour.fault === 'declined' ? [chunk(told, { delta: { refusal: 'I cannot help with that.' } })] : []),
  ],
  token: (told, text) => chunk(told, { delta: { content: text } }),
  after: (told) => [
    ...(told.behaviour.fault === 'late-filter'
      ? [
          frame({
            ...envelope(told, ''),
            choices: [
              {
                index: 0,
                finish_reason: null,
                content_filter_results: { ...noFindings, hate: { filtered: true, severity: 'high' } },
                content_filter_offsets: { check_offset: 0, start_offset: 0, end_offset: 10 },
              },
            ],
          }),
        ]
      : []),
    chunk(told, {
      delta: {},
      finish_reason: told.behaviour.fault === 'late-filter' ? 'content_filter' : finishOf(told),
    }),
    ...(told.reading.includeUsage && !told.behaviour.withoutUsage
      ? [chunk(told, undefined, { usage: usageOf(told) })]
      : []),
    { data: '[DONE]' },
  ],
  midError: ({ behaviour }) =>
    frame({
      error: {
        message: 'The server had an error while processing your request.',
        type: 'server_error',
        code: behaviour.code ?? 'server_error',
      },
    }),
  ping: () => ': keep-alive',
  unknown: () => frame({ id: '', object: 'local.unknown', choices: [], note: 'of a later version' }),
}
