// The head of an audit log, as far as something may be built on it.
import type { AppError } from '../errors.ts'
import type { Row, Store } from '../store/store.ts'
import { isDamagedRow } from '../store/store-error.ts'
import { type AuditHead, auditAnchorTable, auditLogTable } from './audit-table.ts'
import { type HeadKeys, damagedLog, requireOurs } from './head-signature.ts'

/**
 * @returns undefined for a log that has not begun
 * @throws AppError `audit-log-damaged` when it is not ours, no head at all, or gone though the log has begun
 */
export const readHead = async (store: Store, tenantId: string, keys: HeadKeys): Promise<Row<AuditHead> | undefined> => {
  const rows = store.open(auditLogTable)
  const read = (): Promise<Row<AuditHead> | undefined> =>
    rows.head.get({ tenantId }).catch((error: unknown): never => {
      throw isDamagedRow(error) ? damagedLog(tenantId, 'head-forged', error) : (error as AppError)
    })
  let head = await read()
  if (!head && (await hasBegun(store, tenantId))) {
    // Somebody else may have begun it a moment ago.
    head = await read()
    if (!head) throw damagedLog(tenantId, 'head-missing')
  }
  if (head) requireOurs(head.value, tenantId, keys)
  return head
}

const hasBegun = async (store: Store, tenantId: string): Promise<boolean> => {
  const one = { limit: 1 }
  const [entries, anchors] = await Promise.all([
    store.open(auditLogTable).entry.listFound({ tenantId }, one),
    store.open(auditAnchorTable).anchor.listFound({ tenantId }, one),
  ])
  return entries.found.length + anchors.found.length > 0
}
