// Finds what is unusual about the logins of each person (HUB-8).
import { sealedRows } from '../../../shared/secrets/wrapping-key-name.ts'
import { subscriber } from '../../../shared/triggers/subscriber.ts'

export const loginAnomalySubscriber = subscriber({
  name: 'hub-login-anomaly-subscriber',
  queue: 'hub-login-anomalies',
  summary: 'Tells Defend what is unusual about the logins of each user',
  events: ['hub.auth.login_success', 'hub.auth.login_failed'],
  integration: 'hub→defend',
  operation: 'tell anomalies of logins',
  uses: sealedRows,
  needs: ['KEY_VAULT', 'DEFEND_API_URL', 'DEFEND_SERVICE_KEY'],
  handler: async ({ event, tenantId, services, now }) => {
    const { user_id: userId } = event.data
    // Nobody's habits are known of whom Hub does not know.
    if (userId === undefined) return 'ignored'
    const { isAhead } = await import('../../../shared/schema/time.ts')
    if (isAhead(event.time, now())) return 'ignored'
    const { takeLogin } = await import('./login-taking.ts')
    return takeLogin(services, { tenantId, userId }, event)
  },
})
