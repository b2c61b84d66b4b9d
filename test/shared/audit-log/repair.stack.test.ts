// A log that somebody has broken goes on in a new segment, and the break is named for ever.
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { anchorHead } from '../../../shared/audit-log/anchoring.ts'
import { AuditContent, hashOf } from '../../../shared/audit-log/audit-entry.ts'
import { auditLogTable, newestSeqFirst } from '../../../shared/audit-log/audit-table.ts'
import { headKeysOf, signHead } from '../../../shared/audit-log/head-signature.ts'
import { repairAuditLog } from '../../../shared/audit-log/repair.ts'
import { cutAuditLog } from '../../../shared/audit-log/retention.ts'
import { type TestLog, newTestLog, signingKeys } from './logs.ts'

const connectionString = inject('stack').settings['DATA_STORAGE'] ?? ''
let log: TestLog
beforeEach(async () => {
  log = newTestLog(connectionString)
  await log.fill(6)
})

const rows = () => log.store.open(auditLogTable)
const repair = () =>
  repairAuditLog({
    store: log.store,
    tenantId: log.tenantId,
    keys: signingKeys,
    now: log.clock.now,
    by: { actor: 'key:operator', operation: 'repair', facts: { reason: 'After the intrusion' } },
  })
const anchored = () => anchorHead({ store: log.store, tenantId: log.tenantId, keys: signingKeys, now: log.clock.now })
const newestEntry = async () => {
  const [row] = (await rows().entry.list({ tenantId: log.tenantId }, { limit: 1 })).rows
  return row?.value
}
const junkAt = (seq: number) =>
  log.byHand('auditLog', (client, partitionKey) =>
    client.createEntity({ partitionKey, rowKey: `entry!${newestSeqFirst(seq)}!junk`, note: 'junk' }),
  )
const faults = async () => {
  const { breaks } = await log.verify()
  return breaks.map(({ fault, seq, repaired }) => [fault, seq, repaired?.segment])
}
/** After it the log goes on, and the repair has no more to do. */
const goesOn = async (): Promise<void> => {
  await log.fill(2)
  expect(await repair()).toBeUndefined()
  await anchored()
}

describe('a junk row at the next key', () => {
  beforeEach(() => junkAt(7))

  it('keeps nobody from appending, is found within the hour, and stays named', async () => {
    await log.fill(1)
    await expect(anchored()).rejects.toMatchObject({
      code: 'audit-log-damaged',
      details: { subjects: [`organization ${log.tenantId}`, 'entry-added at 7'] },
    })
    const segment = await repair()
    expect(segment).toMatchObject({ segment: 2, firstSeq: 8, resume: { seq: 7 } })
    const [{ digest } = {}] = segment?.breaks ?? []
    expect(digest).toMatch(/^[\w-]{43}$/)
    expect(await newestEntry()).toMatchObject({
      action: 'log.repaired',
      actor: 'key:operator',
      facts: { reason: 'After the intrusion', found: 'entry-added at 7', lost: 'nothing', breaks: '1' },
    })
    await goesOn()
    expect(await faults()).toEqual([['entry-added', 7, 2]])
  })

  it('is another break when somebody changes it afterwards', async () => {
    await repair()
    await log.byHand('auditLog', (client, partitionKey) =>
      client.upsertEntity({ partitionKey, rowKey: `entry!${newestSeqFirst(7)}!junk`, note: 'other junk' }, 'Replace'),
    )
    expect(await faults()).toEqual([
      ['entry-added', 7, undefined],
      ['entry-added', 7, 2],
    ])
  })
})

