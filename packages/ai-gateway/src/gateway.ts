// The one way in which a product asks the AI Platform for a feature: typed, cancellable, with retries that keep to what the gateway says.
import { setTimeout as sleep } from 'node:timers/promises'
import { eventsOf } from './event-stream.ts'
import type { FeatureName, Features } from './features.ts'
import { GatewayError, problemIn, refusalOf } from './gateway-error.ts'

export type GatewayOptions = {
  /** Of the AI Platform, with `/api`: `https://ai.example.com/api`. */
  readonly url: string
  /** The integration key that the AI Platform made for the product. A function is asked before each call, so that a key can be replaced. */
  readonly key: string | (() => string | Promise<string>)
  /** How often a call is made again that the gateway could not take; default 2. */
  readonly retries?: number
  /** How long a call may take with its retries, in milliseconds; default 150,000. */
  readonly timeoutMs?: number
}

export type AskOptions = {
  /** On whose behalf: the user's tier and limits count. Left out: those of the organization. */
  readonly userId?: string
  /** Ends the call, here and at the model. */
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  /** Not an answer that was made earlier for the same input. */
  readonly isFresh?: true
  /** W3C, so that one trace runs through the product and the gateway. */
  readonly traceparent?: string
}

export type Answer<Output> = {
  readonly callId: string
  readonly feature: string
  readonly promptVersion: string
  readonly answer: Output
  /** As the provider names it; `embedded` or `rules` when no model was asked. */
  readonly model: string
  /** For a person, when the answer is from no model. Show it beside the answer. */
  readonly label?: string
  /** False when the model reached the most that it may say. */
  readonly isComplete: boolean
  readonly isRepaired: boolean
  /** Whether it was made earlier, for the same input. */
  readonly isCached: boolean
  /** How long ago, when it was. */
  readonly ageSeconds?: number
  /** `internal`: a draft that no client sees before a person has approved it. */
  readonly audience: 'internal' | 'client'
  readonly usage: { readonly promptTokens: number; readonly answerTokens: number; readonly isEstimated: boolean }
}

export type StreamEvent<Output> =
  | { readonly kind: 'progress'; readonly stage: string }
  /** The next piece of the text. */
  | { readonly kind: 'text'; readonly text: string }
  /** What was shown is to be taken back. */
  | { readonly kind: 'retract' }
  /** The last one. */
  | { readonly kind: 'done'; readonly answer: Answer<Output> }

type InputOf<Name extends FeatureName> = Features[Name]['input']
type OutputOf<Name extends FeatureName> = Features[Name]['output']

export type Gateway = {
  /** @throws GatewayError; the signal's reason when it is aborted */
  readonly ask: <Name extends FeatureName>(
    feature: Name,
    input: InputOf<Name>,
    options?: AskOptions,
  ) => Promise<Answer<OutputOf<Name>>>
  /**
   * The answer as it comes. Leaving the loop early ends the call at the model as well.
   * @throws GatewayError, also when the stream ends without `done`; the signal's reason when it is aborted
   */
  readonly stream: <Name extends FeatureName>(
    feature: Name,
    input: InputOf<Name>,
    options?: AskOptions,
  ) => AsyncGenerator<StreamEvent<OutputOf<Name>>, void, undefined>
}

export const createGateway = (options: GatewayOptions): Gateway => ({
  ask: async (feature, input, ask = {}) => {
    const response = await send(options, feature, input, ask, 'application/json')
    const body: unknown = await response.json().catch((cause: unknown) => {
      throw new GatewayError('unreachable', 'The AI gateway broke off in its answer. Ask again.', { cause })
    })
    return body as Answer<never>
  },
  async *stream(feature, input, ask = {}) {
    const response = await send(options, feature, input, ask, 'text/event-stream')
    try {
      yield* readStream(response)
    } catch (error) {
      ask.signal?.throwIfAborted()
      throw error
    }
  },
})

let shared: Gateway | undefined

/**
 * The gateway that `AI_GATEWAY_URL` and `AI_GATEWAY_KEY` name, made once for the process.
 * @throws Error that names the setting that is missing
 */
