// Live assistance over HTTP: a stream of suggestions for a running call, or what can be suggested now (AI-10).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { personOf } from '../../../shared/auth/on-behalf.ts'
import { http } from '../../../shared/triggers/http.ts'

export const assistInCall = http({
  name: 'ai-assist-in-call',
  method: 'GET',
  route: 'ai/live-assistance',
  summary:
    'Suggests replies and articles of the knowledge base while a call lasts, from what was said until then. As a stream it goes on after Last-Event-ID; else it answers with what can be suggested now',
  callers: [session('ai', { atLeast: 'member' }), integrationKey('ai:features:voice')],
  needs: ['DATA_STORAGE', 'VOICE_API_URL', 'VOICE_SERVICE_KEY', 'PSA_API_URL', 'PSA_SERVICE_KEY'],
  uses: { models: true },
  integration: 'suite→voice',
  operation: 'assist in a call',
  audit: 'ai.asked',
  contract: () => import('./contract.ts'),
  query: 'AssistanceQuery',
  returns: { 200: 'Assistance' },
  events: { call: 'Call', articles: 'Articles', replies: 'Replies', unavailable: 'Unavailable', ended: 'Ended' },
  errors: [
    'not-found',
    'ai-opted-out',
    'ai-tier-missing',
    'too-many-requests',
    'peer-unavailable',
    'storage-unavailable',
  ],
  handler: async ({ query: { callId, userId }, caller, tenantId, services, signal, wantsEvents, lastEventId }) => {
    const [{ assist, assistOnce }, { begun }] = await Promise.all([
      import('./assisting.ts'),
      import('../../../shared/features/begun.ts'),
    ])
    const asked = { tenantId, userId: personOf(caller, userId, 'query'), callId, signal, lastEventId }
    if (!wantsEvents) return { status: 200, body: await assistOnce(services, asked) }
    return { events: (await begun(assist(services, asked), signal)).events }
  },
})
