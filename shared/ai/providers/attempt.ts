// One attempt at one deployment: the call in its wire, the parts of its answer as they come, and how it ended. It says what it used in any case.
import { isAppError } from '../../errors.ts'
import { audioTokensOf } from '../limits/token-bound.ts'
import { type Patience, answerEvents, wholeBody } from './answer-events.ts'
import { anthropicWire } from './anthropic-wire.ts'
import { type CredentialSources, credentialOf } from './credential.ts'
import type { Deployment } from './deployment.ts'
import { ModelFailure, failures } from './model-failure.ts'
import { openAiWire } from './openai-wire.ts'
import type { ModelCall, ModelPart, ModelResult, ModelUse, Usage } from './provider.ts'
import { transcriptionWire } from './transcription-wire.ts'
import { send } from './upstream.ts'
import { type Wire, type WireState, newWireState } from './wire.ts'

const wires = { 'openai-chat': openAiWire, 'anthropic-messages': anthropicWire } as const

export type AttemptResult = Omit<ModelResult, 'attempts'>

export type AttemptPart = Exclude<ModelPart, { kind: 'end' }> | { readonly kind: 'end'; readonly result: AttemptResult }

type Attempt = {
  readonly deployment: Deployment
  readonly call: ModelCall
  readonly credentials: CredentialSources
  /** Milliseconds that are left of the caller's time. */
  readonly leftMs: number
  /** A key that was refused a moment ago. */
  readonly refusedKey?: string | undefined
  readonly onKey?: (key: string) => void
  readonly onUse: (
    use: ModelUse,
    ended: { readonly failure?: ModelFailure; readonly firstPartMs?: number; readonly ms: number },
  ) => void
}

/** @throws ModelFailure; AppError when our own settings or vault are at fault */
export async function* attemptAt({
  deployment,
  call,
  credentials,
  leftMs,
  refusedKey,
  onKey,
  onUse,
}: Attempt): AsyncGenerator<AttemptPart> {
  const started = performance.now()
  const state = newWireState()
  const text: string[] = []
  const ending = endingOf(call.signal, leftMs, () => text.length > 0)
  let charactersLeft = call.audio ? Infinity : charactersMaxOf(call)
  let firstPartMs: number | undefined
  let failure: ModelFailure | undefined
  let isSent = false
  try {
    const wire = call.audio ? transcriptionWire : wires[deployment.settings.wire]
    const credential = await ending.within(credentialOf(deployment.settings, credentials, refusedKey))
    if (credential.kind === 'key') onKey?.(credential.key)
    isSent = true
    const patience = patienceWith(deployment, call, leftMs)
    const sending = send({ wire, deployment, call, credential, signal: ending.signal })
    const body = await ending.within(sending, patience.firstByteMs)
    const events = call.audio ? wholeBody(body, patience) : answerEvents(body, patience)
    for await (const data of ending.each(events)) {
      const { text: more, retract } = readWith(wire, state, data)
      if (more !== undefined) {
        firstPartMs ??= msSince(started)
        charactersLeft -= more.length
        if (charactersLeft < 0) throw overlong(state, call)
        text.push(more)
        yield { kind: 'text', text: more }
      }
      if (retract) yield { kind: 'retract' }
      if (state.isOver) break
    }
    if (!state.isWhole) throw failures.cutOff()
  } catch (thrown) {
    if (isAppError(thrown)) {
      // Ours, from before anything was sent: nothing was used.
      isSent = false
      throw thrown
    }
    failure = ending.meaningOf(thrown)
    // All was said before it broke off: only what it used is unknown.
    if (!state.isWhole || failure.code === 'caller-gone') throw failure
    failure = undefined
  } finally {
    ending.stop()
    if (isSent)
      onUse(useOf({ deployment, call, state, text, failure }), {
        ...(failure && { failure }),
        ...(firstPartMs !== undefined && { firstPartMs }),
        ms: msSince(started),
      })
  }
  yield { kind: 'end', result: resultOf({ deployment, call, state, text }, firstPartMs ?? msSince(started)) }
}

/** Of a recording nothing comes before all of it is written down. */
const patienceWith = ({ settings }: Deployment, { audio }: ModelCall, leftMs: number): Patience => ({
  firstByteMs: audio ? Math.max(settings.firstByteMs, leftMs) : settings.firstByteMs,
  idleMs: settings.idleMs,
})

/** Tokens have 4 to 5 characters, in tables and source a few times as many. Who has so much more to say does not keep to the ceiling. */
const charactersPerToken = 16
const charactersLeast = 4_096
const charactersMost = 4_194_304

/** That an answer may have at most, so that a provider that never ends it does not fill the memory. Of a recording, `wholeBody` sees to that. */
const charactersMaxOf = ({ ceiling }: ModelCall): number =>
  Math.min(charactersMost, Math.max(charactersLeast, ceiling * charactersPerToken))

/** Also when its end was announced before: what goes on is no whole answer. */
const overlong = (state: WireState, call: ModelCall): ModelFailure => {
  state.isWhole = false
  return failures.malformed(
    new Error(`It has more than ${charactersMaxOf(call)} characters, with a ceiling of ${call.ceiling} tokens.`),
  )
}

