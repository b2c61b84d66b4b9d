// Reads devices and detections as a user sees them.
import type * as z from 'zod'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import { type UserRead, recordOf, refusedReads, userReadOf } from '../user-read/user-read.ts'
import type { defendContract } from './operations.ts'
import { DefendDetectionView, DefendDeviceView } from './view-contract.ts'

const ReadDefendDeviceView = reading(needing(DefendDeviceView, ['id', 'hostname', 'url']))
export type ReadDefendDeviceView = z.output<typeof ReadDefendDeviceView>

const ReadDefendDetectionView = reading(needing(DefendDetectionView, ['id', 'title', 'severity', 'url']))
export type ReadDefendDetectionView = z.output<typeof ReadDefendDetectionView>

export type DefendViewClient = {
  readonly viewDevice: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadDefendDeviceView>>
  readonly viewDetection: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadDefendDetectionView>>
}

export const createDefendViewClient = (call: OperationCall<typeof defendContract>): DefendViewClient => ({
  viewDevice: async (tenantId, userId, id) => {
    const answers = { 200: recordOf(ReadDefendDeviceView, 'id', id), ...refusedReads }
    return userReadOf(await call('viewDevice', { tenantId, userId, params: { id }, answers }))
  },
  viewDetection: async (tenantId, userId, id) => {
    const answers = { 200: recordOf(ReadDefendDetectionView, 'id', id), ...refusedReads }
    return userReadOf(await call('viewDetection', { tenantId, userId, params: { id }, answers }))
  },
})
