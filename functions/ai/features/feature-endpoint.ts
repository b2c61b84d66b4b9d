// The HTTP function of a feature, made from its definition: so the OpenAPI document, the reference and every test that walks the functions know it.
import { integrationKey } from '../../../shared/auth/caller.ts'
import { type Feature, inputBytesMaxUsual } from '../../../shared/features/feature.ts'
import { callErrors } from '../../../shared/features/call-errors.ts'
import { sealedRows } from '../../../shared/secrets/wrapping-key-name.ts'
import { personNamed } from '../../../shared/auth/on-behalf.ts'
import { type HttpDefinition, http } from '../../../shared/triggers/http.ts'
import { schemaOf } from '../../../shared/triggers/schema-source.ts'

/** Beside the input, in bytes: the user's id and the braces. */
const envelopeBytes = 2_048

export const featureEndpoint = (feature: Feature): HttpDefinition => {
  const contract = () => import('./feature-contract.ts')
  const answer = async () => (await contract()).answerOf(feature.output)
  const event = (name: 'progress' | 'text' | 'retract') => async () => (await contract()).eventOf(name)
  return http({
    name: `ai-ask-${feature.name}`,
    method: 'POST',
    route: `ai/features/${feature.name}`,
    summary: feature.summary,
    callers: [...(feature.people ?? []), integrationKey(`ai:features:${feature.namespace}`)],
    needs: ['DATA_STORAGE'],
    uses: { ...(feature.cached && sealedRows), models: true },
    body: async () => (await contract()).questionOf(await schemaOf(feature.input)),
    bodyBytesMax: (feature.inputBytesMax ?? inputBytesMaxUsual) + envelopeBytes,
    returns: { 200: answer },
    events: {
      progress: event('progress'),
      ...(feature.output === 'text' && { text: event('text'), retract: event('retract') }),
      done: answer,
    },
    errors: [...callErrors, 'ai-answer-unfit', 'answer-refused', 'model-declined'],
    integration: 'suite→models',
    operation: `ask for ${feature.name}`,
    audit: 'ai.asked',
    rate: { by: 'caller', perMinute: 600 },
    idempotencyKey: 'refused',
    ...(feature.cached && { givesKeptAnswers: true }),
    handler: async ({ body, caller, tenantId, services, signal, wantsEvents, freshness }) => {
      const [{ answerFeature }, { eventsReply, wholeReply }] = await Promise.all([
        import('../../../shared/features/answering.ts'),
        import('../../../shared/features/replies.ts'),
      ])
      const userId = personNamed(caller, body.userId, 'body')
      const asked = { tenantId, input: body.input, signal, freshness, ...(userId !== undefined && { userId }) }
      const work = answerFeature(services, feature, asked)
      return wantsEvents ? eventsReply(work, signal) : wholeReply(work)
    },
  })
}
