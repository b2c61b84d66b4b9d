// Keeps heads as they were, once an hour for each log that has grown: a head put back to an earlier one does not fit them.
import type { Store } from '../store/store.ts'
import { type HeadKeys, requireOurs } from './head-signature.ts'
import { auditAnchorTable, auditLogTable } from './audit-table.ts'

/**
 * @returns whether there was something to keep
 * @throws AppError `internal` for a head that is not ours
 */
export const anchorHead = async (store: Store, tenantId: string, keys: HeadKeys): Promise<boolean> => {
  const anchors = store.open(auditAnchorTable).anchor
  const head = (await store.open(auditLogTable).head.get({ tenantId }))?.value
  const [last] = (await anchors.list({ tenantId }, { limit: 1 })).rows
  // Never over a later anchor: that would hide what it proves.
  if (!head || (last && last.value.seq >= head.seq)) return false
  requireOurs(head, tenantId, keys)
  await anchors.insert(head)
  return true
}
