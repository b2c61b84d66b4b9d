// Each way to tamper with the log by somebody who can write the tables and does not have the signing key.
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { anchorHead } from '../../../shared/audit-log/anchoring.ts'
import { type AuditContent, genesisOf, hashOf } from '../../../shared/audit-log/audit-entry.ts'
import { auditAnchorTable, auditLogTable, newestSeqFirst } from '../../../shared/audit-log/audit-table.ts'
import { headKeysOf, isOurs, publicKeyText, signHead } from '../../../shared/audit-log/head-signature.ts'
import { cutAuditLog } from '../../../shared/audit-log/retention.ts'
import { verifyAuditLog } from '../../../shared/audit-log/verification.ts'
import { type TestLog, newTestLog, signingKeys } from './logs.ts'

const connectionString = inject('stack').settings['DATA_STORAGE'] ?? ''
let log: TestLog
beforeEach(async () => {
  log = newTestLog(connectionString)
  await log.fill(6)
})

const rows = () => log.store.open(auditLogTable)
const anchored = (keys = signingKeys) =>
  anchorHead({ store: log.store, tenantId: log.tenantId, keys, now: log.clock.now })
const entryAt = async (seq: number) => {
  const range = { from: [newestSeqFirst(seq)], to: [newestSeqFirst(seq)], limit: 1 }
  const [row] = (await rows().entry.list({ tenantId: log.tenantId }, range)).rows
  if (!row) throw new Error(`There is no entry ${seq}.`)
  return row.value
}
/** As the row of an entry has it that is not written yet. */
const rowKeyFor = (seq: number) => `entry!${newestSeqFirst(seq)}!junk`
const remove = async (seq: number) => rows().entry.delete(await entryAt(seq))
const rehashed = (content: AuditContent) => ({ ...content, hash: hashOf(content) })
const contentAt = async (seq: number): Promise<AuditContent> => {
  const { hash: _, ...content } = await entryAt(seq)
  return content
}

describe('a log as it was written', () => {
  it('is intact', async () => {
    expect(await log.verify()).toMatchObject({ intact: true, checked: 6, head: { seq: 6 } })
  })

  it('is intact with anchors on the way', async () => {
    await anchored()
    await log.fill(3)
    await anchored()
    await log.fill(1)
    expect(await log.verify()).toMatchObject({ intact: true, checked: 10 })
    expect(await anchored()).toBe(true)
    expect(await anchored()).toBe(false)
  })

  it('is signed with the present key within the hour, though nobody appends', async () => {
    const text = [...signingKeys.verifying.values()].map(publicKeyText)
    const present = headKeysOf('p8'.repeat(20), text)
    await anchored(present)
    expect(await log.head()).toMatchObject({ keyId: present.keyId })
    const input = { store: log.store, tenantId: log.tenantId, entriesMax: 100, now: log.clock.now }
    expect(await verifyAuditLog({ ...input, keys: present.verifying })).toMatchObject({ intact: true, checked: 6 })
  })

  it('is intact though it was signed with keys of the past, as long as their public keys are known', async () => {
    await anchored()
    await log.fill(1)
    await anchored()
    const text = [...signingKeys.verifying.values()].map(publicKeyText)
    const input = { store: log.store, tenantId: log.tenantId, entriesMax: 100, now: log.clock.now }
    const verdict = (publicKeys: readonly string[]) =>
      verifyAuditLog({ ...input, keys: headKeysOf('p8'.repeat(20), publicKeys).verifying })
    expect(await verdict(text)).toMatchObject({ intact: true, checked: 7 })
    expect((await verdict([])).breaks.map(({ fault }) => fault)).toContain('head-forged')
  })

  it('is verified piece by piece, as one walk would', async () => {
    await anchored()
    const first = await log.verify(undefined, 2)
    expect(first).toMatchObject({ intact: true, checked: 2, next: { seq: 4 } })
    if (!first.next) throw new Error('There is more.')
    const second = await log.verify(first.next, 2)
    if (!second.next) throw new Error('There is more.')
    expect(await log.verify(second.next, 2)).toEqual({
      intact: true,
      breaks: [],
      checked: 2,
      head: expect.objectContaining({ seq: 6 }) as unknown,
    })
    await remove(1)
    expect(await log.verify(second.next, 2)).toMatchObject({ fault: 'entry-missing', seq: 1, checked: 1 })
  })

  it('is empty and intact for a tenant of whom nothing is recorded', async () => {
    expect(await newTestLog(connectionString).verify()).toEqual({ intact: true, breaks: [], checked: 0 })
  })
})

