// The secrets that the key vault has of an organization: found whether or not they are deleted already, and gone for good.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKeyVault } from '../../../local/key-vault/key-vault.ts'
import { deleteSecrets } from '../../../shared/data-rights/vault-secrets.ts'
import type { Subject } from '../../../shared/data-rights/subject.ts'
import { tenantTag } from '../../../shared/secrets/peer-keys.ts'
import { type Vault, createVault } from '../../../shared/secrets/vault.ts'
import { newTenantId } from '../../support/browser-client.ts'
import { setFaults, vaultClient } from '../../local/key-vault/vault-client.ts'

let server: Awaited<ReturnType<typeof startKeyVault>>
let vault: Vault
beforeAll(async () => {
  server = await startKeyVault({ port: 0 })
  vault = createVault(server.url)
})
afterAll(() => server.close())

const subjectOf = (tenantId: string): Subject => ({ kind: 'tenant', tenantId })
const erase = (tenantId: string, isDry = false) => deleteSecrets(vault, subjectOf(tenantId), { isDry })
const put = async (tenantId: string, ...names: readonly string[]): Promise<readonly string[]> => {
  const full = names.map((name) => `${name}-${tenantId}`)
  for (const name of full) await vault.set(name, 'value', { [tenantTag]: tenantId })
  return full
}
/** Also what can be recovered. */
const left = async (): Promise<readonly string[]> => {
  const client = vaultClient(server.url)
  const names: string[] = []
  for await (const { name } of client.listPropertiesOfSecrets()) names.push(name)
  for await (const { name } of client.listDeletedSecrets()) names.push(`${name} deleted`)
  return names
}

describe('the secrets of an organization', () => {
  it('are counted by a dry run, and gone for good after the deletion; those of another stay', async () => {
    const [tenantId, other] = [newTenantId(), newTenantId()]
    const [first = ''] = await put(tenantId, 'a', 'b')
    await vault.set(first, 'another version', { [tenantTag]: tenantId })
    const [kept = ''] = await put(other, 'a')
    await vault.set('of-nobody', 'value')
    const [retired = ''] = await put(tenantId, 'c')
    await vault.delete(retired)
    expect(await erase(tenantId, true)).toEqual({ purged: 3, recoverable: 0 })
    expect(await left()).toContain(first)
    expect(await erase(tenantId)).toEqual({ purged: 3, recoverable: 0 })
    expect((await left()).toSorted()).toEqual([kept, 'of-nobody'].toSorted())
    expect(await erase(tenantId)).toEqual({ purged: 0, recoverable: 0 })
  })

  it('are all gone when a deletion that was cut off is run again', async () => {
    const tenantId = newTenantId()
    await put(tenantId, 'a', 'b', 'c')
    let purges = 0
    const cut: Pick<Vault, 'tagged' | 'purge'> = {
      tagged: vault.tagged,
      purge: async (name) => {
        purges += 1
        if (purges === 2) {
          await vault.delete(name)
          throw new Error('Killed between the deletion and the purge.')
        }
        return vault.purge(name)
      },
    }
    await expect(deleteSecrets(cut, subjectOf(tenantId), { isDry: false })).rejects.toThrow('Killed')
    expect(await erase(tenantId)).toEqual({ purged: 2, recoverable: 0 })
    expect((await left()).join()).not.toContain(tenantId)
  })

  it('are deleted and counted apart where the vault is protected against purging', async () => {
    const tenantId = newTenantId()
    const [name] = await put(tenantId, 'a')
    await setFaults(server.url, [{ kind: 'status', status: 403, operation: 'purgeSecret' }])
    expect(await erase(tenantId)).toEqual({ purged: 0, recoverable: 1 })
    await setFaults(server.url, [])
    expect(await left()).toContain(`${name} deleted`)
  })

  it('do not stay unnoticed when the vault does not answer', async () => {
    const tenantId = newTenantId()
    await put(tenantId, 'a')
    await setFaults(server.url, [{ kind: 'status', status: 503 }])
    await expect(erase(tenantId)).rejects.toMatchObject({ code: 'vault-unavailable' })
    await setFaults(server.url, [])
  })

  it('are none of a client or a person', async () => {
    const tenantId = newTenantId()
    await put(tenantId, 'a')
    const report = await deleteSecrets(vault, { kind: 'client', tenantId, id: tenantId }, { isDry: false })
    expect(report).toEqual({ purged: 0, recoverable: 0 })
  })
})
