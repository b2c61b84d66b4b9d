// Looks after AI calls whose processes are dead.
import { timer } from '../../../shared/triggers/timer.ts'

export const closeLostAiCalls = timer({
  name: 'ai-usage-sweep-timer',
  schedule: '30 * * * * *',
  summary:
    'Gives back what dead processes have leased of the limits of AI, and closes their calls as lost: within 5 minutes, without a charge',
  integration: 'suite→storage',
  operation: 'close lost AI calls',
  severity: 'normal',
  needs: ['DATA_STORAGE'],
  minutesMax: 5,
  handler: async ({ services, signal }) => {
    const { sweepAiCalls } = await import('./sweep.ts')
    await sweepAiCalls(services, signal)
  },
})
