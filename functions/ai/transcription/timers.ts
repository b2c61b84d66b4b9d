// The nightly look for recordings that no event told of, or whose transcription came to nothing.
import { timer } from '../../../shared/triggers/timer.ts'

export const transcribeMissed = timer({
  name: 'ai-transcription-sweep-timer',
  schedule: '0 35 2 * * *',
  summary: 'Starts the transcription of recordings of the last 7 days that have none',
  integration: 'ai→voice',
  operation: 'start missed transcriptions',
  needs: [
    'DATA_STORAGE',
    'MESSAGE_RETRY_SECONDS',
    'HUB_API_URL',
    'HUB_SERVICE_KEY',
    'VOICE_API_URL',
    'VOICE_SERVICE_KEY',
  ],
  uses: { models: true },
  minutesMax: 9,
  flows: true,
  handler: async ({ services, signal, flows }) => {
    const { startMissed } = await import('./sweep.ts')
    await startMissed(services, await flows(), signal)
  },
})
