// WorkDNA profiles of People, each read for the person who asks (AI-12).
import { session } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')

export const readWorkDna = http({
  name: 'ai-read-work-dna',
  method: 'GET',
  route: 'ai/people/profiles/{profileId}',
  queryRoute: 'ai/people/profiles',
  summary:
    'Returns the WorkDNA profile of a person to whom People shows it: to themselves, their manager, and who administers People',
  integration: 'suite→people',
  operation: 'read profiles',
  // Before People is asked: whose profile somebody wanted to see is known also when they may not.
  audit: 'profile.read',
  callers: [session('ai', { atLeast: 'viewer' })],
  needs: ['DATA_STORAGE', 'PEOPLE_API_URL', 'PEOPLE_SERVICE_KEY'],
  // Whoever looks at colleagues one after the other is slowed down.
  rate: { by: 'caller', perMinute: 30 },
  contract,
  params: 'ProfilePath',
  returns: { 200: 'WorkDnaProfile' },
  errors: ['forbidden', 'not-found', 'peer-unavailable', 'peer-timeout'],
  handler: async ({ params: { profileId }, caller: { userId }, tenantId, services }) => {
    const { readProfileFor } = await import('./profile-reading.ts')
    return { status: 200, body: await readProfileFor(services, { tenantId, userId }, profileId) }
  },
})
