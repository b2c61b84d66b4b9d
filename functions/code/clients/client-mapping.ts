// Which client company a repository belongs to: its own mapping, else its organization's, else none. Never a guess.
import * as z from 'zod'
import { type Client, findClient as findInDirectory } from '../../../shared/clients/client-directory.ts'
import type { Store } from '../../../shared/store/store.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { MappingSource } from './mapping-source.ts'

const ClientMapping = z.strictObject({
  tenantId: z.string(),
  source: MappingSource,
  sourceId: z.string(),
  /** Of the client directory. */
  clientId: z.string(),
  /**
   * Rows of the version before hold the name and the company in PSA themselves. They count while the directory does not know the client;
   * the next write of the row takes them away.
   */
  clientName: z.string().optional(),
  psaCompanyId: z.string().optional(),
})
export type ClientMapping = z.infer<typeof ClientMapping>

export const clientMappingTable = table('codeClientMappings', {
  mapping: rowKind({
    schema: ClientMapping,
    partition: ['tenantId'],
    key: ['source', 'sourceId'],
    keepFor: 'forever',
  }),
})

/** The client of a repository, or undefined when it is unmapped. */
export const findClient = async (
  store: Store,
  tenantId: string,
  repository: { readonly id: string; readonly organizationId: string },
): Promise<Client | undefined> => {
  const rows = store.open(clientMappingTable)
  const [own, organization] = await Promise.all([
    rows.mapping.get({ tenantId, source: 'repository', sourceId: repository.id }),
    rows.mapping.get({ tenantId, source: 'organization', sourceId: repository.organizationId }),
  ])
  const mapping = (own ?? organization)?.value
  return mapping && ((await findInDirectory(store, tenantId, mapping.clientId)) ?? clientWithin(mapping))
}

/** The client as a row of the version before has it. */
const clientWithin = ({ tenantId, clientId, clientName, psaCompanyId }: ClientMapping): Client | undefined =>
  clientName === undefined
    ? undefined
    : { tenantId, clientId, name: clientName, ...(psaCompanyId !== undefined && { psaCompanyId }) }
