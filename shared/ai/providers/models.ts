// The models that the suite may ask: which deployment answers a call, how often it is tried, and where else. The one place that tries again.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { ModelSettings } from '../../config/model-settings.ts'
import type { AttemptPart } from './attempt.ts'
import type { ModelBreakers } from './breakers.ts'
import type { CredentialSources } from './credential.ts'
import { type Deployment, deploymentsFor } from './deployment.ts'
import { embeddedAnswer } from './embedded.ts'
import { ModelFailure, asAppError, failures } from './model-failure.ts'
import type { Lane, ModelAnswer, ModelCall, ModelClass } from './provider.ts'
import { recordedAttempt } from './recorded-attempt.ts'

export type Models = {
  /** @throws through the iterator, AppError: see `ModelCall`. Fallback to another deployment only before the first part. */
  readonly call: (modelClass: ModelClass, call: ModelCall) => ModelAnswer
  /** Ids of the deployments that would be asked, in their order; `embedded` when none is set up. */
  readonly serving: (modelClass: ModelClass, lane?: Lane) => readonly string[]
}

type Options = {
  readonly settings: ModelSettings
  readonly credentials: CredentialSources
  readonly breakers: () => Promise<ModelBreakers>
  readonly random?: () => number
}

const roundsMax = 3

/** By which a timer may be early. */
const timerMs = 5

export const createModels = ({ settings, credentials, breakers, random = Math.random }: Options): Models => {
  /** Until when a deployment asked to be left alone, in milliseconds of `performance.now()`: as many as the setting names. */
  const busyUntil = new Map<string, number>()
  return {
    serving: (modelClass, lane) => {
      const ids = deploymentsFor(settings, modelClass, lane).map(({ id }) => id)
      return ids.length > 0 || modelClass === 'audio' ? ids : ['embedded']
    },
    call: (modelClass, call) => {
      const deployments = deploymentsFor(settings, modelClass, call.lane)
      if (deployments.length === 0 && modelClass !== 'audio') return embeddedAnswer(call)
      return answered({ deployments, call, credentials, breakers, busyUntil, random })
    },
  }
}

type Answering = Pick<Options, 'credentials' | 'breakers'> & {
  readonly deployments: readonly Deployment[]
  readonly call: ModelCall
  readonly busyUntil: Map<string, number>
  readonly random: () => number
}

/** All deployments once, in their order; then, when some may still answer, the same again after what they asked for. */
async function* answered(answering: Answering): ModelAnswer {
  const { deployments, call, random } = answering
  const endsAt = performance.now() + call.deadlineMs
  const tries: Tries = { attempts: 0, endsAt, refusedKeys: new Map() }
  let failure = noneSetUp()
  let left = deployments
  for (let round = 0; round < roundsMax && left.length > 0; round += 1) {
    const again: Deployment[] = []
    const waits: number[] = []
    for (const deployment of left) {
      const outcome = yield* tried(answering, deployment, tries)
      if (outcome === undefined) return
      failure = outcome
      if (failure.meaning.again === 'nowhere') throw asAppError(failure, tries.attempts)
      if (failure.meaning.again !== 'anywhere') continue
      again.push(deployment)
      waits.push(failure.meaning.retryAfterMs ?? 0)
    }
    left = again
    const waitMs = Math.max(Math.min(...waits), (0.5 + random() / 2) * 200 * 2 ** round)
    // Nobody waits for what comes too late: then the caller is told when.
    if (left.length === 0 || waitMs >= endsAt - performance.now()) break
    if (round < roundsMax - 1) await pause(waitMs, call.signal)
  }
  throw asAppError(failure, tries.attempts)
}

type Tries = { attempts: number; readonly endsAt: number; readonly refusedKeys: Map<string, string> }

/** Undefined when it answered; else why not. @throws AppError once the caller has a part of the answer */
async function* tried(
  { call, credentials, breakers, busyUntil }: Answering,
  deployment: Deployment,
  tries: Tries,
): AsyncGenerator<Exclude<AttemptPart, { kind: 'end' }> | Last, ModelFailure | undefined> {
  const { id } = deployment
  const busyMs = (busyUntil.get(id) ?? 0) - performance.now()
  if (busyMs > timerMs) return busy(busyMs)
  const leftMs = tries.endsAt - performance.now()
  if (leftMs <= 0) return failures.late('the whole answer')
  const breaker = await breakers()
  const admission = await breaker.admit(id)
  if (!admission.admitted) return busy(admission.retryAfterMs)
  tries.attempts += 1
  let isBegun = false
  let key: string | undefined
  let isSettled = false
  const settle = async (failure?: ModelFailure): Promise<void> => {
    isSettled = true
    if (failure?.code === 'caller-gone') return breaker.released(id, admission.isProbe)
    if (failure?.meaning.infrastructure) await breaker.failed(id, admission.isProbe)
    else await breaker.succeeded(id, admission.isProbe)
  }
  try {
    const attempt = recordedAttempt({
      deployment,
      call,
      credentials,
      leftMs,
      refusedKey: tries.refusedKeys.get(id),
      onKey: (sent) => {
        key = sent
      },
    })
    for await (const part of attempt) {
      isBegun = true
      if (part.kind !== 'end') yield part
      else {
        await settle()
        yield { kind: 'end', result: { ...part.result, attempts: tries.attempts } }
      }
    }
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof ModelFailure)) throw thrown
    await settle(thrown)
    const { retryAfterMs } = thrown.meaning
    if (retryAfterMs !== undefined) busyUntil.set(id, performance.now() + retryAfterMs)
    if (!isBegun) return withNewKey(thrown, { id, key, tries })
    const code = thrown.code === 'model-unavailable' ? failures.cutOff(thrown.cause ?? thrown) : thrown
    throw asAppError(code, tries.attempts)
  } finally {
    // The caller left the loop: nothing is known of the deployment, but a probe must not stand in the way of the next.
    if (!isSettled) await breaker.released(id, admission.isProbe)
  }
}

type Last = Extract<ModelAnswer extends AsyncIterable<infer Part> ? Part : never, { kind: 'end' }>

/** A key that the vault has a newer one of: once more, with that. */
const withNewKey = (
  failure: ModelFailure,
  { id, key, tries }: { readonly id: string; readonly key: string | undefined; readonly tries: Tries },
): ModelFailure => {
  if (failure.meaning.isKeyRefused !== true || key === undefined || tries.refusedKeys.has(id)) return failure
  tries.refusedKeys.set(id, key)
  return new ModelFailure(failure.code, failure.message, { ...failure.meaning, again: 'anywhere' }, failure.cause)
}

const busy = (retryAfterMs: number): ModelFailure =>
  new ModelFailure('model-unavailable', 'it is left alone for a while', {
    again: 'anywhere',
    infrastructure: false,
    retryAfterMs,
  })

const noneSetUp = (): ModelFailure =>
  new ModelFailure('model-unavailable', 'none is set up for this', { again: 'nowhere', infrastructure: false })

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  try {
    await sleep(ms, undefined, { signal })
  } catch {
    throw new AppError('caller-gone', 'The caller left before the answer was there.')
  }
}
