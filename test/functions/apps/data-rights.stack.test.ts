// The command by which the data of an organization is deleted, as whoever runs it does.
import { describe, expect, inject, it } from 'vitest'
import { tenantSettingsTable } from '../../../shared/tenants/tenant-settings.ts'
import { keySecretName, tenantTag } from '../../../shared/secrets/peer-keys.ts'
import { createVault } from '../../../shared/secrets/vault.ts'
import { createStore } from '../../../shared/store/store.ts'
import { newTenantId } from '../../support/browser-client.ts'
import { programAt } from '../../support/program.ts'
import { hubControl } from '../../support/hub-control.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const vault = createVault(urls.keyVault)

const run = programAt('functions/apps/data-rights.ts', settings)

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
