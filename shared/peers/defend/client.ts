// What this suite asks of The One Defend, as functions over the contract.
import { operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import { ReadDefendHealth, readBehaviourReceiptOf, readDefendAuditReceiptOf, readLoginReceiptOf } from './answers.ts'
import type { DefendLoginAnomalies } from './anomaly-contract.ts'
import type { DefendBehaviourScore } from './behaviour-contract.ts'
import type { DefendAuditEvent } from './contract.ts'
import { defendContract } from './operations.ts'
import { type DefendInvestigationsClient, createDefendInvestigationsClient } from './investigations-client.ts'
import { type DefendSignalsClient, createDefendSignalsClient } from './signals-client.ts'
import { type DefendViewClient, createDefendViewClient } from './view-client.ts'

/** Every function throws the `AppError`s of `PeerClient.call`. All are safe to repeat. */
export type DefendClient = DefendViewClient &
  DefendInvestigationsClient &
  DefendSignalsClient & {
    /**
     * `known`: Defend has an event of this id and tenant already, and changed nothing.
     * @throws AppError `validation-failed` before anything is sent when the event breaks the contract
     */
    readonly sendAuditEvent: (tenantId: string, event: DefendAuditEvent) => Promise<'taken' | 'known'>
    /**
     * Of each device and hour Defend keeps the highest version, so these may be sent again, late and out of order.
     * @param scores at most `behaviourLimits.scoresAtOnce`
     */
    readonly putBehaviourScores: (tenantId: string, scores: readonly DefendBehaviourScore[]) => Promise<void>
    /** Of each login Defend keeps the highest version. @param id of the event that told of the login */
    readonly putLoginAnomalies: (tenantId: string, id: string, login: DefendLoginAnomalies) => Promise<void>
    /** Resolves when Defend answers and accepts the key. */
    readonly checkHealth: (tenantId: string) => Promise<ReadDefendHealth>
  }

/** @param connection a client that exists already, or what to make one from */
export const createDefendClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): DefendClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'defend' })
  const call = operationCall(peer, defendContract)
  return {
    ...createDefendViewClient(call),
    ...createDefendInvestigationsClient(call),
    ...createDefendSignalsClient(call),
    sendAuditEvent: async (tenantId, event) => {
      const { status } = await call('sendAuditEvent', {
        tenantId,
        body: event,
        answers: { 200: readDefendAuditReceiptOf(event.id), 201: readDefendAuditReceiptOf(event.id) },
      })
      return status === 201 ? 'taken' : 'known'
    },
    putBehaviourScores: async (tenantId, scores) => {
      await call('putBehaviourScores', {
        tenantId,
        body: { scores: [...scores] },
        answers: { 200: readBehaviourReceiptOf(scores.length) },
      })
    },
    putLoginAnomalies: async (tenantId, id, login) => {
      await call('putLoginAnomalies', {
        tenantId,
        params: { id },
        body: login,
        answers: { 200: readLoginReceiptOf(id) },
      })
    },
    checkHealth: async (tenantId) => {
      const { body } = await call('checkHealth', {
        tenantId,
        answers: { 200: ReadDefendHealth },
      })
      return body
    },
  }
}
