// Which client company a repository belongs to: its own mapping, else its organization's, else none. Never a guess.
import * as z from 'zod'
import type { Store } from '../../../shared/store/store.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

const ClientMapping = z.strictObject({
  tenantId: z.string(),
  /** A source-control organization, or one repository of it that belongs to another client. */
  source: z.enum(['organization', 'repository']),
  sourceId: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  /** The client's company in PSA. */
  psaCompanyId: z.string(),
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
): Promise<ClientMapping | undefined> => {
  const rows = store.open(clientMappingTable)
  const [own, organization] = await Promise.all([
    rows.mapping.get({ tenantId, source: 'repository', sourceId: repository.id }),
    rows.mapping.get({ tenantId, source: 'organization', sourceId: repository.organizationId }),
  ])
  return (own ?? organization)?.value
}
