// The Defend contract as the stand-in answers it.
import {
  DefendAuditEvent,
  type DefendAuditReceipt,
  type DefendHealth,
  type DefendOperation,
} from '../../shared/peers/defend/contract.ts'
import type { DefendEvents } from './defend-state.ts'
import { type Route, validated } from './http-exchange.ts'
import { type Operation, operationRoute } from './keyed-contract.ts'

export const createDefendRoutes = (events: DefendEvents): readonly Route<Operation<DefendOperation>>[] => [
  operationRoute('POST', '/v1/audit-events', 'sendAuditEvent', ({ tenantId, body }) =>
    validated(DefendAuditEvent, body, (event) => {
      const isNew = events.take(tenantId, event)
      return { status: isNew ? 201 : 200, body: { id: event.id } satisfies DefendAuditReceipt }
    }),
  ),
  operationRoute('GET', '/v1/health', 'checkHealth', () => ({
    status: 200,
    body: { status: 'ok', version: 'stand-in' } satisfies DefendHealth,
  })),
]
