// Changes settings of a tenant or of one client of it. The change is kept beside them in the same transaction (SET-1).
import { forgetAnswers } from '../../../shared/ai/answer-cache/answer-table.ts'
import { randomToken } from '../../../shared/auth/digest.ts'
import { findClient } from '../../../shared/clients/client-directory.ts'
import { AppError } from '../../../shared/errors.ts'
import { canonicalJson } from '../../../shared/http/canonical-json.ts'
import type { Row, Store } from '../../../shared/store/store.ts'
import {
  type StoredSettings,
  type TenantSettings,
  ownSettingsOf,
  readSettings,
  tenantSettingsTable,
  wholeTenant,
} from '../../../shared/tenants/tenant-settings.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'

export type Change = {
  readonly store: Store
  readonly now: () => Date
  readonly tenantId: string
  /** Whose settings; undefined for those of the tenant itself. */
  readonly clientId: string | undefined
  /** Who makes it. */
  readonly by: string
}

/**
 * Replaces all that is set on this level. Setting what is set already changes nothing, whatever the revision is: so a repetition is
 * safe. Of two at once that want something else, the second is refused, since its maker has not seen the first.
 * @param revision of the settings that the change was made from; null when nothing was set
 * @throws AppError `conflict` when they have another one by now
 */
export const replaceSettings = async (
  change: Change,
  next: TenantSettings,
  revision: string | null,
): Promise<Row<StoredSettings> | undefined> => {
  const { row, outcome } = await retryOnConflict(async () => {
    const current = await readSettings(change.store, change.tenantId, change.clientId)
    if (isSame(ownSettingsOf(current), next)) return { row: current, outcome: 'same' }
    if ((current?.value.revision ?? null) !== revision) return { row: current, outcome: 'stale' }
    return { row: await write(change, current, next), outcome: 'changed' }
  })
  if (outcome === 'stale')
    throw new AppError('conflict', 'The settings have changed since the revision in the body was read.')
  // Also by a repetition: the first may have been cut off before.
  if (change.clientId === undefined && next.aiOptOut) await forgetAnswers(change.store, change.tenantId)
  return row
}

/** Takes away all that is set on this level, whatever it is. Nothing set is no error, and no change. */
export const removeSettings = (change: Change): Promise<void> =>
  retryOnConflict(async () => {
    const row = await readSettings(change.store, change.tenantId, change.clientId)
    if (row && !isSame(ownSettingsOf(row), {})) await write(change, row, undefined)
  })

/**
 * Takes away the settings of a client, unless the directory has it. They are read before the directory is: what is set for a client that
 * comes again under its id is not met.
 */
export const forgetSettings = (change: Change & { readonly clientId: string }): Promise<void> =>
  retryOnConflict(async () => {
    const row = await readSettings(change.store, change.tenantId, change.clientId)
    if (row && !(await findClient(change.store, change.tenantId, change.clientId))) await write(change, row, undefined)
  })

/** @param next undefined takes the row away */
const write = async (
  { store, now, tenantId, clientId = wholeTenant, by }: Change,
  row: Row<StoredSettings> | undefined,
  next: TenantSettings | undefined,
): Promise<Row<StoredSettings> | undefined> => {
  const rows = store.open(tenantSettingsTable)
  const [changeId, changedAt] = [randomToken(), now().toISOString()]
  const value = { ...next, tenantId, clientId, revision: changeId, updatedAt: changedAt, updatedBy: by }
  const kept = { tenantId, changeId, clientId, changedAt, changedBy: by, before: ownSettingsOf(row), after: next ?? {} }
  const operation = !row
    ? rows.settings.toInsert(value)
    : next
      ? rows.settings.toUpdate(row, value)
      : rows.settings.toDelete(row)
  const [written] = await rows.transaction([operation, rows.change.toInsert(kept)])
  return written as Row<StoredSettings> | undefined
}

const isSame = (one: TenantSettings, other: TenantSettings): boolean => canonicalJson(one) === canonicalJson(other)
