// What is known of the use of a key.
import { newestFirst } from '../store/key.ts'
import type { Store } from '../store/store.ts'
import { type KeyUseHour, keyUseTable } from './key-use-table.ts'

export type KeyUseSummary = { readonly firstUsedAt?: string; readonly lastUsedAt?: string }

/** Processes that may have used a key in one hour and are looked at. */
const instancesMax = 1_000

/** Up to the last few seconds. Never used: empty. */
export const keyUseSummary = async (store: Store, tenantId: string, keyId: string): Promise<KeyUseSummary> => {
  const rows = store.open(keyUseTable)
  const [first, newest] = await Promise.all([
    rows.first.get({ tenantId, keyId }),
    rows.hour.list({ tenantId, keyId }, { limit: 1 }),
  ])
  if (!first) return {}
  const [hour] = newest.rows
  const lastUsedAt = hour ? await lastOf(store, hour.value) : first.value.at
  return { firstUsedAt: first.value.at, lastUsedAt }
}

const lastOf = async (store: Store, { tenantId, keyId, hour, lastAt }: KeyUseHour): Promise<string> => {
  const position = [newestFirst(hour)]
  const { rows } = await store
    .open(keyUseTable)
    .hour.list({ tenantId, keyId }, { limit: instancesMax, from: position, to: position })
  return rows.reduce((last, { value }) => (value.lastAt > last ? value.lastAt : last), lastAt)
}

/** Newest hours first. An hour has an entry for each process that the key was used with. */
export const listKeyUse = async (
  store: Store,
  { tenantId, keyId }: { readonly tenantId: string; readonly keyId: string },
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ readonly hours: readonly KeyUseHour[]; readonly nextCursor?: string }> => {
  const { rows, nextCursor } = await store.open(keyUseTable).hour.list({ tenantId, keyId }, page)
  return { hours: rows.map(({ value }) => value), ...(nextCursor !== undefined && { nextCursor }) }
}
