// Ends the product sessions of a user whose role, grants or status changed in Hub (HUB-3).
import { subscriber } from '../../../shared/triggers/subscriber.ts'

export const sessionCutoffs = subscriber({
  name: 'hub-session-cutoff-subscriber',
  queue: 'hub-session-cutoffs',
  summary: 'Ends the sessions of users whose role, access or status has changed',
  events: [
    'hub.iam.user_deactivated',
    'hub.iam.permission_changed',
    'hub.iam.access_granted',
    'hub.iam.access_revoked',
  ],
  integration: 'hub→sessions',
  operation: 'end sessions after a change of access',
  severity: 'high',
  handler: async ({ event, services }) => {
    const { cutoffs } = await services.sessions()
    // What Hub issued after the change already knows of it. A time that lies ahead would lock the user out until then.
    const changedAt = Math.min(Date.parse(event.time), services.now().getTime())
    await cutoffs.cutOffUser({ tenantId: event.tenantid, userId: event.data.user_id }, new Date(changedAt))
    return 'completed'
  },
})
