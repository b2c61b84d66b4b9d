import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { tables } from '../../../functions/apps/tables.ts'
import { clientMappingTable } from '../../../functions/code/clients/client-mapping.ts'
import { sourceTable } from '../../../functions/code/sources/source-table.ts'
import { ticketTable } from '../../../functions/code/tickets/ticket-table.ts'
import { usageTable } from '../../../functions/code/billing/usage-table.ts'
import { answerTable } from '../../../shared/ai/answer-cache/answer-table.ts'
import { createAuditLog } from '../../../shared/audit-log/audit-log.ts'
import {
  createIntegrationKey,
  integrationKeyTable,
  keyListTable,
  revokeKey,
} from '../../../shared/auth/integration-key.ts'
import { keyUseTable } from '../../../shared/auth/key-use-table.ts'
import { createSessionCutoffs } from '../../../shared/auth/session-cutoff.ts'
import { sessionTable } from '../../../shared/auth/session.ts'
import { clientTable } from '../../../shared/clients/client-directory.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { deleteData } from '../../../shared/data-rights/deletion.ts'
import { exportedLines } from '../../../shared/data-rights/export.ts'
import type { Subject } from '../../../shared/data-rights/subject.ts'
import { createServices } from '../../../shared/services.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { tenantSettingsTable } from '../../../shared/tenants/tenant-settings.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { newTenantId } from '../../support/browser-client.ts'
import { isLong } from '../../support/thoroughness.ts'
import { signingKeys } from '../audit-log/logs.ts'
import { killedAfter } from '../effects/stepped-services.ts'

let azurite: TestAzurite
let store: Store
let tenantId: string
const at = new Date().toISOString()

beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore({ connectionString: azurite.connectionString })
})
afterAll(() => azurite.stop())
beforeEach(() => {
  tenantId = newTenantId()
})

const searchOf = (subject: Subject, among = tables) => ({ store, tables: among, subject, now: new Date() })
type Line = { readonly table?: string; readonly kind?: string; readonly row?: Record<string, unknown> }
const exported = async (subject: Subject, among = tables): Promise<readonly Line[]> => {
  const lines: Line[] = []
  for await (const line of exportedLines(searchOf(subject, among))) lines.push(JSON.parse(line) as Line)
  return lines
}
/** Kinds of rows and how many of each. */
const foundOf = async (subject: Subject, among = tables): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = {}
  for (const { table, kind } of await exported(subject, among))
    if (table !== undefined) counts[`${table}.${kind}`] = (counts[`${table}.${kind}`] ?? 0) + 1
  return counts
}
const erase = (subject: Subject, isDry = false, among = tables) => deleteData(searchOf(subject, among), { isDry })

const person = (id: string): Subject => ({ kind: 'person', tenantId, id })
const client = (id: string): Subject => ({ kind: 'client', tenantId, id })
const whole = (): Subject => ({ kind: 'tenant', tenantId })

const openSession = (userId: string, of = tenantId) =>
  store.open(sessionTable).session.insert({
    idHash: randomUUID(),
    product: 'code',
    userId,
    email: `${userId}@example.com`,
    firstName: 'Mia',
    lastName: 'Sample',
    role: 'admin',
    tenantId: of,
    tenantSlug: of,
    tenantName: of,
    entitlements: ['code'],
    hubSessionId: randomUUID(),
    issuedAt: at,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  })

const settle = (userId: string, clientId = '') =>
  store.open(tenantSettingsTable).settings.insert({
    tenantId,
    clientId,
    revision: randomUUID(),
    updatedAt: at,
    updatedBy: `user:${userId}`,
  })

const record = (actor: string, of = tenantId) =>
  createAuditLog({
    store,
    now: () => new Date(),
    keys: () => Promise.resolve(signingKeys),
  }).append(of, { action: 'client.changed', outcome: 'asked', actor })

const keepAnswer = (place: string, userId?: string) =>
  store.open(answerTable).answer.insert({
    tenantId,
    place,
    digest: place.repeat(20),
    feature: 'code-documentation',
    ...(userId !== undefined && { userId }),
    until: new Date(Date.now() + 3_600_000).toISOString(),
    sealed: 'sealed1.key.text',
  })

