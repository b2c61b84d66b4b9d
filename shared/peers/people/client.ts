// What this suite asks of The One People, as functions over the contract.
import type * as z from 'zod'
import { operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import { needing, reading } from '../../schema/reading.ts'
import { ReadHealth, type UserRead, recordOf, refusedReads, userReadOf } from '../user-read/user-read.ts'
import { PeopleProfile, PeopleSignalAudience } from './contract.ts'
import { peopleContract } from './operations.ts'

const ReadPeopleProfile = reading(needing(PeopleProfile, ['id', 'name', 'url']))
export type ReadPeopleProfile = z.output<typeof ReadPeopleProfile>

/** That of another person is no answer: a signal would be shown to the wrong people. */
const audienceOf = (profileId: string) =>
  reading(needing(PeopleSignalAudience, ['profileId', 'userIds'])).refine((answer) => answer.profileId === profileId, {
    error: 'This is the audience of another person than the one asked for',
    path: ['profileId'],
  })

/** Every function throws the `AppError`s of `PeerClient.call`. All only read. */
export type PeopleClient = {
  readonly readProfile: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadPeopleProfile>>
  /** Ids of the users who may see a signal about this person; undefined when People has nobody of this id. */
  readonly readSignalAudience: (tenantId: string, id: string) => Promise<readonly string[] | undefined>
  /** Resolves when People answers and accepts the key. */
  readonly checkHealth: (tenantId: string) => Promise<ReadHealth>
}

/** @param connection a client that exists already, or what to make one from */
export const createPeopleClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): PeopleClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'people' })
  const call = operationCall(peer, peopleContract)
  return {
    readProfile: async (tenantId, userId, id) => {
      const answers = { 200: recordOf(ReadPeopleProfile, 'id', id), ...refusedReads }
      return userReadOf(await call('readProfile', { tenantId, userId, params: { id }, answers }))
    },
    readSignalAudience: async (tenantId, id) => {
      const answers = { 200: audienceOf(id), 404: refusedReads[404] }
      const answer = await call('readSignalAudience', { tenantId, params: { id }, answers })
      return answer.status === 200 ? answer.body.userIds : undefined
    },
    checkHealth: async (tenantId) => (await call('checkHealth', { tenantId, answers: { 200: ReadHealth } })).body,
  }
}
