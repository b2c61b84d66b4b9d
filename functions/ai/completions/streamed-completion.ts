// A chat completion as it comes: the chunks of the wire of OpenAI.
import type { LimitedPart } from '../../../shared/features/limited-call.ts'
import { begun } from '../../../shared/features/begun.ts'
import { AppError } from '../../../shared/errors.ts'
import type { ServerEvent } from '../../../shared/http/event-stream.ts'
import type { Services } from '../../../shared/services.ts'
import {
  type CompletionRequest,
  answeredByOf,
  completionParts,
  finishReasons,
  headOf,
  headersOf,
  refusalOf,
  refuseUnsuited,
  takenBack,
  usageOf,
} from './completion.ts'
import type { ChatCompletionChunk } from './contract.ts'

type Streamed = {
  readonly events: AsyncIterable<ServerEvent>
  /** What is left of the limits. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The first word is there when it resolves: what is refused until then has a status of its own.
 * @throws AppError of the limits (`ai-…`) and of the model (`model-…`, `prompt-…`), also while the events are read
 */
export const streamCompletion = async (
  services: Services,
  request: CompletionRequest,
  now: Date,
): Promise<Streamed> => {
  const { first, events: parts } = await begun(completionParts(services, request), request.signal)
  const admission = first.kind === 'admitted' ? first.admission : undefined
  await parts.next()
  const { first: word, events: answer } = await begun(parts, request.signal)
  if (word.kind === 'end' && word.result.finish === 'unsuited') await answer.return?.()
  if (word.kind === 'end') refuseUnsuited(word.result)
  const withUsage = request.body.stream_options?.include_usage === true
  const answeredBy = await answeredByOf(services, request)
  const events = chunksOf(headOf(request, admission, { now, answeredBy }), answer, withUsage)
  return { events, headers: headersOf(admission, answeredBy) }
}

type Chunk = Extract<ChatCompletionChunk, { choices: unknown }>
type Choice = Chunk['choices'][number]

/** The chunks, and `[DONE]`. */
async function* chunksOf(
  head: ReturnType<typeof headOf>,
  parts: AsyncIterable<LimitedPart>,
  withUsage: boolean,
): AsyncGenerator<ServerEvent, void, undefined> {
  const chunk = (data: Pick<Chunk, 'choices' | 'usage'>): ServerEvent => ({
    data: { ...head, object: 'chat.completion.chunk', ...(withUsage && { usage: null }), ...data },
  })
  const piece = (delta: Choice['delta'], reason: Choice['finish_reason'] = null): ServerEvent =>
    chunk({ choices: [{ index: 0, delta, finish_reason: reason, logprobs: null }] })
  yield piece({ role: 'assistant', content: '' })
  for await (const part of parts) {
    if (part.kind === 'text') yield piece({ content: part.text })
    if (part.kind === 'retract') throw takenBack()
    if (part.kind === 'end') {
      refuseUnsuited(part.result)
      const { finish } = part.result
      yield piece(finish === 'declined' ? { refusal: refusalOf(part.result) } : {}, finishReasons[finish])
      if (withUsage) yield chunk({ choices: [], usage: usageOf(part.result) })
      yield { text: '[DONE]' }
      return
    }
  }
  throw new AppError('model-cut-off', "The model's answer broke off. Ask again.")
}
