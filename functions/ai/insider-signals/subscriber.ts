// Takes what People tells of people's work and employment (AI-12). Off unless the organization has switched it on.
import { sealedRows } from '../../../shared/secrets/wrapping-key-name.ts'
import { subscriber } from '../../../shared/triggers/subscriber.ts'
import { signalIncident } from './incidents.ts'

export const insiderSignalSubscriber = subscriber({
  name: 'ai-insider-signal-subscriber',
  queue: 'ai-insider-signals',
  summary:
    'Tells Defend what is unusual about the work of a person, by rules, where the organization has switched it on',
  events: ['people.work_day.summarized', 'people.employment.changed'],
  ...signalIncident,
  uses: sealedRows,
  needs: ['KEY_VAULT', 'PEOPLE_API_URL', 'PEOPLE_SERVICE_KEY', 'DEFEND_API_URL', 'DEFEND_SERVICE_KEY'],
  handler: async ({ event, tenantId, services }) => {
    const { takeWork } = await import('./signal-taking.ts')
    return takeWork(services, tenantId, event)
  },
})
