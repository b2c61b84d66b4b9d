// What this suite asks of The One On-Call, as functions over the contract.
import { operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import {
  type ReadOnCallAlert,
  type ReadOnCallHealth as Health,
  ReadOnCallHealth,
  ReadOnCallProblem,
  readOnCallAlertOf,
} from './answers.ts'
import type { OnCallAlertDraft, OnCallResolution } from './contract.ts'
import { onCallContract } from './operations.ts'

/**
 * Every function throws the `AppError`s of `PeerClient.call`, and `validation-failed` before anything is sent when an argument
 * breaks the contract. All are safe to repeat.
 */
export type OnCallClient = {
  /**
   * `known`: On-Call has an alert with this reference already, and changed nothing, whatever its state.
   * @param reference names the cause for which somebody is called: the same one has the same reference, whenever it is sent
   */
  readonly raiseAlert: (
    tenantId: string,
    reference: string,
    draft: OnCallAlertDraft,
  ) => Promise<{ readonly outcome: 'raised' | 'known'; readonly alert: ReadOnCallAlert }>
  readonly getAlert: (tenantId: string, reference: string) => Promise<ReadOnCallAlert | undefined>
  /** Nobody is called for it any more; `undefined` when On-Call has no such alert. */
  readonly resolveAlert: (
    tenantId: string,
    reference: string,
    resolution: OnCallResolution,
  ) => Promise<ReadOnCallAlert | undefined>
  /** Resolves when On-Call answers and accepts the key. */
  readonly checkHealth: (tenantId: string) => Promise<Health>
}

/** @param connection a client that exists already, or what to make one from */
export const createOnCallClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): OnCallClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'oncall' })
  const call = operationCall(peer, onCallContract)
  return {
    raiseAlert: async (tenantId, reference, draft) => {
      const alert = readOnCallAlertOf(reference)
      const { status, body } = await call('putAlert', {
        tenantId,
        params: { reference },
        body: draft,
        answers: { 200: alert, 201: alert },
      })
      return { outcome: status === 201 ? 'raised' : 'known', alert: body }
    },
    getAlert: async (tenantId, reference) => {
      const answer = await call('getAlert', {
        tenantId,
        params: { reference },
        answers: { 200: readOnCallAlertOf(reference), 404: ReadOnCallProblem },
      })
      return answer.status === 200 ? answer.body : undefined
    },
    resolveAlert: async (tenantId, reference, resolution) => {
      const answer = await call('resolveAlert', {
        tenantId,
        params: { reference },
        body: resolution,
        answers: { 200: readOnCallAlertOf(reference), 404: ReadOnCallProblem },
      })
      return answer.status === 200 ? answer.body : undefined
    },
    checkHealth: async (tenantId) => (await call('checkHealth', { tenantId, answers: { 200: ReadOnCallHealth } })).body,
  }
}
