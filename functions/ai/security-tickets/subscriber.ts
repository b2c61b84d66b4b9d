// Critical detections of Defend become PSA tickets (AI-6).
import { log } from '../../../shared/telemetry/log.ts'
import { subscriber } from '../../../shared/triggers/subscriber.ts'
import { incidentOf } from './incident.ts'

export const detectionSubscriber = subscriber({
  name: 'ai-defend-detection-subscriber',
  queue: 'ai-defend-detections',
  summary: 'Files a PSA ticket for each critical detection of Defend',
  events: ['defend.detection.created'],
  ...incidentOf,
  needs: ['PSA_API_URL', 'PSA_SERVICE_KEY'],
  handler: async ({ event, tenantId, store, now, services, signal }) => {
    const { severity } = event.data
    if (severity === 'unknown') log.warn('ai.detection.severity_unknown', { tenantId, eventId: event.id })
    if (severity !== 'critical') return 'ignored'
    const [{ fileFromMessage }, { detectionOf }] = await Promise.all([import('./filing.ts'), import('./detection.ts')])
    return fileFromMessage({ store, psa: await services.psa(), now, tenantId, signal }, detectionOf(event))
  },
})
