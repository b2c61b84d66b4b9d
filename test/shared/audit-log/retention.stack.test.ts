import { beforeEach, expect, inject, it } from 'vitest'
import { auditLogTable } from '../../../shared/audit-log/audit-table.ts'
import { cutAuditLog } from '../../../shared/audit-log/retention.ts'
import { type TestLog, newTestLog, signingKeys } from './logs.ts'

const connectionString = inject('stack').settings['DATA_STORAGE'] ?? ''
const day = 86_400_000
let log: TestLog
beforeEach(async () => {
  log = newTestLog(connectionString)
  // Four entries of more than 13 months ago, and three of today.
  log.clock.now = new Date('2025-10-01T00:00:00Z')
  await log.fill(4)
  log.clock.now = new Date('2026-11-28T00:00:00Z')
  await log.fill(3)
})

const cut = (entriesMax = 100, now = log.clock.now, signal = new AbortController().signal) =>
  cutAuditLog({ store: log.store, tenantId: log.tenantId, keys: signingKeys, now, entriesMax, signal })
const rowAt = async (seq: number) => {
  const { rows } = await log.store.open(auditLogTable).entry.list({ tenantId: log.tenantId }, { limit: 100 })
  const row = rows.find(({ value }) => value.seq === seq)
  if (!row) throw new Error(`There is no entry ${seq}.`)
  return row
}
const kept = async (): Promise<readonly number[]> =>
  (await log.store.open(auditLogTable).entry.list({ tenantId: log.tenantId }, { limit: 100 })).rows.map(
    ({ value: { seq } }) => seq,
  )

it('goes after 13 months, and what is left verifies', async () => {
  expect(await cut()).toBe(4)
  expect(await kept()).toEqual([7, 6, 5])
  expect(await log.verify()).toMatchObject({ intact: true, checked: 3 })
  await log.fill(1)
  expect(await log.verify()).toMatchObject({ intact: true, checked: 4 })
  expect(await cut()).toBe(0)
})

it('stays to the day', async () => {
  expect(await cut(100, new Date(Date.parse('2025-10-01T00:00:00Z') + 400 * day))).toBe(0)
  expect(await kept()).toHaveLength(7)
})

it('verifies when it was cut off in the middle, and the next run goes on', async () => {
  expect(await cut(3)).toBe(3)
  expect(await kept()).toEqual([7, 6, 5, 4])
  expect(await log.verify()).toMatchObject({ intact: true, checked: 4 })
  expect(await cut()).toBe(1)
  expect(await kept()).toEqual([7, 6, 5])
})

it('keeps the last entry, however old it is', async () => {
  expect(await cut(100, new Date('2030-01-01T00:00:00Z'))).toBe(6)
  expect(await kept()).toEqual([7])
  expect(await log.verify()).toMatchObject({ intact: true, checked: 1 })
  await log.fill(1)
  expect(await log.verify()).toMatchObject({ intact: true, checked: 2 })
})

it('is tampering when somebody else takes the oldest away', async () => {
  await log.store.open(auditLogTable).entry.delete(await rowAt(1))
  expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-missing', seq: 1 })
  await expect(cut()).rejects.toMatchObject({ code: 'audit-log-damaged' })
  await log.store.open(auditLogTable).head.upsert({ ...(await log.head()), firstSeq: 6 })
  expect(await log.verify()).toMatchObject({ intact: false, fault: 'head-forged' })
})

it('deletes nothing of a log whose entries say another time than they did', async () => {
  const rows = log.store.open(auditLogTable).entry
  const row = await rowAt(6)
  await rows.update(row, { ...row.value, at: '2020-01-01T00:00:00.000Z' })
  expect(await cut()).toBe(4)
  expect(await kept()).toEqual([7, 6, 5])
  const old = await rowAt(5)
  await rows.update(old, { ...old.value, at: '2020-01-01T00:00:00.000Z' })
  await expect(cut()).rejects.toMatchObject({ code: 'audit-log-damaged' })
  expect(await kept()).toEqual([7, 6, 5])
  expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-changed', seq: 6 })
})

it('goes on while others append', async () => {
  await Promise.all([cut(), log.fill(5), cut()])
  expect(await kept()).toEqual([12, 11, 10, 9, 8, 7, 6, 5])
  expect(await log.verify()).toMatchObject({ intact: true, checked: 8 })
})
