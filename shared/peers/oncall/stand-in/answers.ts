// The On-Call contract as the stand-in answers it.
import { type Answer, problem } from '../../../../local/stand-ins/http-exchange.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'
import type { OnCallAlert } from '../contract.ts'
import type { onCallContract } from '../operations.ts'
import type { OnCallAlerts, StoredAlert } from './state.ts'

export const onCallAnswers = (alerts: OnCallAlerts): Answers<typeof onCallContract> => {
  const withAlert = (tenantId: string, reference: string, use: (alert: StoredAlert) => StoredAlert): Answer => {
    const alert = alerts.get(tenantId, reference)
    return alert ? { status: 200, body: toWire(use(alert)) } : problem(404, 'There is no such alert')
  }
  return {
    putAlert: ({ tenantId, params: { reference }, body }) => {
      const known = alerts.get(tenantId, reference)
      if (known) return { status: 200, body: toWire(known) }
      return { status: 201, body: toWire(alerts.raise(tenantId, reference, body)) }
    },
    getAlert: ({ tenantId, params }) => withAlert(tenantId, params.reference, (alert) => alert),
    resolveAlert: ({ tenantId, params, body: { reason } }) =>
      withAlert(tenantId, params.reference, (alert) => alerts.resolve(alert, reason)),
    checkHealth: () => ({ status: 200, body: { status: 'ok', version: 'stand-in' } }),
  }
}

/** What of an alert the wire shows. */
const toWire = ({ tenantId: _tenantId, draft: _draft, resolution: _resolution, ...alert }: StoredAlert): OnCallAlert =>
  alert