const keyOf = async (userId: string): Promise<string> => {
  const key = await createIntegrationKey(store, {
    environment: 'test',
    tenantId,
    integration: 'person→ai',
    scopes: ['ai:keys:read'],
    holder: { userId, role: 'admin', since: at },
    now: new Date(),
  })
  const keyId = key.split('_')[2] ?? ''
  await store.open(keyUseTable).first.insert({ tenantId, keyId, at })
  return keyId
}

const file = async (ref: string, repositoryId: string, clientId?: string): Promise<void> => {
  const rows = store.open(ticketTable)
  const fingerprint = `fingerprint of ${ref}`
  await rows.ticket.insert({
    tenantId,
    ref,
    createdAt: at,
    state: 'begun',
    title: ref,
    type: 'vulnerability',
    repository: { id: repositoryId, name: repositoryId },
    findings: [{ findingId: ref, fingerprint, severity: 'high' }],
    filedBy: 'user:mia',
    ...(clientId !== undefined && { clientId }),
  })
  await rows.finding.insert({ tenantId, findingId: ref, fingerprint })
}

describe('the data of a person', () => {
  it('is what is theirs and what names them, of their own organization and of nobody else', async () => {
    await openSession('mia')
    await openSession('tom')
    await openSession('mia', newTenantId())
    await settle('mia')
    await settle('tom', 'client-1')
    await keyOf('mia')
    await keyOf('tom')
    expect(await foundOf(person('mia'))).toEqual({
      'sessions.session': 1,
      'tenantSettings.settings': 1,
      'integrationKeys.key': 1,
      'integrationKeyLists.ofTenant': 1,
      'integrationKeyLists.ofPerson': 1,
      'keyUse.first': 1,
    })
  })

  it('is exported without hashes, as lines with a beginning and an end', async () => {
    await openSession('mia')
    await keyOf('mia')
    const lines = await exported(person('mia'))
    expect(lines[0]).toMatchObject({ export: { kind: 'person', tenantId, id: 'mia' } })
    expect(lines.at(-1)).toEqual({ end: true, rows: 5 })
    const shown = JSON.stringify(lines)
    expect(shown).toContain('mia@example.com')
    expect(shown).not.toMatch(/idHash|hubSessionId|keyHash/)
  })

  it('is exported without the ids of others in what only names them', async () => {
    const keyId = await keyOf('tom')
    await revokeKey(store, { tenantId, keyId }, { at, by: 'user:mia' })
    const ofKey = (lines: readonly Line[]) => lines.find(({ table }) => table === 'integrationKeys')?.row
    expect(ofKey(await exported(person('mia')))).toMatchObject({
      keyId,
      holder: { userId: 'user:another' },
      revoked: { by: 'user:mia' },
    })
    expect(JSON.stringify(await exported(person('mia')))).not.toMatch(/\btom\b/)
    expect(ofKey(await exported(person('tom')))).toMatchObject({
      holder: { userId: 'tom' },
      revoked: { by: 'user:mia' },
    })
  })

  it('is deleted, their name is taken out of what stays, and what is kept is said', async () => {
    await openSession('mia')
    await openSession('tom')
    await settle('mia')
    const keyId = await keyOf('mia')
    await createSessionCutoffs(store).cutOffUser({ tenantId, userId: 'mia' }, { notBefore: new Date() })
    const planned = await erase(person('mia'), true)
    expect(Object.keys(await foundOf(person('mia')))).toContain('sessions.session')
    const report = await erase(person('mia'))
    expect(report).toEqual(planned)
    expect(report).toMatchObject({
      deleted: { 'sessions.session': 1, 'keyUse.first': 1, 'integrationKeys.key': 1 },
      unnamed: { 'tenantSettings.settings': 1 },
      kept: { 'sessionCutoffs.user': { rows: 1 } },
      overtaken: 0,
    })
    const settings = await store.open(tenantSettingsTable).settings.get({ tenantId, clientId: '' })
    expect(settings?.value.updatedBy).toBe('user:erased')
    expect(await store.open(keyUseTable).first.get({ tenantId, keyId })).toBeUndefined()
    expect(Object.keys(await foundOf(person('mia')))).toEqual(['sessionCutoffs.user'])
    expect(await foundOf(person('tom'))).toEqual({ 'sessions.session': 1 })
    expect(await erase(person('mia'))).toMatchObject({ deleted: {}, unnamed: {} })
  })

  it('is found to the end when a deletion was cut off before the last row', async () => {
    await keyOf('mia')
    const own = store.open(keyListTable).ofPerson
    const before = (await own.list({ tenantId }, { limit: 10 })).rows
    const report = await erase(person('mia'), true)
    // What leads to the rest goes last.
    expect(Object.keys(report.deleted).at(-1)).toBe('integrationKeyLists.ofPerson')
    expect(before).toHaveLength(1)
  })
})

