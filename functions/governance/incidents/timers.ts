// The timer of incidents.
import { timer } from '../../../shared/triggers/timer.ts'

export const escalateIncidents = timer({
  name: 'ai-incident-escalation-timer',
  schedule: '15 * * * * *',
  summary: 'Has On-Call call somebody about incidents of high severity that last, until somebody acknowledges them',
  integration: 'ai→oncall',
  operation: 'escalate incidents',
  severity: 'normal',
  needs: [
    'DATA_STORAGE',
    'ONCALL_API_URL',
    'ONCALL_SERVICE_KEY',
    'HUB_API_URL',
    'HUB_SERVICE_KEY',
    'AI_PUBLIC_URL',
    'PLATFORM_ORGANIZATION_ID',
  ],
  minutesMax: 2,
  handler: async ({ services, signal }) => {
    const { escalateIncidents: escalate } = await import('./escalation-run.ts')
    await escalate(services, signal)
  },
})
