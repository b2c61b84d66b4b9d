// The control API of the On-Call stand-in: the alerts, and the person on duty who takes one.
import { z } from 'zod'
import { type Route, problem, validated } from '../../../../local/stand-ins/http-exchange.ts'
import {
  type Control,
  type FaultsAndCounts,
  controlRoute,
  faultRoutes,
  resetRoute,
} from '../../../../local/stand-ins/stand-in-control.ts'
import { onCallLimits } from '../contract.ts'
import type { OnCallAlerts } from './state.ts'

const Acknowledgement = z.strictObject({ by: z.string().min(1).max(onCallLimits.person) })

type Parts = FaultsAndCounts & { readonly alerts: OnCallAlerts }

export const createOnCallControl = (parts: Parts): readonly Route<Control>[] => {
  const { alerts } = parts
  return [
    controlRoute('GET', '/_control/alerts', ({ tenantId }) => ({
      status: 200,
      body: { alerts: alerts.list(tenantId) },
    })),
    controlRoute('POST', '/_control/alerts/:reference/acknowledge', ({ tenantId = '', params, body }) =>
      validated(Acknowledgement, body, ({ by }) => {
        const alert = alerts.get(tenantId, params['reference'] ?? '')
        if (!alert) return problem(404, 'There is no such alert')
        return { status: 200, body: alerts.acknowledge(alert, by) }
      }),
    ),
    ...faultRoutes(parts),
    resetRoute(parts, alerts.reset),
  ]
}
