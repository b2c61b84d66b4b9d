// The gateway in this process, before a model that writes what it is told: all that answers a feature is the suite's own, but for storage, Hub
// and the wire of a provider.
import type { Admission } from '../../shared/ai/limits/admissions.ts'
import type { FinishReason, ModelCall, ModelPart } from '../../shared/ai/providers/provider.ts'
import { isAppError } from '../../shared/errors.ts'
import { answerFeature } from '../../shared/features/answering.ts'
import type { FeatureAnswer } from '../../shared/features/feature-answer.ts'
import { wholeReply } from '../../shared/features/replies.ts'
import type { Services } from '../../shared/services.ts'
import { featureNamed } from '../answerer.ts'

/** What a model writes. */
export type Written = { readonly text: string; readonly finish: FinishReason }

export type Left = {
  /** What a caller gets; undefined for a problem. */
  readonly reply: FeatureAnswer | undefined
  /** The code of the problem. */
  readonly refusal: string | undefined
  /** How often the model was asked. */
  readonly calls: number
}

/** @param turns what the model writes, one after the other; the last one again when it is asked more often */
export const leftOf = async (name: string, input: unknown, turns: readonly Written[]): Promise<Left> => {
  let calls = 0
  const services = servicesWith(() => {
    calls += 1
    return turns[Math.min(calls, turns.length) - 1] as Written
  })
  const request = { tenantId: 'eval', input, signal: new AbortController().signal, freshness: 'unkept' as const }
  try {
    const { body } = await wholeReply(answerFeature(services, featureNamed(name), request))
    return { reply: body, refusal: undefined, calls }
  } catch (error) {
    if (!isAppError(error)) throw error
    return { reply: undefined, refusal: error.code, calls }
  }
}

const admission: Admission = {
  callId: 'call-eval',
  lane: 'shared',
  headers: {},
  queuedMs: 0,
  signal: new AbortController().signal,
  settle: async () => {},
  cancel: async () => {},
}

/** An organization without settings of its own, which is always let in. What is not here is not needed: it would be a fault that is seen. */
const servicesWith = (next: () => Written): Services => {
  const parts = {
    now: () => new Date(),
    store: () => ({ open: () => ({ settings: { get: async () => undefined } }) }),
    aiTiers: async () => ({ tierOf: async () => 'ai-pro' }),
    aiAdmissions: async () => ({ admit: async () => admission }),
    models: async () => ({
      serving: () => ['eval/eval'],
      call: (_: string, { onUsed }: ModelCall) => said(next(), onUsed),
    }),
  }
  return parts as unknown as Services
}

const usage = { promptTokens: 1, cachedTokens: 0, answerTokens: 1, reasoningTokens: 0, estimated: false }
const model = { provider: 'eval', deployment: 'eval', model: 'eval-model' }

async function* said({ text, finish }: Written, onUsed: ModelCall['onUsed']): AsyncGenerator<ModelPart> {
  yield { kind: 'text', text }
  onUsed?.({ ...model, outcome: 'complete', usage })
  yield {
    kind: 'end',
    result: { ...model, text, finish, usage, filters: [], attempts: 1, firstPartMs: 0 },
  }
}
