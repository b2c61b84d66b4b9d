// Timers of the behaviour of devices.
import { timer } from '../../../shared/triggers/timer.ts'

export const sendBehaviourScores = timer({
  name: 'ai-behaviour-score-timer',
  schedule: '0 */5 * * * *',
  summary: 'Tells Defend the behaviour scores that it could not be told at once',
  integration: 'ai→defend',
  operation: 'send behaviour scores that were left',
  needs: ['DATA_STORAGE', 'DEFEND_API_URL', 'DEFEND_SERVICE_KEY'],
  minutesMax: 4,
  handler: async ({ services, signal }) => {
    const { sweepUnsent } = await import('./score-sending.ts')
    await sweepUnsent(services, signal)
  },
})
