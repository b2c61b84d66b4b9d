// A call to a model within the limits of the tenant: let in, carried out, and settled however it ends. Every call of the suite goes this way.
import { untilRecorded } from '../audit-log/acting.ts'
import { toAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { type WorkSpan, beginSpan } from '../telemetry/span.ts'
import type { AiTier } from '../peers/hub/vocabulary.ts'
import type { Admission } from '../ai/limits/admissions.ts'
import { audioTokensOf, promptBoundOf } from '../ai/limits/token-bound.ts'
import { finishedBy, operationOf, usedOf } from '../ai/providers/call-record.ts'
import type { ModelCall, ModelClass, ModelPart, ModelUse } from '../ai/providers/provider.ts'

/** Who asks, and who leaves. */
export type Asker = {
  readonly tenantId: string
  /** Whose tier and limits count; absent: the organization's. */
  readonly userId?: string
  /** Aborted when the caller leaves: the model is told to stop. */
  readonly signal: AbortSignal
}

export type LimitedCall = Omit<ModelCall, 'signal' | 'deadlineMs' | 'lane' | 'span' | 'onUsed'> & {
  readonly asker: Asker
  readonly tier: AiTier
  /** As the ledger names it. */
  readonly feature: string
  readonly modelClass: ModelClass
  /** That the organization lets AI have its data. It may be found out meanwhile: no model is called before. */
  readonly consent?: Promise<unknown>
  /** When waiting has no use any more: milliseconds since 1970. */
  readonly until: number
  readonly onUsed?: (use: ModelUse) => void
}

/** The first part says that it was let in, and what is left of the limits. */
export type LimitedPart = { readonly kind: 'admitted'; readonly admission: Admission } | ModelPart

/** @throws AppError as `AiAdmissions.admit` and `Models.call` do */
export async function* limitedCall(
  services: Services,
  limited: LimitedCall,
): AsyncGenerator<LimitedPart, void, undefined> {
  const { tier, feature, modelClass, ceiling, audio } = limited
  const operation = operationOf(audio !== undefined)
  const span = beginSpan(`${operation} ${modelClass}`, {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': gatewayName,
    'gen_ai.request.model': modelClass,
    'gen_ai.request.max_tokens': ceiling,
    'theone.ai.feature': feature,
    'theone.ai.tier': tier,
  })
  let errorType: string | undefined = 'caller-gone'
  try {
    yield* admitted(services, limited, span)
    errorType = undefined
  } catch (error) {
    errorType = toAppError(error).code
    throw error
  } finally {
    span.end(errorType)
  }
}

/** All that the model reads: the schema of the answer as well, which may be the caller's, and of any length. */
const textsOf = ({ messages, output }: Pick<ModelCall, 'messages' | 'output'>): readonly string[] => [
  ...messages.map(({ content }) => content),
  ...(output ? [JSON.stringify(output.schema)] : []),
]

/** What answers a call, towards who made it: which provider does is said of each attempt. */
export const gatewayName = 'theone.ai_gateway'

async function* admitted(
  services: Services,
  { asker, tier, feature, modelClass, until, onUsed, consent, ...call }: LimitedCall,
  span: WorkSpan,
): AsyncGenerator<LimitedPart, void, undefined> {
  const [admissions, models] = await Promise.all([services.aiAdmissions(), services.models()])
  const permission = Promise.all([consent, untilRecorded()])
  permission.catch(() => {})
  const letIn = admissions.admit({
    ...asker,
    tier,
    feature,
    modelClass,
    promptBound: promptBoundOf(textsOf(call)) + audioTokensOf(call.audio?.seconds ?? 0),
    ceiling: call.ceiling,
    deadline: new Date(until),
    callMsMax: Math.max(1, until - services.now().getTime()),
  })
  // Who may not ask at all is told that, not that a limit is reached.
  const admission = await letIn.catch(afterwards(permission))
  const uses: ModelUse[] = []
  try {
    await permission
    yield { kind: 'admitted', admission }
    span.set({ 'theone.ai.queued_ms': admission.queuedMs })
    const parts = models.call(modelClass, {
      ...call,
      span,
      ...(admission.lane === 'enterprise' && { lane: admission.lane }),
      signal: admission.signal,
      deadlineMs: Math.max(1, until - services.now().getTime()),
      onUsed: (use) => {
        uses.push(use)
        onUsed?.(use)
      },
    })
    for await (const part of parts) {
      if (part.kind === 'end') span.set({ 'gen_ai.response.finish_reasons': [finishedBy[part.result.finish]] })
      yield part
    }
  } finally {
    const last = uses.at(-1)
    const { promptTokens, answerTokens } = usageOf(uses)
    if (last) span.set(usedOf({ model: last.model, usage: { ...last.usage, promptTokens, answerTokens } }))
    close(admission, uses)
  }
}

/** A failure, unless there is another one that comes before it. */
export const afterwards =
  (first: Promise<unknown>) =>
  async (failure: unknown): Promise<never> => {
    await first
    throw failure
  }

/** Settling never throws, and nobody has to wait for the ledger. */
const close = (admission: Admission, uses: readonly ModelUse[]): void => {
  const last = uses.at(-1)
  if (!last) return void admission.cancel()
  const { promptTokens, answerTokens, isEstimated } = usageOf(uses)
  const audioSeconds = uses.reduce((sum, { usage }) => sum + (usage.audioSeconds ?? 0), 0)
  void admission.settle({
    model: last.model,
    provider: last.provider,
    outcome: outcomes[last.outcome],
    promptTokens,
    completionTokens: answerTokens,
    audioSeconds,
    isEstimated,
  })
}

const outcomes = { complete: 'done', 'cut-off': 'failed', cancelled: 'cancelled', refused: 'blocked' } as const

/** Of several attempts together. */
export const usageOf = (uses: readonly ModelUse[]) => ({
  promptTokens: uses.reduce((sum, { usage }) => sum + usage.promptTokens, 0),
  answerTokens: uses.reduce((sum, { usage }) => sum + usage.answerTokens, 0),
  isEstimated: uses.some(({ usage }) => usage.estimated),
})
