// A recording of Voice that is ready is transcribed (AI-10).
import { subscriber } from '../../../shared/triggers/subscriber.ts'

export const recordingSubscriber = subscriber({
  name: 'ai-voice-recording-subscriber',
  queue: 'ai-voice-recordings',
  summary: 'Starts the transcription of each recording that is ready in Voice',
  events: ['voice.recording.ready'],
  integration: 'ai→voice',
  operation: 'start transcription',
  needs: ['VOICE_API_URL', 'VOICE_SERVICE_KEY'],
  flows: true,
  handler: async ({ event, tenantId, store, flows }) => {
    const { requestTranscription } = await import('./requesting.ts')
    const told = { tenantId, callId: event.data.call_id, toldAt: new Date(event.time), requestedBy: 'product:voice' }
    return (await requestTranscription({ store, flows: await flows() }, told)) ? 'completed' : 'duplicate'
  },
})
