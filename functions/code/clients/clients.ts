// The client directory and the mappings to it, as people keep them. Whoever writes last is right: each write is the whole record.
import { type Client as StoredClient, clientTable, findClient } from '../../../shared/clients/client-directory.ts'
import { AppError } from '../../../shared/errors.ts'
import { canonicalJson } from '../../../shared/http/canonical-json.ts'
import type { Store } from '../../../shared/store/store.ts'
import { clientMappingTable, type ClientMapping as StoredMapping } from './client-mapping.ts'
import type { Client, ClientDraft, ClientMapping } from './contract.ts'

type Page = { readonly limit: number; readonly cursor?: string | undefined }

export const listClients = async (
  store: Store,
  tenantId: string,
  page: Page,
): Promise<{ readonly clients: Client[]; readonly nextCursor?: string }> => {
  const { rows, nextCursor } = await store.open(clientTable).client.list({ tenantId }, page)
  return { clients: rows.map(({ value }) => shownClient(value)), ...(nextCursor !== undefined && { nextCursor }) }
}

export const putClient = async (
  store: Store,
  client: { readonly tenantId: string; readonly clientId: string } & ClientDraft,
): Promise<{ readonly client: Client; readonly isNew: boolean }> => {
  let isNew = false
  const { value } = await store.open(clientTable).client.modify(client, (current) => {
    isNew = current === undefined
    return unlessSame(current, client)
  })
  return { client: shownClient(value), isNew }
}

const shownClient = ({ clientId, name, psaCompanyId, crmCompanyId, cmdbClientId }: StoredClient): Client => ({
  clientId,
  name,
  psaCompanyId: psaCompanyId ?? null,
  crmCompanyId: crmCompanyId ?? null,
  cmdbClientId: cmdbClientId ?? null,
})

export const listMappings = async (
  store: Store,
  tenantId: string,
  page: Page,
): Promise<{ readonly mappings: ClientMapping[]; readonly nextCursor?: string }> => {
  const { rows, nextCursor } = await store.open(clientMappingTable).mapping.list({ tenantId }, page)
  return { mappings: rows.map(({ value }) => shownMapping(value)), ...(nextCursor !== undefined && { nextCursor }) }
}

type MappingKey = { readonly tenantId: string } & Pick<StoredMapping, 'source' | 'sourceId'>

/** @throws AppError `validation-failed` for a client that is not in the directory */
export const putMapping = async (
  store: Store,
  mapping: MappingKey & { readonly clientId: string },
): Promise<{ readonly mapping: ClientMapping; readonly isNew: boolean }> => {
  // Clients are never deleted, so that what is found here is still there when the mapping is written.
  if (!(await findClient(store, mapping.tenantId, mapping.clientId)))
    throw new AppError('validation-failed', 'There is no client with the id in the body. Create the client first.', {
      details: { errors: [{ path: 'body.clientId', message: 'must be the id of a client' }] },
    })
  let isNew = false
  const { value } = await store.open(clientMappingTable).mapping.modify(mapping, (current) => {
    isNew = current === undefined
    return unlessSame(current, mapping)
  })
  return { mapping: shownMapping(value), isNew }
}

export const deleteMapping = (store: Store, key: MappingKey): Promise<void> =>
  store.open(clientMappingTable).mapping.delete(key)

const shownMapping = ({ source, sourceId, clientId }: StoredMapping): ClientMapping => ({ source, sourceId, clientId })

/** `current` itself when nothing changes: then nothing is written. */
const unlessSame = <Value extends object>(current: Value | undefined, next: Value): Value =>
  current !== undefined && canonicalJson(current) === canonicalJson(next) ? current : next