const msSince = (started: number): number => Math.round(performance.now() - started)

const readWith = (wire: Wire, state: WireState, data: string) => {
  try {
    return wire.read(state, data)
  } catch (thrown) {
    throw thrown instanceof ModelFailure ? thrown : failures.malformed(thrown)
  }
}

/**
 * Ends everything at once when the caller leaves or its time is over.
 * @param isAnswering it speaks: that it has more to say than there is time says nothing about the provider
 */
const endingOf = (caller: AbortSignal, leftMs: number, isAnswering: () => boolean) => {
  const abort = new AbortController()
  const over = Promise.withResolvers<never>()
  over.promise.catch(() => {})
  const end = (failure: ModelFailure): void => {
    over.reject(failure)
    abort.abort(failure)
  }
  const leave = (): void => end(failures.gone())
  const timer = setTimeout(() => end(failures.late('the whole answer', isAnswering())), Math.max(0, leftMs))
  caller.addEventListener('abort', leave)
  if (caller.aborted) leave()
  return {
    signal: abort.signal,
    within: async <T>(work: Promise<T>, msMax?: number): Promise<T> => {
      const late = setTimeout(() => end(failures.late('the beginning of its answer')), msMax ?? 2_147_483_647)
      work.catch(() => {})
      return Promise.race([work, over.promise]).finally(() => clearTimeout(late))
    },
    /** Each step of an iterator, until then. */
    each: async function* <T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
      try {
        for (;;) {
          const next = items.next()
          next.catch(() => {})
          const { value, done } = await Promise.race([next, over.promise])
          if (done) return
          yield value
        }
      } finally {
        abort.abort()
        void items.return(undefined).catch(() => {})
      }
    },
    meaningOf: (thrown: unknown): ModelFailure =>
      abort.signal.reason instanceof ModelFailure
        ? abort.signal.reason
        : thrown instanceof ModelFailure
          ? thrown
          : failures.cutOff(thrown),
    stop: () => {
      clearTimeout(timer)
      caller.removeEventListener('abort', leave)
      abort.abort()
    },
  }
}

type Ended = {
  readonly deployment: Deployment
  readonly call: ModelCall
  readonly state: WireState
  readonly text: readonly string[]
  readonly failure: ModelFailure | undefined
}

const useOf = ({ deployment, call, state, text, failure }: Ended): ModelUse => ({
  provider: deployment.provider,
  deployment: deployment.name,
  model: state.model ?? deployment.name,
  outcome: outcomeOf(state, failure),
  usage: failure?.meaning.isRefusal === true ? nothing : usageOf(call, state, text),
})

const resultOf = ({ deployment, call, state, text }: Omit<Ended, 'failure'>, firstPartMs: number): AttemptResult => ({
  text: text.join(''),
  finish: state.finish ?? 'complete',
  usage: usageOf(call, state, text),
  provider: deployment.provider,
  deployment: deployment.name,
  model: state.model ?? deployment.name,
  filters: state.filters,
  firstPartMs,
})

const outcomeOf = ({ isWhole }: WireState, failure: ModelFailure | undefined): ModelUse['outcome'] => {
  if (failure?.code === 'caller-gone') return 'cancelled'
  if (failure) return failure.meaning.isRefusal === true ? 'refused' : 'cut-off'
  // Whoever reads the parts has left the loop.
  return isWhole ? 'complete' : 'cancelled'
}

const nothing: Usage = { promptTokens: 0, cachedTokens: 0, answerTokens: 0, reasoningTokens: 0, estimated: false }

/** Of most texts; of telemetry it is too few, of prose too many. */
const bytesPerToken = 3

/** A stream that is cut off or left never says what it used, and what another says is not always a number. */
const usageOf = ({ messages, audio }: ModelCall, { usage, isWhole }: WireState, text: readonly string[]): Usage => {
  const prompt = countOf(usage.prompt, 1)
  // Who says that it answered with nothing does not know what it used.
  const answer = isWhole ? countOf(usage.answer, text.length > 0 ? 1 : 0) : undefined
  const isKnown = prompt !== undefined && answer !== undefined
  const tokensOf = (texts: readonly string[]): number =>
    Math.ceil(texts.reduce((sum, part) => sum + Buffer.byteLength(part), 0) / bytesPerToken)
  const audioSeconds = audio && (usage.audioSeconds ?? Math.ceil(audio.seconds))
  return {
    promptTokens: prompt ?? tokensOf(messages.map(({ content }) => content)) + audioTokensOf(audioSeconds ?? 0),
    cachedTokens: countOf(usage.cached, 0) ?? 0,
    answerTokens: isKnown ? answer : tokensOf(text),
    reasoningTokens: countOf(usage.reasoning, 0) ?? 0,
    ...(audioSeconds !== undefined && { audioSeconds }),
    estimated: !isKnown,
  }
}

/** As a provider says it, which no type holds to: a whole number, or nothing. */
const countOf = (tokens: unknown, least: number): number | undefined =>
  typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens >= least ? tokens : undefined
