// Reads an asset as a user sees it.
import type * as z from 'zod'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import { type UserRead, recordOf, refusedReads, userReadOf } from '../user-read/user-read.ts'
import type { cmdbContract } from './operations.ts'
import { CmdbAssetView } from './view-contract.ts'

const ReadCmdbAssetView = reading(needing(CmdbAssetView, ['externalReference', 'name', 'state', 'url']))
export type ReadCmdbAssetView = z.output<typeof ReadCmdbAssetView>

export type CmdbViewClient = {
  readonly viewAsset: (
    tenantId: string,
    userId: string,
    externalReference: string,
  ) => Promise<UserRead<ReadCmdbAssetView>>
}

export const createCmdbViewClient = (call: OperationCall<typeof cmdbContract>): CmdbViewClient => ({
  viewAsset: async (tenantId, userId, externalReference) => {
    const answers = { 200: recordOf(ReadCmdbAssetView, 'externalReference', externalReference), ...refusedReads }
    return userReadOf(await call('viewAsset', { tenantId, userId, params: { externalReference }, answers }))
  },
})