describe('a head that is gone', () => {
  it('keeps everybody from appending, and the log goes on behind what hangs together', async () => {
    await rows().head.delete({ tenantId: log.tenantId })
    await expect(log.fill(1)).rejects.toMatchObject({ code: 'audit-log-damaged' })
    expect(await repair()).toMatchObject({ segment: 2, firstSeq: 7, resume: { seq: 6 } })
    await goesOn()
    expect(await faults()).toEqual([['head-missing', 6, 2]])
    expect((await log.verify()).checked).toBe(9)
  })

  it('and with it the end of the log: what an anchor knows of is lost, and its numbers are not given again', async () => {
    await anchored()
    for (const seq of [5, 6]) {
      const range = { from: [newestSeqFirst(seq)], to: [newestSeqFirst(seq)], limit: 1 }
      const [row] = (await rows().entry.list({ tenantId: log.tenantId }, range)).rows
      if (row) await rows().entry.delete(row)
    }
    await rows().head.delete({ tenantId: log.tenantId })
    expect(await repair()).toMatchObject({ firstSeq: 7 })
    expect((await newestEntry())?.facts).toMatchObject({ lost: '5–6' })
    await goesOn()
    expect(await faults()).toEqual(
      expect.arrayContaining([
        ['head-missing', 6, 2],
        ['entry-missing', 6, 2],
      ]),
    )
  })

  it('is not followed by what somebody has put far above the end: the numbers in between are not lost', async () => {
    await anchored()
    const { hash: _, ...content } = (await newestEntry()) ?? {}
    const far = AuditContent.parse({ ...content, seq: 900_000, entryId: 'far' })
    await rows().entry.insert({ ...far, hash: hashOf(far) })
    await rows().head.delete({ tenantId: log.tenantId })
    expect(await repair()).toMatchObject({ firstSeq: 7, resume: { seq: 6 } })
    await log.fill(1)
    expect((await log.head()).seq).toBe(8)
  })

  it('and everything else as well', async () => {
    await anchored()
    for await (const row of rows().entry.each({ tenantId: log.tenantId })) await rows().entry.delete(row)
    await rows().head.delete({ tenantId: log.tenantId })
    expect(await repair()).toMatchObject({ segment: 2, firstSeq: 7 })
    await goesOn()
    expect((await log.verify()).intact).toBe(false)
  })
})

it.each([
  [
    'signed by somebody else',
    async () => void (await rows().head.upsert(signHead(await log.head(), headKeysOf('f'.repeat(40))))),
  ],
  [
    'that is none',
    async () =>
      void (await log.byHand('auditLog', (client, partitionKey) =>
        client.upsertEntity({ partitionKey, rowKey: 'head', note: 'junk' }, 'Replace'),
      )),
  ],
])('a head %s is replaced, and its digest is kept', async (_, forge) => {
  await forge()
  await expect(log.fill(1)).rejects.toMatchObject({ code: 'audit-log-damaged' })
  const segment = await repair()
  expect(segment?.breaks).toMatchObject([{ fault: 'head-forged', digest: expect.any(String) as string }])
  await goesOn()
  expect(await faults()).toEqual([['head-forged', 6, 2]])
})

it('an entry that was changed stays named, and what is older is cut off in its time', async () => {
  const range = { from: [newestSeqFirst(3)], to: [newestSeqFirst(3)], limit: 1 }
  const [row] = (await rows().entry.list({ tenantId: log.tenantId }, range)).rows
  if (!row) throw new Error('There is no such entry.')
  await rows().entry.update(row, { ...row.value, actor: 'user:nobody' })
  const later = { now: new Date('2028-06-01T00:00:00Z'), entriesMax: 100, signal: new AbortController().signal }
  const cut = () => cutAuditLog({ store: log.store, tenantId: log.tenantId, keys: signingKeys, ...later })
  await expect(cut()).rejects.toMatchObject({ code: 'audit-log-damaged' })
  await repair()
  await log.fill(1)
  expect(await faults()).toEqual([['entry-changed', 3, 2]])
  expect(await cut()).toBe(7)
  expect(await faults()).toEqual([['entry-changed', 3, 2]])
})

it('a second repair follows the first', async () => {
  await junkAt(7)
  await repair()
  await log.fill(1)
  await junkAt(9)
  expect(await repair()).toMatchObject({ segment: 3 })
  await goesOn()
  expect(await faults()).toEqual(
    expect.arrayContaining([
      ['entry-added', 7, 2],
      ['entry-added', 9, 3],
    ]),
  )
})

it('the record of a repair that is gone is missed', async () => {
  await junkAt(7)
  await repair()
  for await (const row of rows().segment.each({ tenantId: log.tenantId })) await rows().segment.delete(row)
  expect((await faults()).map(([fault]) => fault)).toContain('segment-missing')
})

it('a log that is whole is not repaired', async () => {
  expect(await repair()).toBeUndefined()
  expect(await log.verify()).toMatchObject({ intact: true, checked: 6 })
})
