// The HTTP function of a feature, made from its definition: so the OpenAPI document, the reference and every test that walks the functions know it.
import { integrationKey } from '../../../shared/auth/caller.ts'
import { type Feature, inputBytesMaxUsual } from '../../../shared/features/feature.ts'
import { callErrors } from '../../../shared/features/call-errors.ts'
import { AppError } from '../../../shared/errors.ts'
import { type HttpDefinition, http } from '../../../shared/triggers/http.ts'
import { schemaOf } from '../../../shared/triggers/schema-source.ts'

/** Beside the input, in bytes: the user's id and the braces. */
const envelopeBytes = 2_048

export const featureEndpoint = (feature: Feature): HttpDefinition => {
  const contract = () => import('./feature-contract.ts')
  return http({
    name: `ai-ask-${feature.name}`,
    method: 'POST',
    route: `ai/features/${feature.name}`,
    summary: feature.summary,
    callers: [...(feature.people ?? []), integrationKey(`ai:features:${feature.namespace}`)],
    needs: ['DATA_STORAGE'],
    body: async () => (await contract()).questionOf(await schemaOf(feature.input)),
    bodyBytesMax: (feature.inputBytesMax ?? inputBytesMaxUsual) + envelopeBytes,
    returns: { 200: async () => (await contract()).answerOf(feature.output) },
    errors: [...callErrors, 'ai-answer-unfit', 'answer-refused', 'model-declined'],
    integration: 'suite→models',
    operation: `ask for ${feature.name}`,
    audit: 'ai.asked',
    rate: { by: 'caller', perMinute: 600 },
    idempotencyKey: 'refused',
    handler: async ({ body, caller, tenantId, services, signal }) => {
      if (caller.kind === 'session' && body.userId !== undefined)
        throw new AppError('validation-failed', 'A person asks for themselves: leave out userId.')
      const { answerFeature, wholeFeatureAnswer } = await import('../../../shared/features/answering.ts')
      const userId = caller.kind === 'session' ? caller.userId : body.userId
      const asked = { tenantId, input: body.input, signal, ...(userId !== undefined && { userId }) }
      const { answer, headers } = await wholeFeatureAnswer(answerFeature(services, feature, asked))
      return { status: 200, body: answer, headers }
    },
  })
}
