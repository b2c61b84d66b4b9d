// Gives an answer that was kept for the same input, or has it made and kept. A hit counts as a request, and for no tokens.
import type { CachePlace, KeptAnswer, Made } from '../ai/answer-cache/answer-cache.ts'
import { AppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { resolveSettings } from '../tenants/tenant-settings.ts'
import { inSpan } from '../telemetry/span.ts'
import { schemaOf } from '../triggers/schema-source.ts'
import type { CacheRule, Answerable, FeaturePrompt, FeatureRequest } from './feature.ts'
import type { FeatureAnswer, FeatureEvent } from './feature-answer.ts'
import { gatewayName } from './limited-call.ts'

type Cached = {
  readonly services: Services
  readonly feature: Answerable
  readonly rule: CacheRule
  readonly request: FeatureRequest
  /** As without a cache. */
  readonly ask: () => AsyncGenerator<FeatureEvent, void, undefined>
}

export async function* cachedAnswer(cached: Cached): AsyncGenerator<FeatureEvent, void, undefined> {
  const { services, feature, rule, request, ask } = cached
  const { freshness = 'any', signal } = request
  const isPersonless = rule.of === 'person' && request.userId === undefined
  const place = freshness === 'unkept' || isPersonless ? undefined : await placeOf(cached)
  if (!place) return yield* ask()
  const cache = await services.answerCache()
  if (freshness === 'fresh') return yield* landed(cached, (made) => made && cache.keep(place, made))
  const fits = await fitOf(feature)
  const sought = await leaving(cache.seek(place, { fits, signal, waitMs: feature.waitMs / 2 }))
  if (sought.kind === 'found') yield* hit(cached, sought.answer)
  else yield* landed(cached, sought.land)
}

/** A later version of the suite may want another form. */
const fitOf = async ({ output }: Answerable): Promise<(answer: unknown) => boolean> => {
  if (output === 'text') return (answer) => typeof answer === 'string'
  const schema = await schemaOf(output)
  return (answer) => schema.safeParse(answer).success
}

const leaving = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work
  } catch (cause) {
    throw new AppError('caller-gone', 'The caller left before the answer was there.', { cause })
  }
}

const placeOf = async ({ services, feature, rule, request }: Cached): Promise<CachePlace | undefined> => {
  const { tenantId, userId, input } = request
  const [cache, models, tiers, prompt] = await Promise.all([
    services.answerCache(),
    services.models(),
    services.aiTiers(),
    feature.prompt() as Promise<FeaturePrompt<unknown>>,
  ])
  const tier = await tiers.tierOf(tenantId, userId)
  const lane = tier === 'ai-enterprise' ? ('enterprise' as const) : undefined
  return cache.placeOf({
    tenantId,
    ...(rule.of === 'person' && { userId }),
    feature: feature.name,
    promptVersion: prompt.version,
    deployments: models.serving(feature.modelClass, lane),
    tier,
    input,
  })
}

/** The events, and what is to be kept of them once they have ended, however they do. */
async function* landed(
  { ask, rule, services, request: { tenantId } }: Cached,
  land: (made: Made | undefined) => unknown,
): AsyncGenerator<FeatureEvent, void, undefined> {
  const rest = {
    forHours: rule.keepForHours,
    isAllowed: async () => !(await resolveSettings(services.store(), tenantId)).aiOptOut,
  }
  let made: Made | undefined
  let isTakenBack = false
  try {
    for await (const event of ask()) {
      if (event.kind === 'retract') isTakenBack = true
      if (event.kind === 'done' && !isTakenBack && isToBeKept(event.answer))
        made = { ...rest, answer: keptOf(event.answer, services.now()) }
      yield event
    }
  } finally {
    land(made)
  }
}

/** Whole, and a model's: what rules and quotes say costs nothing, and is no answer once there is a model. */
const isToBeKept = ({ isComplete, label }: FeatureAnswer): boolean => isComplete && label === undefined

const keptOf = ({ answer, model, isRepaired }: FeatureAnswer, now: Date): KeptAnswer => ({
  answer,
  model,
  isRepaired,
  madeAt: now.toISOString(),
})

async function* hit(
  { services, feature, request }: Cached,
  { answer, model, isRepaired, madeAt }: KeptAnswer,
): AsyncGenerator<FeatureEvent, void, undefined> {
  const { name, modelClass, waitMs, audience } = feature
  const { tenantId, userId, signal } = request
  const [admissions, tiers, prompt] = await Promise.all([
    services.aiAdmissions(),
    services.aiTiers(),
    feature.prompt() as Promise<FeaturePrompt<unknown>>,
  ])
  const tier = await tiers.tierOf(tenantId, userId)
  const now = services.now().getTime()
  const deadline = new Date(now + waitMs)
  const nothing = { promptTokens: 0, completionTokens: 0, isEstimated: false }
  const { callId, headers } = await inSpan(`chat ${modelClass}`, attributesOf(feature, tier, model), () =>
    admissions.record(
      { tenantId, userId, tier, feature: name, modelClass, signal, deadline },
      { outcome: 'done', model, provider: 'cache', ...nothing, isCached: true },
    ),
  )
  const ageSeconds = Math.max(0, Math.floor((now - Date.parse(madeAt)) / 1_000))
  yield { kind: 'progress', stage: 'asking', headers: { ...headers, age: String(ageSeconds) } }
  if (feature.output === 'text') yield { kind: 'text', text: String(answer) }
  yield {
    kind: 'done',
    answer: {
      callId,
      feature: name,
      promptVersion: prompt.version,
      answer,
      model,
      isComplete: true,
      isRepaired,
      isCached: true,
      ageSeconds,
      audience,
      usage: { promptTokens: 0, answerTokens: 0, isEstimated: false },
    },
  }
}

const attributesOf = ({ name, modelClass }: Answerable, tier: string, model: string) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': gatewayName,
  'gen_ai.request.model': modelClass,
  'gen_ai.response.model': model,
  'gen_ai.usage.input_tokens': 0,
  'gen_ai.usage.output_tokens': 0,
  'theone.ai.feature': name,
  'theone.ai.tier': tier,
  'theone.ai.cached': true,
})
