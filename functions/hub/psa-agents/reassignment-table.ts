// Who was deactivated and may have left open tickets behind.
import * as z from 'zod'
import type { Store } from '../../../shared/store/store.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

export const reassignmentTable = table('hubReassignments', {
  agent: rowKind({
    schema: z.strictObject({ tenantId: z.string(), userId: z.string(), deactivatedAt: z.iso.datetime() }),
    partition: ['tenantId'],
    key: ['userId'],
    keepFor: { days: 400 },
    dataOf: { tenant: ['tenantId'], person: ['userId'] },
  }),
})

/** @param deactivatedAt undefined for an agent that is active again */
export const noteReassignment = async (
  store: Store,
  who: { readonly tenantId: string; readonly userId: string },
  deactivatedAt: Date | undefined,
): Promise<void> => {
  const rows = store.open(reassignmentTable).agent
  if (!deactivatedAt) return rows.delete(who)
  await rows.modify(who, (current) => current ?? { ...who, deactivatedAt: deactivatedAt.toISOString() })
}
