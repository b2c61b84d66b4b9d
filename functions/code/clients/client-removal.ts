// Takes a client out of the directory. No mapping may lead to it, since a repository that fell back to its organization's client would show
// its tickets to another company. Mappings are in another table, so the client is marked before they are looked through: whoever maps
// something to it meanwhile finds the mark and takes it away, and the removal begins again.
import { clientTable } from '../../../shared/clients/client-directory.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Store } from '../../../shared/store/store.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { forgetSettings } from '../settings/settings-change.ts'
import { type ClientMapping, clientMappingTable } from './client-mapping.ts'

type ClientKey = { readonly tenantId: string; readonly clientId: string }
type Removal = ClientKey & { readonly store: Store; readonly now: () => Date; readonly by: string }

const pageSize = 1_000

/**
 * Its settings go with it. One that is not there is no error, and its settings go too, should a removal have ended half-way.
 * @throws AppError `conflict` while a mapping leads to it
 */
export const removeClient = async (removal: Removal): Promise<void> => {
  const { store, tenantId, clientId } = removal
  const key = { tenantId, clientId }
  const mapping = await retryOnConflict(() => removeUnlessMapped(store, key))
  if (mapping)
    throw new AppError(
      'conflict',
      `The ${mapping.source} ${mapping.sourceId} is mapped to this client. Map it to another client or delete its mapping first.`,
    )
  await forgetSettings(removal)
}

/** @returns a mapping that leads to it: then it stays */
const removeUnlessMapped = async (store: Store, key: ClientKey): Promise<ClientMapping | undefined> => {
  const rows = store.open(clientTable).client
  const row = await rows.get(key)
  if (!row) return undefined
  const { isLeaving, ...client } = row.value
  const marked = isLeaving === true ? row : await rows.update(row, { ...client, isLeaving: true })
  const mapping = await mappingTo(store, key)
  await (mapping ? rows.update(marked, client) : rows.delete(marked))
  return mapping
}

const mappingTo = async (store: Store, { tenantId, clientId }: ClientKey): Promise<ClientMapping | undefined> => {
  for await (const { value } of store.open(clientMappingTable).mapping.each({ tenantId }, { pageSize }))
    if (value.clientId === clientId) return value
  return undefined
}

/**
 * To be called when a mapping to it has been written: it is not removed any more.
 * @returns false when it is gone already
 */
export const keepClient = (store: Store, { tenantId, clientId }: ClientKey): Promise<boolean> =>
  retryOnConflict(async () => {
    const rows = store.open(clientTable).client
    const row = await rows.get({ tenantId, clientId })
    if (!row) return false
    const { isLeaving, ...client } = row.value
    if (isLeaving === true) await rows.update(row, client)
    return true
  })
