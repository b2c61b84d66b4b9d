// What tests of the audit log share: logs of several instances over one storage, a clock, and a hand in the tables.
import type { TableClient } from '@azure/data-tables'
import type { AuditRecord } from '../../../shared/audit-log/audit-entry.ts'
import { type AuditLog, createAuditLog } from '../../../shared/audit-log/audit-log.ts'
import { type AuditHead, auditLogTable, newestSeqFirst } from '../../../shared/audit-log/audit-table.ts'
import { type HeadKeys, headKeysOf } from '../../../shared/audit-log/head-signature.ts'
import type { AuditFault, AuditPosition } from '../../../shared/audit-log/audit-segment.ts'
import type { AuditVerdict } from '../../../shared/audit-log/log-walk.ts'
import { verifyAuditLog } from '../../../shared/audit-log/verification.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { newTenantId } from '../../support/browser-client.ts'

export const signingKeys: HeadKeys = headKeysOf('k9'.repeat(20))

export const settingsChanged: AuditRecord = {
  action: 'settings.changed',
  outcome: 'done',
  actor: 'user:mia',
  subjects: ['tenant'],
  facts: { revision: 'r1' },
}

export type TestLog = {
  readonly store: Store
  readonly tenantId: string
  readonly clock: { now: Date }
  /** Another instance of the suite. */
  readonly instance: (store?: Store) => AuditLog
  /** So many entries, one after the other. */
  readonly fill: (count: number) => Promise<void>
  /** With the first break beside the verdict. */
  readonly verify: (
    from?: AuditPosition,
    entriesMax?: number,
  ) => Promise<AuditVerdict & { readonly fault?: AuditFault; readonly seq?: number }>
  readonly head: () => Promise<AuditHead>
  /** The table itself, as somebody with the account's key has it. */
  readonly byHand: <T>(table: string, work: (client: TableClient, partition: string) => Promise<T>) => Promise<T>
  /** The key of the one entry that has this number. */
  readonly rowKeyOf: (seq: number) => Promise<string>
}

export const newTestLog = (connectionString: string): TestLog => {
  const store = createStore({ connectionString })
  const tenantId = newTenantId()
  const clock = { now: new Date('2026-11-28T10:00:00Z') }
  const instance = (own = store): AuditLog =>
    createAuditLog({ store: own, now: () => clock.now, keys: async () => signingKeys })
  return {
    store,
    tenantId,
    clock,
    instance,
    fill: async (count) => {
      const log = instance()
      for (let index = 0; index < count; index += 1) await log.append(tenantId, settingsChanged)
    },
    verify: async (from, entriesMax = 1_000) => {
      const input = { store, tenantId, keys: signingKeys.verifying, from, entriesMax, now: clock.now }
      const verdict = await verifyAuditLog(input)
      const [first] = verdict.breaks
      return { ...verdict, ...(first && { fault: first.fault, seq: first.seq }) }
    },
    head: async () => {
      const row = await store.open(auditLogTable).head.get({ tenantId })
      if (!row) throw new Error('The log has no head.')
      return row.value
    },
    byHand: async (table, work) => {
      const outcome = await store
        .connection(table)
        .run('tamper', async (client) => ({ done: await work(client, tenantId) }))
      if (!outcome.done) throw new Error('The table could not be changed by hand.')
      return outcome.done.done
    },
    rowKeyOf: async (seq) => {
      const range = { from: [newestSeqFirst(seq)], to: [newestSeqFirst(seq)], limit: 2 }
      const { found } = await store.open(auditLogTable).entry.listFound({ tenantId }, range)
      if (!found[0] || found.length > 1) throw new Error(`There are ${found.length} entries ${seq}.`)
      return found[0].rowKey
    },
  }
}
