// The Defend contract as the stand-in answers it.
import type { DefendAuditReceipt, DefendHealth } from '../contract.ts'
import type { defendContract } from '../operations.ts'
import type { DefendLoginReceipt } from '../anomaly-contract.ts'
import type { DefendBehaviourReceipt } from '../behaviour-contract.ts'
import type { LoginAnomalies } from './anomaly-state.ts'
import type { BehaviourScores } from './behaviour-state.ts'
import type { DefendEvents } from './state.ts'
import type { Answers } from '../../../../local/stand-ins/keyed-contract.ts'

export const defendAnswers = (
  events: DefendEvents,
  behaviour: BehaviourScores,
  logins: LoginAnomalies,
): Pick<
  Answers<typeof defendContract>,
  'sendAuditEvent' | 'putBehaviourScores' | 'putLoginAnomalies' | 'checkHealth'
> => ({
  sendAuditEvent: ({ tenantId, body: event }) => {
    const isNew = events.take(tenantId, event)
    return { status: isNew ? 201 : 200, body: { id: event.id } satisfies DefendAuditReceipt }
  },
  putBehaviourScores: ({ tenantId, body: { scores } }) => {
    const newer = behaviour.put(tenantId, scores)
    return { status: 200, body: { received: scores.length, newer } satisfies DefendBehaviourReceipt }
  },
  putLoginAnomalies: ({ tenantId, params: { id }, body }) => {
    logins.put({ ...body, tenantId, id })
    return { status: 200, body: { id } satisfies DefendLoginReceipt }
  },
  checkHealth: () => ({ status: 200, body: { status: 'ok', version: 'stand-in' } satisfies DefendHealth }),
})
