// What is done for each log once an hour: its head is signed with the present key and kept as it is, and what was written since the last time is
// verified. A head put back to an earlier one does not fit those that were kept.
import { isAppError } from '../errors.ts'
import type { LogFields } from '../telemetry/log.ts'
import { retryOnConflict } from '../store/retry-on-conflict.ts'
import type { Store } from '../store/store.ts'
import { type AuditHead, auditAnchorTable } from './audit-table.ts'
import { auditLogTable } from './audit-table.ts'
import { type HeadKeys, damagedLog, isOurs, signHead } from './head-signature.ts'
import { readHead } from './log-head.ts'
import { verifyAuditLog } from './verification.ts'

type Input = {
  readonly store: Store
  readonly tenantId: string
  readonly keys: HeadKeys
  readonly now: Date
  /** So many entries are verified at the most. */
  readonly entriesMax?: number
  readonly log?: { readonly warn: (event: string, fields?: LogFields) => void }
}

/**
 * @returns whether there was something to keep
 * @throws AppError `audit-log-damaged` for a head that is not ours, and, when all else is done, for each break that no repair has named
 */
export const anchorHead = async (input: Input): Promise<boolean> => {
  const { store, tenantId, keys, now, entriesMax = 2_000, log } = input
  const head = await signedByPresent(store, tenantId, keys)
  const isKept = head !== undefined && (await keep(input, head))
  const verdict = await verifyAuditLog({ store, tenantId, keys: keys.verifying, entriesMax, now })
  if (verdict.clock) log?.warn('audit.clock.differs', { tenantId, ...verdict.clock })
  const found = verdict.breaks.find(({ repaired }) => repaired === undefined)
  if (found) throw damagedLog(tenantId, `${found.fault} at ${found.seq}`)
  return isKept
}

const keep = async ({ store, tenantId, keys }: Input, head: AuditHead): Promise<boolean> => {
  const anchors = store.open(auditAnchorTable).anchor
  const { found } = await anchors.listFound({ tenantId }, { limit: 100 })
  const last = found.find(({ row }) => row && isOurs(row.value, tenantId, keys.verifying))?.row
  // Never over a later anchor: that would hide what it proves.
  if (last && last.value.seq >= head.seq) return false
  try {
    await anchors.insert(head)
    return true
  } catch (error) {
    // Another run was faster, or somebody has put a forged one there, which the verification names.
    if (!isAppError(error, 'conflict')) throw error
    return false
  }
}

/** Of a log that nobody appends to as well: no key has to be known for longer than 13 months. */
const signedByPresent = (store: Store, tenantId: string, keys: HeadKeys): Promise<AuditHead | undefined> =>
  retryOnConflict(async () => {
    const head = await readHead(store, tenantId, keys)
    if (!head || head.value.keyId === keys.keyId) return head?.value
    return (await store.open(auditLogTable).head.update(head, signHead(head.value, keys))).value
  })
