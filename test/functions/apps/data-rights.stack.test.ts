// The commands by which the data of an organization is exported and deleted, as whoever runs them does.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { auditLogTable } from '../../../shared/audit-log/audit-table.ts'
import { tenantSettingsTable } from '../../../shared/tenants/tenant-settings.ts'
import { keySecretName, tenantTag } from '../../../shared/secrets/peer-keys.ts'
import { createVault } from '../../../shared/secrets/vault.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { newTenantId } from '../../support/browser-client.ts'
import { programAt } from '../../support/program.ts'
import { hubControl } from '../../support/hub-control.ts'

const { urls, settings } = inject('stack')
const vault = createVault(urls.keyVault)

// The command reads every table: of a storage in which nobody else leaves rows.
let azurite: TestAzurite
let store: Store
let run: ReturnType<typeof programAt>
beforeAll(async () => {
  azurite = await startAzurite()
  const { connectionString } = azurite
  store = createStore({ connectionString })
  run = programAt('functions/apps/data-rights.ts', { ...settings, DATA_STORAGE: connectionString })
  return azurite.stop
})

const fill = async (tenantId: string): Promise<string> => {
  const keyId = tenantId.slice(-12)
  await vault.set(keySecretName(keyId), 'value', { [tenantTag]: tenantId })
  await store.open(tenantSettingsTable).settings.insert({
    tenantId,
    clientId: '',
    revision: 'r',
    updatedAt: new Date().toISOString(),
    updatedBy: 'user:mia',
  })
  return keySecretName(keyId)
}
const isThere = async (tenantId: string): Promise<boolean> =>
  (await store.open(tenantSettingsTable).settings.get({ tenantId, clientId: '' })) !== undefined

describe('the command that deletes an organization', () => {
  it('refuses one that is active in Hub, and deletes rows and secrets of one that is suspended', async () => {
    const tenantId = newTenantId()
    const hub = hubControl(urls.hub, tenantId)
    await hub.putOrganization({ status: 'active' })
    const secret = await fill(tenantId)
    const order = ['delete', '--tenant', tenantId]
    const refused = await run(...order, '--confirm', tenantId)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--while-active') as string })
    expect(await isThere(tenantId)).toBe(true)
    await hub.putOrganization({ status: 'suspended' })
    const dry = await run(...order)
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was changed') as string })
    expect([await isThere(tenantId), (await vault.get(secret)).value]).toEqual([true, 'value'])
    const { code, stdout } = await run(...order, '--confirm', tenantId)
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { secrets: { purged: 1, recoverable: 0 }, overtaken: 0 }])
    expect(await isThere(tenantId)).toBe(false)
    expect(await vault.tagged(tenantTag, tenantId)).toEqual([])
  })

  it('deletes an active one when it is told to', async () => {
    const tenantId = newTenantId()
    await hubControl(urls.hub, tenantId).putOrganization({ status: 'active' })
    await fill(tenantId)
    expect(await run('delete', '--tenant', tenantId, '--confirm', tenantId, '--while-active')).toMatchObject({
      code: 0,
    })
    expect(await isThere(tenantId)).toBe(false)
  })

  it('changes nothing when the id is not repeated as it is', async () => {
    const tenantId = newTenantId()
    await fill(tenantId)
    const { code, stderr } = await run('delete', '--tenant', tenantId, '--confirm', 'other')
    expect([code, stderr]).toEqual([2, expect.stringContaining(`--confirm has to repeat`) as string])
    expect(await isThere(tenantId)).toBe(true)
  })
})

describe('the command that exports data', () => {
  const folder = mkdtempSync(join(tmpdir(), 'export-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const exportTo = (file: string, ...whose: readonly string[]) => run('export', ...whose, '--out', join(folder, file))
  const linesOf = (file: string): readonly unknown[] =>
    readFileSync(join(folder, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  const recorded = async (tenantId: string) =>
    (await store.open(auditLogTable).entry.list({ tenantId }, { limit: 10 })).rows.map(({ value }) => value)

  it('writes a file for its owner alone, never over another, and tells the audit log before', async () => {
    const tenantId = newTenantId()
    await fill(tenantId)
    expect(await exportTo('mia.jsonl', '--tenant', tenantId, '--person', 'mia')).toMatchObject({ code: 0 })
    expect(statSync(join(folder, 'mia.jsonl')).mode & 0o777).toBe(0o600)
    const lines = linesOf('mia.jsonl')
    expect(lines[0]).toMatchObject({ export: { kind: 'person', tenantId, id: 'mia' } })
    expect(lines.at(-1)).toEqual({ end: true, rows: 2 })
    expect(await recorded(tenantId)).toMatchObject([
      { action: 'data.exported', outcome: 'asked', subjects: ['user:mia'], facts: { of: 'person' } },
    ])
    const { code, stderr } = await exportTo('mia.jsonl', '--tenant', tenantId)
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('mia.jsonl is there already. Name another file with --out'),
    ])
    expect(linesOf('mia.jsonl')).toEqual(lines)
  })

  it('makes no log and no file for an organization of which nothing is kept', async () => {
    const tenantId = newTenantId()
    const { code, stderr } = await exportTo('nobody.jsonl', '--tenant', tenantId)
    expect([code, stderr]).toEqual([1, expect.stringContaining(`Nothing is kept of an organization ${tenantId}`)])
    expect(await recorded(tenantId)).toEqual([])
    expect(() => linesOf('nobody.jsonl')).toThrow('ENOENT')
  })
})
