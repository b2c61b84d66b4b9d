// The client companies of each tenant, and what each of them is called in the other products.
import * as z from 'zod'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'

/** Absent while nobody has said which one it is there. */
const idElsewhere = z.string().min(1).max(64).optional()

const Client = z.strictObject({
  tenantId: z.string(),
  clientId: z.string(),
  name: z.string(),
  /** The company in PSA. */
  psaCompanyId: idElsewhere,
  /** The company in CRM. */
  crmCompanyId: idElsewhere,
  /** The client in CMDB. */
  cmdbClientId: idElsewhere,
  /** Somebody is about to remove it, or was. Until it is gone it is a client like any other. */
  isLeaving: z.literal(true).optional(),
})
export type Client = z.infer<typeof Client>

export const clientTable = table('clients', {
  client: rowKind({
    schema: Client,
    partition: ['tenantId'],
    key: ['clientId'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'], client: ['clientId'] },
  }),
})

/** Undefined for a client that this tenant does not have. */
export const findClient = async (store: Store, tenantId: string, clientId: string): Promise<Client | undefined> =>
  (await store.open(clientTable).client.get({ tenantId, clientId }))?.value
