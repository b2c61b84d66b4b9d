// What this suite asks of The One Hub, as functions over the contract.
import * as z from 'zod'
import { checkedFor } from '../../peer-client/checked-argument.ts'
import { idPages } from '../../peer-client/id-pages.ts'
import { type OperationCall, operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import {
  type KnownHubUser,
  type ReadHubOrganization,
  ReadHubOrganizationPage,
  ReadHubProblem,
  type ReadHubUser,
  ReadHubUserPage,
  readHubOrganizationOf,
  readHubUserOf,
  readKnownHubUsersOf,
} from './answers.ts'
import { type HubBillingClient, createHubBillingClient } from './billing-client.ts'
import { HubUserId, hubLimits } from './contract.ts'
import { hubContract } from './operations.ts'

const checked = checkedFor('Hub')

const HubUserIds = z.array(HubUserId.refine((id) => id.isWellFormed(), 'contains half a character (a lone surrogate)'))

/** Which page: the first one without a cursor. */
export type HubPageRequest = {
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
  /** 1 to 500; 100 when left out. */
  readonly limit?: number | undefined
}

/**
 * Every function throws the `AppError`s of `PeerClient.call`, and `validation-failed` before anything is sent for an argument that
 * breaks the contract. All are safe to repeat. Users of an organization that Hub does not know are `peer-rejected`, never an empty
 * list: who keeps a peer in step would take that for everybody having left.
 */
export type HubClient = HubBillingClient & {
  readonly getOrganization: (id: string) => Promise<ReadHubOrganization | undefined>
  readonly listOrganizations: (page?: HubPageRequest) => Promise<ReadHubOrganizationPage>
  readonly getUser: (tenantId: string, userId: string) => Promise<ReadHubUser | undefined>
  /** Those of the ids that Hub knows, in no promised order. Any number: asked for in pages. */
  readonly getUsers: (tenantId: string, ids: readonly string[]) => Promise<readonly KnownHubUser[]>
  readonly listUsers: (tenantId: string, page?: HubPageRequest) => Promise<ReadHubUserPage>
}

/** @param connection a client that exists already, or what to make one from */
export const createHubClient = (connection: PeerClient | Omit<PeerClientOptions, 'peer'>): HubClient => {
  const peer = 'call' in connection ? connection : createPeerClient({ ...connection, peer: 'hub' })
  const call = operationCall(peer, hubContract)
  return { ...organizationReads(call), ...userReads(call), ...createHubBillingClient(call) }
}

type Call = OperationCall<typeof hubContract>

const organizationReads = (call: Call): Pick<HubClient, 'getOrganization' | 'listOrganizations'> => ({
  getOrganization: async (id) => {
    const answer = await call('getOrganization', {
      tenantId: id,
      params: { id },
      answers: { 200: readHubOrganizationOf(id), 404: ReadHubProblem },
    })
    return answer.status === 200 ? answer.body : undefined
  },
  listOrganizations: async ({ cursor, limit } = {}) => {
    const { body } = await call('listOrganizations', {
      query: { cursor, limit },
      answers: { 200: ReadHubOrganizationPage },
    })
    return body
  },
})

const userReads = (call: Call): Pick<HubClient, 'getUser' | 'getUsers' | 'listUsers'> => ({
  getUser: async (tenantId, userId) => {
    const answer = await call('getUser', {
      tenantId,
      params: { id: tenantId, userId },
      answers: { 200: readHubUserOf(userId), 404: ReadHubProblem },
    })
    return answer.status === 200 ? answer.body : undefined
  },
  getUsers: async (tenantId, ids) => {
    const users: KnownHubUser[] = []
    const wanted = checked(HubUserIds, [...new Set(ids)], 'user ids')
    for (const some of idPages(wanted, hubLimits.idsPerRead)) {
      const { body } = await call('listUsers', {
        tenantId,
        params: { id: tenantId },
        query: { ids: some.join(',') },
        answers: { 200: readKnownHubUsersOf(some) },
      })
      users.push(...body.users)
    }
    return users
  },
  listUsers: async (tenantId, { cursor, limit } = {}) => {
    const { body } = await call('listUsers', {
      tenantId,
      params: { id: tenantId },
      query: { cursor, limit },
      answers: { 200: ReadHubUserPage },
    })
    return body
  },
})
