// Carries out a chat completion: the same tiers, limits and ledger as every feature, and the model's answer in the wire of OpenAI.
import type { Admission } from '../../../shared/ai/limits/admissions.ts'
import type { LimitedPart } from '../../../shared/features/limited-call.ts'
import { afterwards, limitedCall } from '../../../shared/features/limited-call.ts'
import { isModelConnected, requireModel } from '../../../shared/features/connected-model.ts'
import { requireConsent } from '../../../shared/features/consent.ts'
import { type Redaction, redaction } from '../../../shared/ai/safety/redaction.ts'
import type { FinishReason, ModelClass, ModelResult, OutputSchema } from '../../../shared/ai/providers/provider.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Services } from '../../../shared/services.ts'
import type { ChatCompletion, ChatCompletionRequest } from './contract.ts'
import { conversationOf } from './conversation.ts'
import { quotable } from './quotable.ts'

const ceilingUsual = 2_048
const waitMs = 180_000

export type CompletionRequest = {
  readonly tenantId: string
  readonly userId?: string
  readonly signal: AbortSignal
  readonly body: ChatCompletionRequest
  readonly modelClass: ModelClass
}

type Completed = {
  readonly completion: ChatCompletion
  /** What is left of the limits. */
  readonly headers: Readonly<Record<string, string>>
}

/** @throws AppError of the limits (`ai-…`) and of the model (`model-…`, `prompt-…`) */
export const complete = async (services: Services, request: CompletionRequest, now: Date): Promise<Completed> => {
  let admission: Admission | undefined
  for await (const part of completionParts(services, request)) {
    if (part.kind === 'admitted') admission = part.admission
    if (part.kind === 'retract') throw takenBack()
    if (part.kind === 'end') {
      refuseUnsuited(part.result)
      const answeredBy = await answeredByOf(services, request)
      return {
        completion: { ...headOf(request, admission, { now, answeredBy }), ...written(part.result) },
        headers: headersOf(admission, answeredBy),
      }
    }
  }
  throw new AppError('model-cut-off', "The model's answer broke off. Ask again.")
}

/** This wire has no word for it. */
export const takenBack = (): AppError =>
  new AppError('prompt-filtered', 'The content filter of the model took its answer back. Ask in other words.')

/** A model may refuse without a word: programs tell it by the text. */
export const refusalOf = ({ text }: ModelResult): string => text || 'The model declined to answer.'

/** What every piece of one answer says of itself. */
export const headOf = (
  { body }: CompletionRequest,
  admission: Admission | undefined,
  { now, answeredBy }: { readonly now: Date; readonly answeredBy: AnsweredBy },
) => ({
  id: `chatcmpl-${admission?.callId ?? ''}`,
  created: Math.floor(now.getTime() / 1_000),
  model: body.model,
  system_fingerprint: answeredBy,
})

/** `embedded`: no model is connected, and sentences of the messages are quoted. A program finds it in each answer, and in its headers. */
type AnsweredBy = 'embedded' | null

export const answeredByOf = async (
  services: Services,
  { tenantId, userId, modelClass }: CompletionRequest,
): Promise<AnsweredBy> => {
  const tier = await (await services.aiTiers()).tierOf(tenantId, userId)
  return (await isModelConnected(services, modelClass, tier)) ? null : 'embedded'
}

/** What is left of the limits, and who has answered where that is no model. */
export const headersOf = (
  admission: Admission | undefined,
  answeredBy: AnsweredBy,
): Readonly<Record<string, string>> => ({
  ...admission?.headers,
  ...(answeredBy && { 'x-answered-by': answeredBy }),
})

const written = (result: ModelResult): Pick<ChatCompletion, 'object' | 'choices' | 'usage'> => {
  const { text, finish } = result
  const isDeclined = finish === 'declined'
  const message = {
    role: 'assistant' as const,
    content: isDeclined ? '' : text,
    refusal: isDeclined ? refusalOf(result) : null,
  }
  const choice = { index: 0 as const, message, finish_reason: finishReasons[finish], logprobs: null }
  return { object: 'chat.completion', choices: [choice], usage: usageOf(result) }
}

/** The parts of the answer, with the admission first. @throws AppError while they are read */
export async function* completionParts(
  services: Services,
  { tenantId, userId, signal, body, modelClass }: CompletionRequest,
): AsyncGenerator<LimitedPart, void, undefined> {
  const conversation = conversationOf(body.messages)
  const consent = requireConsent(services, tenantId)
  consent.catch(() => {})
  const beginRedaction = redaction({})
  const tier = await (await services.aiTiers()).tierOf(tenantId, userId).catch(afterwards(consent))
  const numbers = (await beginRedaction)()
  const messages = conversation.map(({ role, content }) => ({ role, content: numbers.redact(content) }))
  const output = outputOf(body.response_format)
  if (output) await consent
  if (output) await requireModel(services, { modelClass, tier, what: 'An answer in JSON', otherwise: quotedInText })
  const parts = limitedCall(services, {
    asker: { tenantId, signal, ...(userId !== undefined && { userId }) },
    tier,
    feature: 'chat-completions',
    modelClass,
    consent,
    until: services.now().getTime() + waitMs,
    messages,
    material: messages
      .filter(({ role }) => role === 'user')
      .map(({ content }, index) => ({ id: `${index + 1}`, text: quotable(content) }))
      .filter(({ text }) => text !== ''),
    ceiling: body.max_completion_tokens ?? body.max_tokens ?? ceilingUsual,
    ...(typeof body.temperature === 'number' && { temperature: body.temperature }),
    ...(body.stop && { stop: typeof body.stop === 'string' ? [body.stop] : body.stop }),
    ...(output && { output }),
  })
  yield* withNumbers(parts, numbers)
}

const quotedInText = 'Without response_format, sentences of your messages are quoted.'

/** The parts of the answer with the personal numbers put back that did not leave. */
async function* withNumbers(
  parts: AsyncIterable<LimitedPart>,
  { restore, restoring }: Redaction,
): AsyncGenerator<LimitedPart, void, undefined> {
  const pieces = restoring()
  for await (const part of parts) {
    if (part.kind === 'admitted' || part.kind === 'retract') yield part
    else {
      const text = part.kind === 'text' ? pieces.next(part.text) : pieces.rest()
      if (text !== '') yield { kind: 'text', text }
      if (part.kind === 'end') yield { ...part, result: { ...part.result, text: restore(part.result.text) } }
    }
  }
}

const outputOf = (format: ChatCompletionRequest['response_format']): OutputSchema | undefined => {
  if (format?.type === 'json_schema') return { name: format.json_schema.name, schema: format.json_schema.schema }
  return format?.type === 'json_object' ? { name: 'answer', schema: { type: 'object' } } : undefined
}

export const finishReasons: Readonly<Record<FinishReason, 'stop' | 'length' | 'content_filter'>> = {
  complete: 'stop',
  ceiling: 'length',
  filtered: 'content_filter',
  declined: 'stop',
  unsuited: 'stop',
}

export const usageOf = ({ usage }: ModelResult) => ({
  prompt_tokens: usage.promptTokens,
  completion_tokens: usage.answerTokens,
  total_tokens: usage.promptTokens + usage.answerTokens,
})

/** @throws AppError `model-unavailable` when no model is connected that can answer in the form that was asked for */
export const refuseUnsuited = ({ finish }: ModelResult): void => {
  if (finish === 'unsuited')
    throw new AppError(
      'model-unavailable',
      'No model is connected that can answer in this form. Ask an admin to connect one.',
    )
}
