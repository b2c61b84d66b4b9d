// The wire of OpenAI's chat completions, as far as this door takes it: text in, text out, one answer.
// https://platform.openai.com/docs/api-reference/chat
import * as z from 'zod'
import { OpenAiErrorBody } from '../../../shared/http/openai-error-body.ts'
import { OpaqueId } from '../../../shared/text/text-schema.ts'

const textMax = 1_000_000

/** Images, audio and files are refused by name instead of being left out unseen. */
const error = 'must be text: this door takes no images, audio or files'

const TextPart = z.discriminatedUnion('type', [z.object({ type: z.literal('text'), text: z.string().max(textMax) })], {
  error,
})

const Content = z.union([z.string().max(textMax), z.array(TextPart).min(1).max(100)], { error })

/** What would change the answer and cannot be had here is refused; the rest of what the wire knows is let pass. */
const refused = (message: string) => z.null({ error: message }).optional()
const noTools = refused('cannot be given: models have no tools here. Ask for text, and act on it in your own code')
const noPenalty = z.literal(0, { error: 'must be 0: it cannot be had here' }).nullish()

const Message = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant'], {
    error: 'must be system, developer, user or assistant: this door knows no tools',
  }),
  content: Content,
  tool_calls: noTools,
  function_call: noTools,
})

const ResponseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({
      name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
      schema: z.record(z.string(), z.unknown()),
      strict: z.boolean().nullish(),
    }),
  }),
])

export const ChatCompletionRequest = z.object({
  model: z.string().min(1).max(120),
  messages: z.array(Message).min(1).max(500),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().min(1).max(100_000).nullish(),
  max_completion_tokens: z.int().min(1).max(100_000).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.literal(1, { error: 'must be 1: set temperature instead' }).nullish(),
  stop: z.union([z.string().max(200), z.array(z.string().max(200)).max(4)]).nullish(),
  n: z.literal(1, { error: 'must be 1: ask again for another answer' }).nullish(),
  response_format: ResponseFormat.nullish(),
  user: OpaqueId.nullish().describe('On whose behalf: the tier and the limits of this user count'),
  tools: noTools,
  tool_choice: noTools,
  functions: noTools,
  function_call: noTools,
  logprobs: z.literal(false, { error: 'cannot be had here' }).nullish(),
  top_logprobs: refused('cannot be had here'),
  logit_bias: refused('cannot be had here'),
  frequency_penalty: noPenalty,
  presence_penalty: noPenalty,
  web_search_options: refused('cannot be given: models read nothing of the web here'),
  audio: refused('cannot be had here: this door answers in text'),
  modalities: z.array(z.literal('text', { error: 'must be text' })).nullish(),
  store: z.literal(false, { error: 'must be false: nothing is kept of what is asked and answered' }).nullish(),
})
export type ChatCompletionRequest = z.output<typeof ChatCompletionRequest>

const fingerprint = z
  .literal('embedded')
  .nullable()
  .describe('`embedded`: no model is connected, and sentences of the messages are quoted')

const Usage = z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() })
const FinishReason = z.enum(['stop', 'length', 'content_filter'])

export const ChatCompletion = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int().describe('Seconds since 1970'),
    model: z.string(),
    system_fingerprint: fingerprint,
    choices: z.array(
      z.object({
        index: z.literal(0),
        message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.string().nullable() }),
        finish_reason: FinishReason,
        logprobs: z.null(),
      }),
    ),
    usage: Usage,
  })
  .meta({ id: 'ChatCompletion', description: 'In the form of the OpenAI API' })
export type ChatCompletion = z.input<typeof ChatCompletion>

export const ChatCompletionChunk = z.union([
  z.object({
    id: z.string(),
    object: z.literal('chat.completion.chunk'),
    created: z.int(),
    model: z.string(),
    system_fingerprint: fingerprint,
    choices: z.array(
      z.object({
        index: z.literal(0),
        delta: z.object({
          role: z.literal('assistant').optional(),
          content: z.string().optional(),
          refusal: z.string().optional(),
        }),
        finish_reason: FinishReason.nullable(),
        logprobs: z.null(),
      }),
    ),
    usage: Usage.nullable().optional(),
  }),
  OpenAiErrorBody,
])
export type ChatCompletionChunk = z.input<typeof ChatCompletionChunk>

export const Model = z
  .object({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.string() })
  .meta({ id: 'Model', description: 'In the form of the OpenAI API' })

export const Models = z
  .object({ object: z.literal('list'), data: z.array(Model) })
  .meta({ id: 'Models', description: 'In the form of the OpenAI API' })

export const ModelParams = z.strictObject({
  model: z.string().regex(/^[\w.:-]{1,120}$/, 'must be a name of the list of models'),
})

export const EndpointParams = z.strictObject({
  endpoint: z.string().regex(/^[a-z_]{1,48}$/, 'must be a name of the OpenAI API below /v1'),
})
