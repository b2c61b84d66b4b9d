// Reads devices and detections as a user sees them, and the devices of an asset on behalf of the suite.
import * as z from 'zod'
import { checkedFor } from '../../peer-client/checked-argument.ts'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import { type UserRead, recordOf, refusedReads, userReadOf } from '../user-read/user-read.ts'
import type { defendContract } from './operations.ts'
import { AssetReference, DefendDetectionView, DefendDeviceView, DefendDevicesOfAsset } from './view-contract.ts'

const ReadDefendDeviceView = reading(needing(DefendDeviceView, ['id', 'hostname', 'url']))
export type ReadDefendDeviceView = z.output<typeof ReadDefendDeviceView>

const ReadDefendDetectionView = reading(needing(DefendDetectionView, ['id', 'title', 'severity', 'url']))
export type ReadDefendDetectionView = z.output<typeof ReadDefendDetectionView>

const ReadDeviceOfAsset = reading(
  needing(DefendDeviceView.extend({ assetReference: AssetReference }), ['id', 'hostname', 'url', 'assetReference']),
)

/** One of another asset is no answer: its facts would be told as those of this one. */
const devicesOf = (assetReference: string) =>
  reading(
    DefendDevicesOfAsset.extend({ devices: z.array(recordOf(ReadDeviceOfAsset, 'assetReference', assetReference)) }),
  )

const checked = checkedFor('Defend')

export type DefendViewClient = {
  readonly viewDevice: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadDefendDeviceView>>
  /** Those that Defend takes for the asset of CMDB. */
  readonly listDevicesOfAsset: (tenantId: string, assetReference: string) => Promise<readonly ReadDefendDeviceView[]>
  readonly viewDetection: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadDefendDetectionView>>
}

export const createDefendViewClient = (call: OperationCall<typeof defendContract>): DefendViewClient => ({
  viewDevice: async (tenantId, userId, id) => {
    const answers = { 200: recordOf(ReadDefendDeviceView, 'id', id), ...refusedReads }
    return userReadOf(await call('viewDevice', { tenantId, userId, params: { id }, answers }))
  },
  listDevicesOfAsset: async (tenantId, assetReference) => {
    const { body } = await call('listDevicesOfAsset', {
      tenantId,
      query: { assetReference: checked(AssetReference, assetReference, 'assetReference') },
      answers: { 200: devicesOf(assetReference) },
    })
    return body.devices
  },
  viewDetection: async (tenantId, userId, id) => {
    const answers = { 200: recordOf(ReadDefendDetectionView, 'id', id), ...refusedReads }
    return userReadOf(await call('viewDetection', { tenantId, userId, params: { id }, answers }))
  },
})
