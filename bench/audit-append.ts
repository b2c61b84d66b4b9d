// What it costs that an act is recorded: an entry appended to an audit log, chained and signed, beside a bare insert of the same row; one
// after the other, and as many at once as an instance may have to record together.
import { randomUUID } from 'node:crypto'
import { createAuditLog } from '../shared/audit-log/audit-log.ts'
import { AuditEntry, type AuditRecord } from '../shared/audit-log/audit-entry.ts'
import { auditLogTable } from '../shared/audit-log/audit-table.ts'
import { headKeysOf } from '../shared/audit-log/head-signature.ts'
import { createStore } from '../shared/store/store.ts'
import { rowKind, table } from '../shared/store/table.ts'
import type { Bench } from './benchmark.ts'
import { type Measurement, median } from './measurement.ts'

const rounds = 5
const appends = 40
/** Acts of one organization at the same time. */
const atOnce = 20

const bareTable = table('benchEntries', {
  entry: rowKind({
    schema: AuditEntry,
    partition: ['tenantId'],
    key: ['entryId'],
    keepFor: { days: 1 },
    dataOf: { nobody: 'Of a benchmark' },
  }),
})

const record: AuditRecord = {
  action: 'settings.changed',
  outcome: 'asked',
  actor: 'user:mia',
  subjects: ['tenant'],
  operation: 'code-put-settings',
  address: '10.0.0.1',
  correlationId: randomUUID(),
  facts: { revision: 'r1' },
}

export const measureAuditAppend = async ({ settings, progress }: Bench): Promise<readonly Measurement[]> => {
  const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
  const keys = headKeysOf('bench-signing-key-0123456789abcdef')
  const log = createAuditLog({ store, now: () => new Date(), keys: async () => keys })
  const tenantId = `bench-${randomUUID()}`
  await log.append(tenantId, record)
  const [written] = (await store.open(auditLogTable).entry.list({ tenantId }, { limit: 1 })).rows
  if (!written) throw new Error('The log has no entry.')
  const rows = store.open(bareTable).entry
  const insert = async (): Promise<void> => void (await rows.insert({ ...written.value, entryId: randomUUID() }))
  const append = (): Promise<void> => log.append(tenantId, record)

  const taken: Record<'bare' | 'alone' | 'bareTogether' | 'together', number[]> = {
    bare: [],
    alone: [],
    bareTogether: [],
    together: [],
  }
  for (let round = 0; round <= rounds; round += 1) {
    progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    const figures = {
      bare: await millisecondsOf(insert),
      alone: await millisecondsOf(append),
      bareTogether: await millisecondsTogether(insert),
      together: await millisecondsTogether(append),
    }
    if (round > 0) for (const [name, figure] of Object.entries(figures)) taken[name as keyof typeof taken].push(figure)
  }
  const measurement = (name: string, figure: number, floor: number): Measurement => ({
    name,
    figure,
    unit: 'ms',
    floor: { name: 'bare insert', figure: floor },
  })
  return [
    measurement('Audit entry, alone', median(taken.alone), median(taken.bare)),
    measurement(`Audit entry, ${atOnce} at once`, median(taken.together), median(taken.bareTogether)),
  ]
}

/** Of each, one after the other; the median. */
const millisecondsOf = async (work: () => Promise<void>): Promise<number> => {
  const taken: number[] = []
  for (let count = 0; count < appends; count += 1) {
    const begun = performance.now()
    await work()
    taken.push(performance.now() - begun)
  }
  return median(taken)
}

/** Until all are done, for each. */
const millisecondsTogether = async (work: () => Promise<void>): Promise<number> => {
  const begun = performance.now()
  await Promise.all(Array.from({ length: atOnce }, work))
  return (performance.now() - begun) / atOnce
}
