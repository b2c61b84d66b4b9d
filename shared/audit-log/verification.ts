// Verifies the audit log of a tenant as it stands in the tables.
import type { Store } from '../store/store.ts'
import { auditLogTable } from './audit-table.ts'
import { logLines } from './log-lines.ts'
import { type AuditVerdict, type WalkInput, walkLog } from './log-walk.ts'

type Input = WalkInput & { readonly store: Store; readonly now: Date }

const triesMax = 3

/** Entries that are written meanwhile are not looked at. @throws AppError `storage-unavailable` */
export const verifyAuditLog = async (input: Input): Promise<AuditVerdict> => {
  const { store, tenantId, now, from } = input
  for (let tries = 1; ; tries += 1) {
    const begun = await beginningOf(input)
    const verdict = await walkLog(logLines({ store, tenantId, now, fromSeq: from?.seq }), input)
    // What is cut off meanwhile because its time is over is no loss.
    if (verdict.intact || tries === triesMax || (await beginningOf(input)) === begun) return verdict
  }
}

/** The oldest entry that is kept, as the head says; undefined when it says nothing. */
const beginningOf = async ({ store, tenantId }: Input): Promise<number | undefined> =>
  (await store.open(auditLogTable).head.listFound({ tenantId }, { limit: 1 })).found[0]?.row?.value.firstSeq