describe('the data of a client', () => {
  it('is what names it, what is about its repositories, and what leads there; what says another client is that one’s', async () => {
    await store.open(clientTable).client.insert({ tenantId, clientId: 'c-1', name: 'Fabrikam' })
    await store.open(clientTable).client.insert({ tenantId, clientId: 'c-2', name: 'Other' })
    const mappings = store.open(clientMappingTable).mapping
    await mappings.insert({ tenantId, source: 'repository', sourceId: 'repo-1', clientId: 'c-1' })
    await mappings.insert({ tenantId, source: 'repository', sourceId: 'repo-2', clientId: 'c-2' })
    await file('by-id', 'repo-9', 'c-1')
    await file('by-repository', 'repo-1')
    await file('of-another', 'repo-1', 'c-2')
    await file('of-none', 'repo-9')
    const own = await exported(client('c-1'))
    const refs = own.flatMap(({ kind, row }) => (kind === 'ticket' ? [row?.['ref']] : []))
    expect(new Set(refs)).toEqual(new Set(['by-id', 'by-repository']))
    expect(await foundOf(client('c-1'))).toEqual({
      'clients.client': 1,
      'codeClientMappings.mapping': 1,
      'codeTickets.ticket': 2,
      'codeTickets.finding': 2,
    })
    const { deleted } = await erase(client('c-1'))
    expect(Object.keys(deleted).at(-1)).toBe('codeClientMappings.mapping')
    expect(await foundOf(client('c-1'))).toEqual({})
    expect(await foundOf(client('c-2'))).toMatchObject({ 'clients.client': 1, 'codeTickets.ticket': 1 })
  })
})

describe('the data of an organization', () => {
  it('goes, but for the audit log and what stands behind a bill, and that of another stays', async () => {
    const other = newTenantId()
    await openSession('mia')
    await openSession('mia', other)
    await store
      .open(usageTable)
      .day.insert({ tenantId, date: '2026-03-01', quantity: 1, countedAt: at, state: 'counted' })
    const report = await erase(whole())
    expect(report).toMatchObject({
      deleted: { 'sessions.session': 1 },
      kept: { 'codeUsage.day': { rows: 1, why: expect.stringContaining('bill') as string } },
    })
    expect(await foundOf(whole())).toEqual({ 'codeUsage.day': 1 })
    expect(await foundOf({ kind: 'tenant', tenantId: other })).toEqual({ 'sessions.session': 1 })
  })
})

