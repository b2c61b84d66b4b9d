// The control API of the Defend stand-in: what it got, beside what every stand-in has.
import type { LoginAnomalies } from './anomaly-state.ts'
import type { BehaviourScores } from './behaviour-state.ts'
import { type InsiderSignals, signalControl } from './signals.ts'
import type { DefendEvents } from './state.ts'
import type { AiResults } from '../../../../local/stand-ins/ai-results.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import type { Route } from '../../../../local/stand-ins/http-exchange.ts'
import {
  type Control,
  type FaultsAndCounts,
  controlRoute,
  faultRoutes,
  resetRoute,
} from '../../../../local/stand-ins/stand-in-control.ts'

type Parts = FaultsAndCounts & {
  readonly events: DefendEvents
  readonly logins: LoginAnomalies
  readonly behaviour: BehaviourScores
  readonly views: Views
  readonly signals: InsiderSignals
  readonly narratives: AiResults
}

export const createDefendControl = (parts: Parts): readonly Route<Control>[] => {
  const { events, behaviour, logins } = parts
  return [
    controlRoute('GET', '/_control/audit-events', ({ tenantId }) => ({
      status: 200,
      body: { auditEvents: events.list(tenantId) },
    })),
    controlRoute('GET', '/_control/behaviour-scores', ({ tenantId }) => ({
      status: 200,
      body: { behaviourScores: behaviour.list(tenantId) },
    })),
    controlRoute('GET', '/_control/login-anomalies', ({ tenantId }) => ({
      status: 200,
      body: { logins: logins.list(tenantId) },
    })),
    ...signalControl(parts.signals),
    ...faultRoutes(parts),
    ...parts.views.control,
    ...parts.narratives.control,
    resetRoute(parts, (tenantId) => {
      events.reset(tenantId)
      behaviour.reset(tenantId)
      logins.reset(tenantId)
      parts.signals.reset(tenantId)
      parts.views.reset(tenantId)
      parts.narratives.reset(tenantId)
    }),
  ]
}
