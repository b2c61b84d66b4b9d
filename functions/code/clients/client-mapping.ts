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
    dataOf: {
      tenant: ['tenantId'],
      client: ['clientId'],
      leadsTo: { repository: ['sourceId'], organization: ['sourceId'] },
    },
  }),
})

type Repository = { readonly id: string; readonly organizationId: string }
export type ClientFinder = (repository: Repository) => Promise<Client | undefined>

/** The client of a repository, or undefined when it is unmapped. */
export const findClient = (store: Store, tenantId: string, repository: Repository): Promise<Client | undefined> =>
  clientFinder(store, tenantId)(repository)

/**
 * Finds the clients of many repositories: each organization and each client is read once. To be made anew for every piece of work, since
 * it does not notice what is changed later.
 */
export const clientFinder = (store: Store, tenantId: string): ClientFinder => {
  const rows = store.open(clientMappingTable)
  const organizationMapping = readOnce((sourceId) => rows.mapping.get({ tenantId, source: 'organization', sourceId }))
  const client = readOnce((clientId) => findInDirectory(store, tenantId, clientId))
  return async ({ id, organizationId }) => {
    const [own, organization] = await Promise.all([
      rows.mapping.get({ tenantId, source: 'repository', sourceId: id }),
      organizationMapping(organizationId),
    ])
    const mapping = (own ?? organization)?.value
    return mapping && ((await client(mapping.clientId)) ?? clientWithin(mapping))
  }
}

const readOnce = <Result>(read: (id: string) => Promise<Result>): typeof read => {
  const known = new Map<string, Promise<Result>>()
  return (id) => {
    const reading = known.get(id) ?? read(id)
    known.set(id, reading)
    return reading
  }
}

/** The client as a row of the version before has it. */
const clientWithin = ({ tenantId, clientId, clientName, psaCompanyId }: ClientMapping): Client | undefined =>
  clientName === undefined
    ? undefined
    : { tenantId, clientId, name: clientName, ...(psaCompanyId !== undefined && { psaCompanyId }) }
