// What this suite asks of The One Voice, as functions over the contract.
import type * as z from 'zod'
import { operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import { needing, reading } from '../../schema/reading.ts'
import { ReadHealth, type UserRead, recordOf, refusedReads, userReadOf } from '../user-read/user-read.ts'
import { VoiceCall, transcriptLinesMax } from './contract.ts'
import { type VoiceRecapsClient, createVoiceRecapsClient } from './recaps-client.ts'
import { type VoiceRecordingsClient, createVoiceRecordingsClient } from './recordings-client.ts'
import { voiceContract } from './operations.ts'

const ReadVoiceCall = reading(needing(VoiceCall, ['id', 'state', 'transcript', 'url']))
export type ReadVoiceCall = z.output<typeof ReadVoiceCall>

/** Every function throws the `AppError`s of `PeerClient.call`. All are safe to repeat. */
export type VoiceClient = VoiceRecapsClient &
  VoiceRecordingsClient & {
    readonly readCall: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadVoiceCall>>
    /** Resolves when Voice answers and accepts the key. */
    readonly checkHealth: (tenantId: string) => Promise<ReadHealth>
  }

/** @param connection a client that exists already, or what to make one from */
export const createVoiceClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): VoiceClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'voice' })
  const call = operationCall(peer, voiceContract)
  return {
    ...createVoiceRecapsClient(call),
    ...createVoiceRecordingsClient(call),
    readCall: async (tenantId, userId, id) => {
      const answers = { 200: recordOf(ReadVoiceCall, 'id', id), ...refusedReads }
      return userReadOf(
        await call('readCall', { tenantId, userId, params: { id }, query: { lines: transcriptLinesMax }, answers }),
      )
    },
    checkHealth: async (tenantId) => (await call('checkHealth', { tenantId, answers: { 200: ReadHealth } })).body,
  }
}
