// What is said of a key vault that does not do what it was asked for.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKeyVault } from '../../../local/key-vault/key-vault.ts'
import { type Vault, createVault } from '../../../shared/secrets/vault.ts'
import { setFaults } from '../../local/key-vault/vault-client.ts'

let server: Awaited<ReturnType<typeof startKeyVault>>
let vault: Vault
beforeAll(async () => {
  server = await startKeyVault({ port: 0 })
  vault = createVault(server.url)
})
afterAll(() => server.close())

const tasks: Readonly<Record<string, readonly [string, () => Promise<unknown>]>> = {
  reading: ['The secret mine could not be read from the key vault', () => vault.get('mine')],
  'listing versions': ['The secret mine could not be read from the key vault', () => vault.versions('mine')],
  writing: ['The secret mine could not be written to the key vault', () => vault.set('mine', 'value')],
  deleting: ['The secret mine could not be deleted from the key vault', () => vault.delete('mine')],
  purging: ['The secret mine could not be deleted from the key vault', () => vault.purge('mine')],
  disabling: ['The secret mine could not be disabled in the key vault', () => vault.disable('mine', 'a1')],
  searching: ['The secrets with the tag tenant could not be listed', () => vault.tagged('tenant', 't')],
}

describe('the error of the key vault', () => {
  it.each(Object.keys(tasks))('of %s says what could not be done, and what to do', async (name) => {
    const [text, run] = tasks[name] ?? ['', async () => {}]
    await setFaults(server.url, [{ kind: 'status', status: 409 }])
    await expect(run()).rejects.toMatchObject({
      code: 'vault-unavailable',
      message: `${text}: it answered 409. Repeat it later.`,
    })
    await setFaults(server.url, [{ kind: 'status', status: 403 }])
    await expect(run()).rejects.toMatchObject({
      code: 'vault-unavailable',
      message: `${text}: it does not allow this app to do that. Deploy the roles of the app again.`,
    })
  })
})
