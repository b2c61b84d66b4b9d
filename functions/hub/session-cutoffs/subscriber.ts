// Ends the product sessions of a user whose role, grants or status changed in Hub (HUB-3).
import { subscriber } from '../../../shared/triggers/subscriber.ts'

export const sessionCutoffSubscriber = subscriber({
  name: 'hub-session-cutoff-subscriber',
  queue: 'hub-session-cutoffs',
  summary:
    'Ends the sessions of users whose role or status has changed, and sessions in a product to which a user has lost access',
  events: [
    'hub.iam.user_deactivated',
    'hub.iam.permission_changed',
    'hub.iam.access_granted',
    'hub.iam.access_revoked',
  ],
  integration: 'hub→sessions',
  operation: 'end sessions after a change of access',
  severity: 'high',
  handler: async ({ event, now, tenantId, services }) => {
    const { accessChangeOf } = await import('./access-change.ts')
    const { cutoffs } = await services.sessions()
    const who = { tenantId, userId: event.data.user_id }
    // What Hub issued after the change already knows of it. A time that lies ahead would lock the user out until then.
    const notBefore = new Date(Math.min(Date.parse(event.time), now().getTime()))
    const audit = await services.audit()
    await audit.append(
      tenantId,
      {
        action: 'access.changed',
        outcome: 'asked',
        actor: 'function:hub-session-cutoff-subscriber',
        subjects: [`user:${event.data.user_id}`],
        operation: event.type,
      },
      `event ${event.id}`,
    )
    const { isDeactivated, isUntold, newRole, lostProducts, products } = accessChangeOf(event)
    if (isDeactivated) {
      await cutoffs.cutOffUser(who, { notBefore, lost: true })
      return 'completed'
    }
    if (isUntold) {
      await cutoffs.cutOffUser(who, { notBefore })
      return 'completed'
    }
    await cutoffs.readmitUser(who, products, notBefore)
    if (newRole) await cutoffs.cutOffUser(who, { notBefore, role: newRole })
    for (const product of lostProducts) await cutoffs.cutOffUser(who, { notBefore, product, lost: true })
    return newRole || lostProducts.length > 0 ? 'completed' : 'ignored'
  },
})
