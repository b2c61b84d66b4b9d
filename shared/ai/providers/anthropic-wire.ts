// The wire `anthropic-messages`: Claude on Azure, and servers that speak it.
import { failureWithin } from './model-failure.ts'
import type { FinishReason } from './provider.ts'
import { wireSchemaOf } from './wire-schema.ts'
import { type Wire, type WireRead, type WireState, schemaInWords } from './wire.ts'

/** Takes no sampling parameters, which the models of today take no longer. */
const versionUsual = '2026-10-21'

export const anthropicWire: Wire = {
  path: '/v1/messages',
  bodyOf: (call, { name, settings }) => {
    const schema = call.output && settings.schemas ? wireSchemaOf(call.output.schema, 'anthropic') : undefined
    const system = [
      ...call.messages.filter(({ role }) => role === 'system').map(({ content }) => content),
      ...(call.output && !schema ? [schemaInWords(call)] : []),
    ]
    return {
      model: name,
      max_tokens: call.ceiling,
      ...(system.length > 0 && { system: system.join('\n\n') }),
      messages: call.messages.filter(({ role }) => role !== 'system'),
      stream: true,
      ...(call.temperature !== undefined && (settings.sampling ?? false) && { temperature: call.temperature }),
      ...(call.stop && call.stop.length > 0 && { stop_sequences: [...call.stop] }),
      ...(schema && { output_config: { format: { type: 'json_schema', schema } } }),
    }
  },
  headersOf: ({ settings }) => ({ 'anthropic-version': settings.apiVersion ?? versionUsual }),
  keyHeader: () => 'x-api-key',
  read: (state, data) => readEvent(state, JSON.parse(data) as MessageEvent),
}

type Usage = {
  readonly input_tokens?: number
  readonly output_tokens?: number
  readonly cache_creation_input_tokens?: number | null
  readonly cache_read_input_tokens?: number | null
  readonly output_tokens_details?: { readonly thinking_tokens?: number } | null
}

type MessageEvent = {
  readonly type?: string
  readonly message?: { readonly model?: string; readonly usage?: Usage }
  readonly delta?: { readonly type?: string; readonly text?: string; readonly stop_reason?: string | null }
  readonly usage?: Usage
  readonly error?: { readonly type?: string; readonly message?: string }
}

/** Events that are not known here, and blocks that are no text, pass by. */
const readEvent = (state: WireState, { type, message, delta, usage, error }: MessageEvent): WireRead => {
  if (type === 'error') throw failureWithin(error?.type, error?.message ?? '')
  if (type === 'message_start') {
    state.model = message?.model ?? state.model
    readUsage(state, message?.usage)
  }
  if (type === 'message_delta') {
    readUsage(state, usage)
    if (typeof delta?.stop_reason === 'string') state.finish = finishOf[delta.stop_reason] ?? 'complete'
  }
  if (type === 'message_stop') state.isOver = state.isWhole = true
  return type === 'content_block_delta' && delta?.type === 'text_delta' && delta.text ? { text: delta.text } : {}
}

const finishOf: Readonly<Record<string, FinishReason>> = {
  end_turn: 'complete',
  stop_sequence: 'complete',
  max_tokens: 'ceiling',
  model_context_window_exceeded: 'ceiling',
  refusal: 'declined',
}

const readUsage = ({ usage }: WireState, given: Usage | undefined): void => {
  if (!given) return
  if (given.input_tokens !== undefined) {
    usage.cached = given.cache_read_input_tokens ?? 0
    usage.prompt = given.input_tokens + usage.cached + (given.cache_creation_input_tokens ?? 0)
  }
  if (given.output_tokens !== undefined) usage.answer = given.output_tokens
  usage.reasoning = given.output_tokens_details?.thinking_tokens ?? usage.reasoning ?? 0
}
