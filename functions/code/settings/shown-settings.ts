// Settings and their changes as callers see them.
import { findClient } from '../../../shared/clients/client-directory.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Row, Store } from '../../../shared/store/store.ts'
import {
  type StoredSettings,
  ownSettingsOf,
  readSettings,
  resolveSettings,
  tenantSettingsTable,
  wholeTenant,
} from '../../../shared/tenants/tenant-settings.ts'
import type { Settings, SettingsChanges } from './contract.ts'

/** @throws AppError `not-found` for a client that is not in the directory */
export const refuseUnknownClient = async (store: Store, tenantId: string, clientId: string): Promise<void> => {
  if (!(await findClient(store, tenantId, clientId)))
    throw new AppError('not-found', 'There is no client with this id. Create the client first.')
}

/** @param clientId undefined for the settings of the tenant itself */
export const showSettings = async (store: Store, tenantId: string, clientId: string | undefined): Promise<Settings> =>
  shownSettings(store, { tenantId, clientId }, await readSettings(store, tenantId, clientId))

/** @param row the settings as they were just read or written */
export const shownSettings = async (
  store: Store,
  { tenantId, clientId }: { readonly tenantId: string; readonly clientId: string | undefined },
  row: Row<StoredSettings> | undefined,
): Promise<Settings> => ({
  settings: ownSettingsOf(row),
  effective: await resolveSettings(store, tenantId, clientId),
  revision: row?.value.revision ?? null,
  updatedAt: row?.value.updatedAt ?? null,
  updatedBy: row?.value.updatedBy ?? null,
})

/** One page, newest first. */
export const listChanges = async (
  store: Store,
  tenantId: string,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<SettingsChanges> => {
  const { rows, nextCursor } = await store.open(tenantSettingsTable).change.list({ tenantId }, page)
  const changes = rows.map(({ value: { changeId, clientId, changedAt, changedBy, before, after } }) => ({
    changeId,
    clientId: clientId === wholeTenant ? null : clientId,
    changedAt,
    changedBy,
    before,
    after,
  }))
  return { changes, ...(nextCursor !== undefined && { nextCursor }) }
}