describe('a deletion that is cut off', () => {
  /** Those with rows. Where there are none, nothing can be cut off: a long run looks there as well. */
  const filled = new Set(
    [
      clientTable,
      clientMappingTable,
      sourceTable,
      ticketTable,
      sessionTable,
      tenantSettingsTable,
      integrationKeyTable,
      keyListTable,
      keyUseTable,
    ].map(({ name }) => name),
  )
  const among = isLong ? tables : tables.filter(({ name }) => filled.has(name))
  const fill = async (): Promise<void> => {
    await store.open(clientTable).client.insert({ tenantId, clientId: 'c-1', name: 'Fabrikam' })
    const mappings = store.open(clientMappingTable).mapping
    await mappings.insert({ tenantId, source: 'organization', sourceId: 'org-1', clientId: 'c-1' })
    await store.open(sourceTable).repository.insert({
      tenantId,
      repositoryId: 'repo-1',
      orgId: 'org-1',
      name: 'billing',
      discoveredAt: at,
      seenAt: at,
    })
    await file('of-the-repository', 'repo-1')
    await openSession('mia')
    await settle('mia', 'c-1')
    await keyOf('mia')
  }
  const counted = (found: Readonly<Record<string, number>>): number =>
    Object.values(found).reduce((sum, count) => sum + count, 0)

  it.each([
    ['a person', () => person('mia')],
    ['a client', () => client('c-1')],
    ['an organization', whole],
  ] as const)('after any number of rows of %s is finished when it is run again', async (_, subject) => {
    await fill()
    const kept = Object.keys((await erase(subject(), true, among)).kept)
    const total = counted(await foundOf(subject(), among))
    expect(total).toBeGreaterThan(3)
    // Nothing is anywhere else.
    expect(counted(await foundOf(subject()))).toBe(total)
    for (let rows = 0; rows < total - kept.length; rows += 1) {
      tenantId = newTenantId()
      await fill()
      const services = createServices(loadConfig({ DATA_STORAGE: azurite.connectionString }))
      const killed = killedAfter(services, tenantId, rows).store()
      const cut = deleteData({ ...searchOf(subject(), among), store: killed }, { isDry: false })
      await expect(cut, `after ${rows} of ${total}`).rejects.toThrow('Killed before')
      await erase(subject(), false, among)
      // What is kept is not found any more once what led to it is gone.
      const left = Object.keys(await foundOf(subject(), among)).filter((name) => !kept.includes(name))
      expect(left, `after ${rows} of ${total}`).toEqual([])
      // What is of the client is looked for in the organization too: a row that nobody finds any more would stay.
      if (subject().kind === 'client')
        expect(Object.keys(await foundOf(whole(), among)).join()).not.toContain('codeTickets')
    }
  })
})

it('the audit log stays whole, whoever is deleted', async () => {
  await record('user:mia')
  for (const subject of [person('mia'), whole()]) {
    const { deleted, kept } = await erase(subject)
    expect(Object.keys(deleted).filter((name) => name.startsWith('auditLog'))).toEqual([])
    expect(kept['auditLog.entry']).toMatchObject({ rows: 1 })
  }
})

describe('a row that somebody has damaged', () => {
  const damage = async (table: string, filter: string): Promise<void> => {
    await store.connection(table).run('tamper', async (rows) => {
      for await (const row of rows.listEntities({ queryOptions: { filter } })) {
        const [partitionKey, rowKey] = [row.partitionKey ?? '', row.rowKey ?? '']
        await rows.updateEntity({ partitionKey, rowKey, tenantId: 7 }, 'Replace')
      }
      return { done: true }
    })
  }

  it('of the audit log keeps nobody from the deletion and the export of all else', async () => {
    await record('user:mia')
    await openSession('mia')
    await damage('auditLog', `PartitionKey eq '${tenantId}' and RowKey ge 'entry' and RowKey lt 'entry~'`)
    expect((await exported(whole())).at(-1)).toEqual({ end: true, rows: 3, damaged: { 'auditLog.entry': 1 } })
    expect(await erase(whole())).toMatchObject({ deleted: { 'sessions.session': 1 }, damaged: {} })
    expect(Object.keys(await foundOf(whole()))).not.toContain('sessions.session')
  })

  it('is counted by a deletion, which goes on with those after it', async () => {
    await settle('mia')
    await openSession('mia')
    await damage('tenantSettings', `PartitionKey eq '${tenantId}'`)
    const report = await erase(whole())
    expect(report).toMatchObject({ deleted: { 'sessions.session': 1 }, damaged: { 'tenantSettings.settings': 1 } })
  })
})

describe('kept answers of models, which may rest on anybody', () => {
  it.each<readonly [string, () => Subject]>([
    ['a person', () => person('mia')],
    ['a client', () => client('fabrikam')],
    ['the organization', whole],
  ])('go with the data of %s', async (_, subject) => {
    await keepAnswer('00a')
    await keepAnswer('00b', 'tom')
    await erase(subject())
    const left = await store.open(answerTable).answer.list({ tenantId }, { limit: 10 })
    expect(left.rows).toEqual([])
  })

  it('are in the export of the person alone for whom they were kept', async () => {
    await keepAnswer('00a')
    await keepAnswer('00b', 'tom')
    const countOf = async (subject: Subject) => (await foundOf(subject))['aiAnswers.answer'] ?? 0
    expect(await Promise.all([person('mia'), person('tom'), client('fabrikam')].map(countOf))).toEqual([0, 1, 0])
  })
})
