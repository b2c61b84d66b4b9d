// The wire `openai-chat`: Azure OpenAI, Ollama, LM Studio, llama.cpp and most gateways.
import type { ChatCompletionChunk, ChatCompletionCreateParamsStreaming } from 'openai/resources'
import type { ContentFilterResultsForChoiceOutput, ContentFilterResultsForPromptOutput } from '@azure/openai/types'
import { failureWithin } from './model-failure.ts'
import type { FinishReason, ModelCall } from './provider.ts'
import { wireSchemaOf } from './wire-schema.ts'
import { type Wire, type WireRead, type WireState, schemaInWords } from './wire.ts'

export const openAiWire: Wire = {
  path: '/chat/completions',
  bodyOf: (call, { name, settings }) => ({
    model: name,
    messages: [
      ...call.messages,
      ...(call.output && !settings.schemas ? [{ role: 'system' as const, content: schemaInWords(call) }] : []),
    ],
    stream: true,
    ...(settings.usageInStream && { stream_options: { include_usage: true } }),
    [settings.ceilingName]: call.ceiling,
    ...(call.temperature !== undefined && (settings.sampling ?? true) && { temperature: call.temperature }),
    ...(call.stop && call.stop.length > 0 && { stop: [...call.stop] }),
    ...(call.output && settings.schemas && { response_format: formatOf(call) }),
  }),
  headersOf: () => ({}),
  keyHeader: () => 'authorization',
  read: (state, data) => (data === '[DONE]' ? over(state) : readChunk(state, JSON.parse(data) as Chunk)),
}

const formatOf = ({ output }: ModelCall): ChatCompletionCreateParamsStreaming['response_format'] => {
  const { name = 'answer', schema = {} } = output ?? {}
  const strict = wireSchemaOf(schema, 'openai')
  return { type: 'json_schema', json_schema: { name, strict: strict !== undefined, schema: { ...(strict ?? schema) } } }
}

const over = (state: WireState): WireRead => {
  state.isOver = true
  return {}
}

/** As it may come: from outside, and from servers that leave out what they like. */
type Chunk = Partial<Omit<ChatCompletionChunk, 'choices'>> & {
  readonly error?: { readonly code?: unknown; readonly type?: unknown; readonly message?: unknown } | string
  readonly prompt_filter_results?:
    | readonly ContentFilterResultsForPromptOutput[]
    | readonly { readonly content_filter_results?: Findings }[]
  readonly choices?: readonly (Partial<ChatCompletionChunk.Choice> & {
    readonly content_filter_results?: ContentFilterResultsForChoiceOutput
  })[]
}

const readChunk = (state: WireState, chunk: Chunk): WireRead => {
  if (chunk.error !== undefined) throw failureOf(chunk.error)
  if (typeof chunk.model === 'string' && chunk.model !== '') state.model = chunk.model
  readUsage(state, chunk.usage)
  for (const { content_filter_results: results } of (chunk.prompt_filter_results ?? []) as readonly {
    content_filter_results?: Findings
  }[])
    addFindings(state, 'prompt', results)
  const [choice] = chunk.choices ?? []
  if (!choice) return {}
  addFindings(state, 'answer', choice.content_filter_results as Findings | undefined)
  if (typeof choice.delta?.refusal === 'string' && choice.delta.refusal !== '') state.isDeclined = true
  if (typeof choice.finish_reason === 'string') {
    state.finish = state.isDeclined ? 'declined' : (finishOf[choice.finish_reason] ?? 'complete')
    state.isWhole = true
  }
  const text = choice.delta?.content
  if (typeof text === 'string' && text !== '') return { text }
  return isLateFinding(choice) ? { retract: true } : {}
}

/** The asynchronous filter lets text out first, and says by its offsets afterwards what should not have been. */
const isLateFinding = (choice: NonNullable<Chunk['choices']>[number]): boolean =>
  'content_filter_offsets' in choice &&
  Object.values((choice.content_filter_results ?? {}) as Findings).some((finding) => finding?.filtered === true)

const finishOf: Readonly<Record<string, FinishReason>> = {
  stop: 'complete',
  length: 'ceiling',
  content_filter: 'filtered',
}

const failureOf = (error: NonNullable<Chunk['error']>) => {
  if (typeof error === 'string') return failureWithin(undefined, error)
  const code = typeof error.code === 'string' ? error.code : typeof error.type === 'string' ? error.type : undefined
  return failureWithin(code, typeof error.message === 'string' ? error.message : '')
}

const readUsage = ({ usage }: WireState, given: Chunk['usage']): void => {
  if (!given) return
  usage.prompt = given.prompt_tokens
  usage.answer = given.completion_tokens
  usage.cached = given.prompt_tokens_details?.cached_tokens ?? 0
  usage.reasoning = given.completion_tokens_details?.reasoning_tokens ?? 0
}

type Findings = Readonly<
  Record<string, { readonly filtered?: boolean; readonly detected?: boolean; readonly severity?: string } | undefined>
>

/** Only what was found: each chunk says of each category that nothing was. */
const addFindings = ({ filters }: WireState, of: 'prompt' | 'answer', findings: Findings | undefined): void => {
  for (const [category, finding] of Object.entries(findings ?? {})) {
    if (!finding || (finding.filtered !== true && finding.detected !== true) || filters.length >= 50) continue
    filters.push({
      of,
      category,
      filtered: finding.filtered === true,
      ...(finding.severity !== undefined && { severity: finding.severity }),
    })
  }
}
