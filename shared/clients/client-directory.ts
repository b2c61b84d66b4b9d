// The client companies of each tenant, and which company of PSA each of them is.
import * as z from 'zod'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'

const Client = z.strictObject({
  tenantId: z.string(),
  clientId: z.string(),
  name: z.string(),
  /** Absent while nobody has said which company of PSA it is. */
  psaCompanyId: z.string().min(1).max(64).optional(),
})
export type Client = z.infer<typeof Client>

export const clientTable = table('clients', {
  client: rowKind({ schema: Client, partition: ['tenantId'], key: ['clientId'], keepFor: 'forever' }),
})

/** Undefined for a client that this tenant does not have. */
export const findClient = async (store: Store, tenantId: string, clientId: string): Promise<Client | undefined> =>
  (await store.open(clientTable).client.get({ tenantId, clientId }))?.value
