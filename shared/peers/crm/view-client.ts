// Reads companies and contacts as a user sees them.
import type * as z from 'zod'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { needing, reading } from '../../schema/reading.ts'
import { type UserRead, recordOf, refusedReads, userReadOf } from '../user-read/user-read.ts'
import type { crmContract } from './operations.ts'
import { CrmCompanyView, CrmContactView } from './view-contract.ts'

const ReadCrmCompanyView = reading(needing(CrmCompanyView, ['id', 'name', 'url']))
export type ReadCrmCompanyView = z.output<typeof ReadCrmCompanyView>

const ReadCrmContactView = reading(needing(CrmContactView, ['id', 'name', 'url']))
export type ReadCrmContactView = z.output<typeof ReadCrmContactView>

export type CrmViewClient = {
  readonly viewCompany: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadCrmCompanyView>>
  readonly viewContact: (tenantId: string, userId: string, id: string) => Promise<UserRead<ReadCrmContactView>>
}

export const createCrmViewClient = (call: OperationCall<typeof crmContract>): CrmViewClient => ({
  viewCompany: async (tenantId, userId, id) => {
    const answers = { 200: recordOf(ReadCrmCompanyView, 'id', id), ...refusedReads }
    return userReadOf(await call('viewCompany', { tenantId, userId, params: { id }, answers }))
  },
  viewContact: async (tenantId, userId, id) => {
    const answers = { 200: recordOf(ReadCrmContactView, 'id', id), ...refusedReads }
    return userReadOf(await call('viewContact', { tenantId, userId, params: { id }, answers }))
  },
})
