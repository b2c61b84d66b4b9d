// How far the transcription of a recording is, for Voice and for admins: what was said is read in Voice alone.
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

export const readTranscription = http({
  name: 'ai-read-transcription',
  method: 'GET',
  route: 'ai/transcriptions/{callId}',
  queryRoute: 'ai/transcription',
  summary: 'Returns how far the transcription of the recording of a call is',
  callers: [session('ai', { atLeast: 'admin' }), integrationKey('ai:features:voice')],
  needs: ['DATA_STORAGE'],
  contract: () => import('./contract.ts'),
  params: 'CallPath',
  returns: { 200: 'ShownTranscription' },
  errors: ['not-found', 'storage-unavailable'],
  handler: async ({ params: { callId }, tenantId, services }) => {
    const { showTranscription } = await import('./reading.ts')
    return { status: 200, body: await showTranscription(services, tenantId, callId) }
  },
})
