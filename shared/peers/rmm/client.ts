// What this suite asks of The One RMM, as functions over the contract.
import type * as z from 'zod'
import { operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import { needing, reading } from '../../schema/reading.ts'
import { ReadHealth, type UserRead, recordOf, refusedReads, userReadOf } from '../user-read/user-read.ts'
import { RmmDevice } from './contract.ts'
import { rmmContract } from './operations.ts'

const ReadRmmDevice = reading(needing(RmmDevice, ['id', 'name', 'url']))
export type ReadRmmDevice = z.output<typeof ReadRmmDevice>

/** Every function throws the `AppError`s of `PeerClient.call`. All only read. */
export type RmmClient = {
  readonly readDevice: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadRmmDevice>>
  /** Resolves when RMM answers and accepts the key. */
  readonly checkHealth: (tenantId: string) => Promise<ReadHealth>
}

/** @param connection a client that exists already, or what to make one from */
export const createRmmClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): RmmClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'rmm' })
  const call = operationCall(peer, rmmContract)
  return {
    readDevice: async (tenantId, userId, id) => {
      const answers = { 200: recordOf(ReadRmmDevice, 'id', id), ...refusedReads }
      return userReadOf(await call('readDevice', { tenantId, userId, params: { id }, answers }))
    },
    checkHealth: async (tenantId) => (await call('checkHealth', { tenantId, answers: { 200: ReadHealth } })).body,
  }
}
