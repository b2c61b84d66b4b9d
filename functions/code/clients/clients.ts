// The client directory and the mappings to it, as people keep them. Whoever writes last is right: each write is the whole record.
import { type Client as StoredClient, clientTable, findClient } from '../../../shared/clients/client-directory.ts'
import { AppError } from '../../../shared/errors.ts'
import { canonicalJson } from '../../../shared/http/canonical-json.ts'
import type { Store } from '../../../shared/store/store.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { clientMappingTable, type ClientMapping as StoredMapping } from './client-mapping.ts'
import { keepClient } from './client-removal.ts'
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

/**
 * A client that is removed at the same moment either stays, or the mapping is refused and what it was before holds.
 * @throws AppError `validation-failed` for a client that is not in the directory
 */
export const putMapping = async (
  store: Store,
  mapping: StoredMapping,
): Promise<{ readonly mapping: ClientMapping; readonly isNew: boolean }> => {
  if (!(await findClient(store, mapping.tenantId, mapping.clientId))) {
    // Its client may have been removed when an earlier attempt to write it died half-way.
    await takeBack(store, mapping, undefined)
    throw noClient()
  }
  let before: StoredMapping | undefined
  const { value } = await store.open(clientMappingTable).mapping.modify(mapping, (current) => {
    before = current
    return unlessSame(current, mapping)
  })
  if (!(await keepClient(store, mapping))) {
    await takeBack(store, mapping, before)
    throw noClient()
  }
  return { mapping: shownMapping(value), isNew: before === undefined }
}

const noClient = (): AppError =>
  new AppError('validation-failed', 'There is no client with the id in the body. Create the client first.', {
    details: { errors: [{ path: 'body.clientId', message: 'must be the id of a client' }] },
  })

/** Unless somebody has mapped it anew. What it was before holds again as long as its own client is there. */
const takeBack = async (store: Store, mapping: StoredMapping, before: StoredMapping | undefined): Promise<void> => {
  const earlier = before?.clientId === mapping.clientId ? undefined : before
  const rows = store.open(clientMappingTable).mapping
  await retryOnConflict(async () => {
    const row = await rows.get(mapping)
    if (row?.value.clientId !== mapping.clientId) return
    await (earlier ? rows.update(row, earlier) : rows.delete(row))
  })
  if (earlier && !(await keepClient(store, earlier))) await takeBack(store, earlier, undefined)
}

export const deleteMapping = (store: Store, key: MappingKey): Promise<void> =>
  store.open(clientMappingTable).mapping.delete(key)

const shownMapping = ({ source, sourceId, clientId }: StoredMapping): ClientMapping => ({ source, sourceId, clientId })

/** `current` itself when nothing changes: then nothing is written. */
const unlessSame = <Value extends object>(current: Value | undefined, next: Value): Value =>
  current !== undefined && canonicalJson(current) === canonicalJson(next) ? current : next