export const sharedGateway = (environment: Readonly<Record<string, string | undefined>> = process.env): Gateway => {
  const setting = (name: string): string => {
    const value = environment[name]
    if (value === undefined || value === '')
      throw new Error(`The setting ${name} is missing. Set it to call the AI gateway.`)
    return value
  }
  shared ??= createGateway({ url: setting('AI_GATEWAY_URL'), key: () => setting('AI_GATEWAY_KEY') })
  return shared
}

const retriesUsual = 2
const timeoutMsUsual = 150_000
const pauseMs = 500

/** The first answer that is none of a gateway that could not take the call just now. */
const send = async (
  { url, key, retries = retriesUsual, timeoutMs = timeoutMsUsual }: GatewayOptions,
  feature: string,
  input: unknown,
  ask: AskOptions,
  accept: string,
): Promise<Response> => {
  const deadline = Date.now() + (ask.timeoutMs ?? timeoutMs)
  const timeout = AbortSignal.timeout(ask.timeoutMs ?? timeoutMs)
  const signal = ask.signal ? AbortSignal.any([ask.signal, timeout]) : timeout
  const body = JSON.stringify({ input, ...(ask.userId !== undefined && { userId: ask.userId }) })
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await fetch(`${url.replace(/\/+$/, '')}/ai/features/${encodeURIComponent(feature)}`, {
        method: 'POST',
        headers: {
          accept,
          'content-type': 'application/json',
          'x-integration-key': typeof key === 'string' ? key : await key(),
          ...(ask.traceparent !== undefined && { traceparent: ask.traceparent }),
          ...(ask.isFresh && { 'cache-control': 'no-cache' }),
        },
        body,
        signal,
        redirect: 'error',
      })
      if (response.ok) return response
      throw await failureOf(response)
    } catch (error) {
      const failure = toFailure(error, { asked: ask.signal, timeout })
      const waitMs = waitBefore(failure, attempt)
      if (attempt >= retries || waitMs === undefined || Date.now() + waitMs >= deadline) throw failure
      await sleep(waitMs, undefined, ask.signal ? { signal: ask.signal } : {}).catch(() => ask.signal?.throwIfAborted())
    }
  }
}

const failureOf = async (response: Response): Promise<GatewayError> => {
  const text = await response.text()
  const problem = problemIn(parsed(text))
  if (problem) return refusalOf(problem)
  return new GatewayError(
    'unreadable',
    `What answers at the address of the AI gateway is not the gateway (${response.status}). Check AI_GATEWAY_URL.`,
  )
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type Signals = { readonly asked: AbortSignal | undefined; readonly timeout: AbortSignal }

/** @throws the reason of the caller's own signal */
const toFailure = (error: unknown, { asked, timeout }: Signals): GatewayError => {
  asked?.throwIfAborted()
  if (error instanceof GatewayError) return error
  if (timeout.aborted) return new GatewayError('timeout', 'The AI gateway did not answer in time.', { cause: error })
  return new GatewayError('unreachable', 'The AI gateway could not be reached. Check AI_GATEWAY_URL, then ask again.', {
    cause: error,
  })
}

/** Milliseconds until the call is worth repeating; undefined when it is not. */
const waitBefore = ({ failure, problem }: GatewayError, attempt: number): number | undefined => {
  if (failure === 'unreachable') return pauseMs * 2 ** attempt
  const isPassing = problem?.status === 429 || problem?.status === 503
  if (!isPassing) return undefined
  return problem.retryAfterSeconds === undefined ? pauseMs * 2 ** attempt : problem.retryAfterSeconds * 1_000
}

async function* readStream<Output>(response: Response): AsyncGenerator<StreamEvent<Output>, void, undefined> {
  const cutOff = (cause?: unknown): GatewayError =>
    new GatewayError('unreachable', 'The AI gateway broke off in its answer. Ask again.', { cause })
  if (!response.body) throw cutOff()
  for await (const { event, data } of eventsOf(response.body, cutOff)) {
    if (event === 'progress') yield { kind: 'progress', stage: (data as { stage: string }).stage }
    if (event === 'text') yield { kind: 'text', text: (data as { text: string }).text }
    if (event === 'retract') yield { kind: 'retract' }
    if (event === 'error') {
      const problem = problemIn(data)
      throw problem ? refusalOf(problem) : cutOff(data)
    }
    if (event === 'done') {
      yield { kind: 'done', answer: data as Answer<Output> }
      return
    }
  }
  throw cutOff()
}
