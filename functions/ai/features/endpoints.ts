// The door to the features: one function for each, a list of them, and a word for who asks for one that there is not.
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { type Namespace, namespaces } from '../../../shared/features/feature.ts'
import { AppError } from '../../../shared/errors.ts'
import { type HttpDefinition, http, noBody } from '../../../shared/triggers/http.ts'
import { featureEndpoint } from './feature-endpoint.ts'
import { features } from './features.ts'

const contract = () => import('./contract.ts')

const callers = [
  session('ai', { atLeast: 'member' }),
  ...namespaces.map((namespace) => integrationKey(`ai:features:${namespace}`)),
] as const

const listFeatures = http({
  name: 'ai-list-features',
  method: 'GET',
  route: 'ai/features',
  summary: 'Lists the features that the caller may use, with the JSON Schemas of what they take and answer',
  callers,
  contract,
  returns: { 200: 'Features' },
  handler: async ({ caller }) => {
    const { shownFeature } = await import('./shown-feature.ts')
    const open = features.filter(({ namespace, people = [] }) =>
      caller.kind === 'session' ? people.length > 0 : caller.scopes.includes(scopeOf(namespace)),
    )
    return { status: 200, body: { features: await Promise.all(open.map(shownFeature)) } }
  },
})

const scopeOf = (namespace: Namespace): string => `ai:features:${namespace}`

const askUnknown = http({
  name: 'ai-ask-unknown-feature',
  method: 'POST',
  route: 'ai/features/{feature}',
  summary: 'Refuses a feature that there is not, and says where the list is',
  callers,
  contract,
  params: 'FeatureParams',
  returns: { 200: noBody },
  errors: ['not-found'],
  audit: 'ai.asked',
  handler: () => {
    throw new AppError('not-found', 'There is no such feature. GET /api/ai/features lists those that you may use.')
  },
})

export const featureEndpoints: readonly HttpDefinition[] = [listFeatures, ...features.map(featureEndpoint), askUnknown]
