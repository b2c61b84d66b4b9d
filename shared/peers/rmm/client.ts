// What this suite asks of The One RMM, as functions over the contract.
import * as z from 'zod'
import { checkedFor } from '../../peer-client/checked-argument.ts'
import { operationCall } from '../../peer-client/operation-call.ts'
import { type PeerClient, type PeerClientOptions, createPeerClient } from '../../peer-client/peer-client.ts'
import { needing, reading } from '../../schema/reading.ts'
import { ReadHealth, type UserRead, recordOf, refusedReads, userReadOf } from '../user-read/user-read.ts'
import { AssetReference, RmmDevice, RmmDevicesOfAsset } from './contract.ts'
import { rmmContract } from './operations.ts'

const ReadRmmDevice = reading(needing(RmmDevice, ['id', 'name', 'url']))
export type ReadRmmDevice = z.output<typeof ReadRmmDevice>

const ReadDeviceOfAsset = reading(
  needing(RmmDevice.extend({ assetReference: AssetReference }), ['id', 'name', 'url', 'assetReference']),
)

/** One of another asset is no answer: its facts would be told as those of this one. */
const devicesOf = (assetReference: string) =>
  reading(RmmDevicesOfAsset.extend({ devices: z.array(recordOf(ReadDeviceOfAsset, 'assetReference', assetReference)) }))

const checked = checkedFor('RMM')

/** Every function throws the `AppError`s of `PeerClient.call`. All only read. */
export type RmmClient = {
  readonly readDevice: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadRmmDevice>>
  /** Those that RMM takes for the asset of CMDB. */
  readonly listDevicesOfAsset: (tenantId: string, assetReference: string) => Promise<readonly ReadRmmDevice[]>
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
    listDevicesOfAsset: async (tenantId, assetReference) => {
      const { body } = await call('listDevicesOfAsset', {
        tenantId,
        query: { assetReference: checked(AssetReference, assetReference, 'assetReference') },
        answers: { 200: devicesOf(assetReference) },
      })
      return body.devices
    },
    checkHealth: async (tenantId) => (await call('checkHealth', { tenantId, answers: { 200: ReadHealth } })).body,
  }
}
