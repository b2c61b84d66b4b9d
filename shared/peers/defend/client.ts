// What this suite asks of The One Defend, as functions over the contract.
import { checkedFor } from '../../peer-client/checked-argument.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import { peerPath } from '../../peer-client/peer-path.ts'
import { ReadDefendAuditReceipt, ReadDefendHealth } from './answers.ts'
import { DefendAuditEvent, defendHeaders } from './contract.ts'

const checked = checkedFor('Defend')

/** Every function throws the `AppError`s of `PeerClient.call`. All are safe to repeat. */
export type DefendClient = {
  /**
   * `known`: Defend has an event of this id and tenant already, and changed nothing.
   * @throws AppError `validation-failed` before anything is sent when the event breaks the contract
   */
  readonly sendAuditEvent: (tenantId: string, event: DefendAuditEvent) => Promise<'taken' | 'known'>
  /** Resolves when Defend answers and accepts the key. */
  readonly checkHealth: (tenantId: string) => Promise<ReadDefendHealth>
}

/** @param connection a client that exists already, or what to make one from */
export const createDefendClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): DefendClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'defend' })
  return {
    sendAuditEvent: async (tenantId, event) => {
      const { status } = await peer.call({
        operation: 'send audit event',
        tenantId,
        method: 'POST',
        path: peerPath`/v1/audit-events`,
        headers: { [defendHeaders.tenant]: tenantId },
        body: checked(DefendAuditEvent, event, 'event'),
        // The id is unique: the second try of an event that was taken finds it.
        idempotent: true,
        answers: { 200: ReadDefendAuditReceipt, 201: ReadDefendAuditReceipt },
      })
      return status === 201 ? 'taken' : 'known'
    },
    checkHealth: async (tenantId) => {
      const { body } = await peer.call({
        operation: 'check health',
        tenantId,
        method: 'GET',
        path: peerPath`/v1/health`,
        headers: { [defendHeaders.tenant]: tenantId },
        answers: { 200: ReadDefendHealth },
      })
      return body
    },
  }
}