describe('a log that somebody tampered with', () => {
  it('is found out when an entry is changed', async () => {
    await rows().entry.upsert({ ...(await entryAt(3)), actor: 'user:nobody' })
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-changed', seq: 3 })
  })

  it('is found out when an entry is changed with its hash', async () => {
    await rows().entry.upsert(rehashed({ ...(await contentAt(3)), actor: 'user:nobody' }))
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-unlinked', seq: 3 })
  })

  it('is found out when all entries from there on are chained anew', async () => {
    let previousHash = genesisOf(log.tenantId)
    for (let seq = 1; seq <= 6; seq += 1) {
      const entry = rehashed({ ...(await contentAt(seq)), previousHash, ...(seq === 3 && { actor: 'user:nobody' }) })
      await rows().entry.upsert(entry)
      previousHash = entry.hash
    }
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-unlinked', seq: 6 })
    const { keyId: _, signature: __, ...head } = await log.head()
    const forged = signHead({ ...head, hash: previousHash }, headKeysOf('f'.repeat(40)))
    await rows().head.upsert(forged)
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'head-forged' })
    await rows().head.upsert({ ...forged, keyId: signingKeys.keyId })
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'head-forged' })
  })

  it.each([
    ['from the middle', 3],
    ['from the beginning', 1],
    ['from the end', 6],
  ])('is found out when an entry is taken %s', async (_, seq) => {
    await remove(seq)
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-missing', seq })
  })

  it('is found out when an entry is written behind the last', async () => {
    await rows().entry.insert(rehashed({ ...(await contentAt(6)), seq: 7, previousHash: (await log.head()).hash }))
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-added', seq: 7 })
  })

  it('is found out when two entries change places', async () => {
    const [three, four] = [await entryAt(3), await entryAt(4)]
    for (const seq of [3, 4]) await remove(seq)
    await rows().entry.upsert({ ...three, seq: 4 })
    await rows().entry.upsert({ ...four, seq: 3 })
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-changed', seq: 4 })
  })

  it('is found out when an entry stands under the number of another', async () => {
    await log.byHand('auditLog', async (client, partitionKey) => {
      const stored = await client.getEntity(partitionKey, await log.rowKeyOf(3))
      await client.upsertEntity({ ...stored, partitionKey, rowKey: await log.rowKeyOf(4) }, 'Replace')
    })
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-changed', seq: 4 })
  })

  it('is found out when an entry of another tenant is put in', async () => {
    const other = newTestLog(connectionString)
    await other.fill(3)
    await log.byHand('auditLog', async (client, partitionKey) => {
      const stored = await client.getEntity(other.tenantId, await other.rowKeyOf(3))
      await client.upsertEntity({ ...stored, partitionKey, rowKey: await log.rowKeyOf(3) }, 'Replace')
    })
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-changed', seq: 3 })
  })

  it('is found out when a second writer goes on from an earlier entry', async () => {
    const [two, three, original] = [await entryAt(2), await contentAt(3), await entryAt(3)]
    await rows().entry.upsert(rehashed({ ...three, entryId: 'forked', previousHash: two.hash, actor: 'user:other' }))
    expect(await log.verify()).toMatchObject({ fault: 'entry-added', seq: 3 })
    await rows().entry.delete(original)
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-unlinked', seq: 3 })
  })

  it('is found out when the end is cut off and the head put back, once an anchor was kept', async () => {
    const before = await log.head()
    await log.fill(3)
    await anchored()
    for (const seq of [7, 8, 9]) await remove(seq)
    await rows().head.upsert(before)
    expect(isOurs(before, log.tenantId, signingKeys.verifying)).toBe(true)
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'rolled-back', seq: 9 })
    // Going on from there does not hide it.
    await log.fill(5)
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'rolled-back', seq: 9 })
  })

  it('is found out when an anchor is forged', async () => {
    await anchored()
    await log.byHand('auditAnchors', async (client, partitionKey) => {
      for await (const stored of client.listEntities({ queryOptions: { filter: `PartitionKey eq '${partitionKey}'` } }))
        await client.updateEntity({ ...stored, partitionKey, rowKey: stored.rowKey ?? '', hash: 'x' }, 'Replace')
    })
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'anchor-forged' })
  })

  it('is named by the hourly check when an anchor is forged in the place of the next one', async () => {
    await log.store.open(auditAnchorTable).anchor.insert({ ...(await log.head()), signature: 'x' })
    await expect(anchored()).rejects.toMatchObject({
      code: 'audit-log-damaged',
      message: expect.stringContaining('anchor-forged at 6') as string,
    })
  })

  it('is not built on when its head is not ours: nothing is appended, cut off or anchored', async () => {
    await rows().head.upsert({ ...(await log.head()), firstSeq: 4, signature: 'x' })
    await expect(log.fill(1)).rejects.toMatchObject({ code: 'audit-log-damaged' })
    await expect(anchored()).rejects.toMatchObject({ code: 'audit-log-damaged' })
    const cut = { store: log.store, tenantId: log.tenantId, keys: signingKeys, entriesMax: 10 }
    const signal = new AbortController().signal
    await expect(cutAuditLog({ ...cut, now: log.clock.now, signal })).rejects.toMatchObject({
      code: 'audit-log-damaged',
    })
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'head-forged' })
  })

  it('is found out when its beginning was cut off before its time, by a head that we signed', async () => {
    await anchored()
    await log.fill(1)
    const { keyId: _, signature: __, ...head } = await log.head()
    const first = await entryAt(7)
    await rows().head.upsert(signHead({ ...head, firstSeq: 7, firstPreviousHash: first.previousHash }, signingKeys))
    for (let seq = 1; seq <= 6; seq += 1) await remove(seq)
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'start-forged', seq: 7 })
  })

  it('is found out when a row above the last entry bears an earlier number', async () => {
    await log.byHand('auditLog', async (client, partitionKey) => {
      const stored = await client.getEntity(partitionKey, await log.rowKeyOf(5))
      await client.upsertEntity({ ...stored, partitionKey, rowKey: rowKeyFor(7), actor: 'user:victim' }, 'Replace')
    })
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'entry-added' })
  })

  it('is found out when it is the whole log of another tenant', async () => {
    const other = newTestLog(connectionString)
    await other.fill(6)
    await log.byHand('auditLog', async (client, partitionKey) => {
      const filter = `PartitionKey eq '${other.tenantId}'`
      for await (const stored of client.listEntities({ queryOptions: { filter } }))
        await client.upsertEntity({ ...stored, partitionKey, rowKey: stored.rowKey ?? '' }, 'Replace')
    })
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'head-forged' })
  })

  it('is found out when the head is gone', async () => {
    await rows().head.delete({ tenantId: log.tenantId })
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'head-missing', seq: 6 })
  })

  it('is found out when everything but the anchors is gone', async () => {
    await anchored()
    await rows().head.delete({ tenantId: log.tenantId })
    for (let seq = 1; seq <= 6; seq += 1) await remove(seq)
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'head-missing' })
  })

  it('is found out when a head of another tenant is put in its place', async () => {
    const other = newTestLog(connectionString)
    await other.fill(6)
    await rows().head.upsert({ ...(await other.head()), tenantId: log.tenantId })
    expect(await log.verify()).toMatchObject({ intact: false, fault: 'head-forged' })
  })
})
