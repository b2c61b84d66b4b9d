// Passes Hub's logins and changes of access on to Defend's security analytics (HUB-8).
import { subscriber } from '../../../shared/triggers/subscriber.ts'

export const auditEventSubscriber = subscriber({
  name: 'hub-audit-event-subscriber',
  queue: 'hub-audit-events',
  summary: 'Forwards logins and access changes to Defend',
  events: [
    'hub.auth.login_success',
    'hub.auth.login_failed',
    'hub.iam.user_created',
    'hub.iam.user_deactivated',
    'hub.iam.permission_changed',
    'hub.iam.access_granted',
    'hub.iam.access_revoked',
  ],
  integration: 'hub→defend',
  operation: 'pass audit events on',
  needs: ['DEFEND_API_URL', 'DEFEND_SERVICE_KEY'],
  handler: async ({ event, tenantId, services }) => {
    const { auditEventOf } = await import('./audit-event.ts')
    const defend = await services.defend()
    const outcome = await defend.sendAuditEvent(tenantId, auditEventOf(event))
    return outcome === 'taken' ? 'completed' : 'duplicate'
  },
})
