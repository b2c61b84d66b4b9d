// Whether a model is connected for a call: what nothing but a model can answer is refused before it counts, with what to do.
import type { ModelClass } from '../ai/providers/provider.ts'
import { AppError } from '../errors.ts'
import type { AiTier } from '../peers/hub/vocabulary.ts'
import type { Services } from '../services.ts'
import type { Answerable } from './feature.ts'

/** @throws AppError `model-missing` for a feature that has no rules, and does not quote */
export const refuseWithoutModel = async (services: Services, feature: Answerable, tier: AiTier): Promise<void> => {
  const { name, modelClass, output, fallback } = feature
  if (output === 'text' || fallback) return
  const otherwise = 'Those with answersWithoutModel in GET /api/ai/features answer by rule until then.'
  await requireModel(services, { modelClass, tier, what: name, otherwise })
}

type Wanted = {
  readonly modelClass: ModelClass
  readonly tier: AiTier
  /** What needs a model, as the subject of a sentence. */
  readonly what: string
  /** What else the caller can do. */
  readonly otherwise: string
}

/** @throws AppError `model-missing`, which no repetition changes before somebody connects a model */
export const requireModel = async (
  services: Services,
  { modelClass, tier, what, otherwise }: Wanted,
): Promise<void> => {
  if (await isModelConnected(services, modelClass, tier)) return
  throw new AppError(
    'model-missing',
    `${what} needs a model, and none is connected. Have one connected (the setting AI_MODELS of the AI Platform), then ask again. ${otherwise}`,
  )
}

/** Whether a call of this tier is answered by a model, and not by quotes or rules. */
export const isModelConnected = async (
  { models }: Services,
  modelClass: ModelClass,
  tier: AiTier,
): Promise<boolean> => {
  const serving = (await models()).serving(modelClass, tier === 'ai-enterprise' ? 'enterprise' : undefined)
  return serving.some((id) => id !== 'embedded')
}
