// What is done for each log once an hour: its head is signed with the present key, and kept as it is. A head put back to an earlier one does
// not fit those that were kept.
import { retryOnConflict } from '../store/retry-on-conflict.ts'
import type { Store } from '../store/store.ts'
import { type AuditHead, auditAnchorTable, auditLogTable } from './audit-table.ts'
import { type HeadKeys, isSignedByPresent, requireOurs, signHead } from './head-signature.ts'

/**
 * @returns whether there was something to keep
 * @throws AppError `internal` for a head that is not ours
 */
export const anchorHead = async (store: Store, tenantId: string, keys: HeadKeys): Promise<boolean> => {
  const head = await signedByPresent(store, tenantId, keys)
  const anchors = store.open(auditAnchorTable).anchor
  const [last] = (await anchors.list({ tenantId }, { limit: 1 })).rows
  // Never over a later anchor: that would hide what it proves.
  if (!head || (last && last.value.seq >= head.seq)) return false
  await anchors.insert(head)
  return true
}

/** Of a log that nobody appends to as well: its head must be known when the previous key is retired. */
const signedByPresent = (store: Store, tenantId: string, keys: HeadKeys): Promise<AuditHead | undefined> =>
  retryOnConflict(async () => {
    const rows = store.open(auditLogTable).head
    const head = await rows.get({ tenantId })
    if (!head) return undefined
    requireOurs(head.value, tenantId, keys)
    if (isSignedByPresent(head.value, keys)) return head.value
    const { keyId: _, signature: __, ...unsigned } = head.value
    return (await rows.update(head, signHead(unsigned, keys))).value
  })
