// With which key a product is called for an organization that has one of its own.
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest'
import { type RunningKeyVault, startKeyVault } from '../../../local/key-vault/key-vault.ts'
import { type PeerKeys, createPeerKeys, keySecretName, peerKeyTable } from '../../../shared/secrets/peer-keys.ts'
import { openSecrets } from '../../../shared/secrets/secrets.ts'
import { createStore } from '../../../shared/store/store.ts'
import { countsOf, vaultClient } from '../../local/key-vault/vault-client.ts'
import { newTenantId } from '../../support/browser-client.ts'

const store = createStore({ connectionString: inject('stack').settings['DATA_STORAGE'] ?? '' })
let vault: RunningKeyVault
let tenantId: string
let at: number
let keys: PeerKeys
beforeAll(async () => {
  vault = await startKeyVault({ port: 0 })
})
afterAll(() => vault.close())
beforeEach(() => {
  tenantId = newTenantId()
  at = Date.now()
  const now = (): Date => new Date(at)
  const { cache } = openSecrets(vault.url, now)
  keys = createPeerKeys(store, async () => cache, now)
})

const hasKey = (keyId: string) =>
  store.open(peerKeyTable).current.upsert({ tenantId, peer: 'psa', keyId, promotedAt: new Date(at).toISOString() })
const set = (keyId: string, value: string) => vaultClient(vault.url).setSecret(keySecretName(keyId), value)
const read = (refused?: string) => keys.read({ tenantId, peer: 'psa' }, refused)
const pass = (seconds: number): void => {
  at += seconds * 1_000
}

it('is none where the organization has none, and none of another organization or product', async () => {
  await set('one', 'key-one')
  await hasKey('one')
  expect(await keys.read({ tenantId: newTenantId(), peer: 'psa' })).toBeUndefined()
  expect(await keys.read({ tenantId, peer: 'crm' })).toBeUndefined()
  expect(await read()).toBe('key-one')
})

it('is the new one at once when the product refuses the old one, however fresh what is known is', async () => {
  await set('two', 'key-two')
  await set('three', 'key-three')
  await hasKey('two')
  expect(await read()).toBe('key-two')
  await hasKey('three')
  pass(6)
  expect(await read()).toBe('key-two')
  expect(await read('key-two')).toBe('key-three')
})

it('is read anew from the vault when the product refuses what was set there by hand meanwhile', async () => {
  await set('four', 'key-four')
  await hasKey('four')
  expect(await read()).toBe('key-four')
  await set('four', 'key-four-mended')
  pass(6)
  expect(await read('key-four')).toBe('key-four-mended')
  // Not again and again: the product may refuse that one, too.
  const readings = (await countsOf(vault.url))['getSecret']
  expect(await read('key-four-mended')).toBe('key-four-mended')
  expect((await countsOf(vault.url))['getSecret']).toBe(readings)
})
