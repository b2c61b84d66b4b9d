// What happens in Defend and in Voice has the AI Platform write something there (AI-9, AI-10).
import { subscriber } from '../../../shared/triggers/subscriber.ts'
import { narrativeIncident, recapIncident } from './incidents.ts'

const making = () => import('../../../shared/results/making.ts')

export const investigationSubscriber = subscriber({
  name: 'ai-defend-investigation-subscriber',
  queue: 'ai-defend-investigations',
  summary: 'Writes the narrative of an attack to each investigation that Defend opens',
  events: ['defend.investigation.opened'],
  ...narrativeIncident,
  needs: ['DEFEND_API_URL', 'DEFEND_SERVICE_KEY'],
  uses: { models: true },
  handler: async ({ event, tenantId, services, signal }) => {
    const [{ makeResult }, { narrativeResult }] = await Promise.all([making(), import('./attack-narrative/result.ts')])
    const subjectId = event.data.investigation_id
    return makeResult(narrativeResult, services, { tenantId, subjectId, toldAt: new Date(event.time), signal })
  },
})

export const callSubscriber = subscriber({
  name: 'ai-voice-call-subscriber',
  queue: 'ai-voice-calls',
  summary: 'Writes the recap of each call that has ended to Voice',
  events: ['voice.call.ended'],
  ...recapIncident,
  needs: ['VOICE_API_URL', 'VOICE_SERVICE_KEY'],
  uses: { models: true },
  handler: async ({ event, tenantId, services, signal }) => {
    const [{ makeResult }, { recapResult }] = await Promise.all([making(), import('./call-recap/result.ts')])
    const subjectId = event.data.call_id
    return makeResult(recapResult, services, { tenantId, subjectId, toldAt: new Date(event.time), signal })
  },
})
