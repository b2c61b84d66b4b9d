// A setting that names a secret of the vault, from the setting to the header that a peer gets.
import { afterAll, afterEach, aroundEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type RunningKeyVault, startKeyVault } from '../../../local/key-vault/key-vault.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { countsOf, setFaults, vaultClient } from '../../local/key-vault/vault-client.ts'
import { type Reply, json, startPeerServer } from '../../support/peer-server.ts'

const [oldKey, newKey] = ['aB3dE5fG7hJ9kL1mN2pQ4rS6', 'zY8xW6vU4tS2rQ1pN9mL7kJ5']

let vault: RunningKeyVault
let at: number
const lines: string[] = []
beforeAll(async () => {
  vault = await startKeyVault({ port: 0 })
})
afterAll(() => vault.close())
afterEach(() => setFaults(vault.url, []))
aroundEach((runTest) => runWithLogSink((_, line) => lines.push(line), runTest))

const servicesWith = (settings: Readonly<Record<string, string>>): Services => {
  at = Date.now()
  return createServices(loadConfig({ KEY_VAULT: vault.url, ...settings }), () => new Date(at))
}

const peerWith = async (...replies: Reply[]) => {
  const server = await startPeerServer(...replies)
  onTestFinished(() => server.close())
  return server
}

describe('a secret of a setting', () => {
  it('is the setting itself, without a look at the vault, or what the vault has under its name', async () => {
    await vaultClient(vault.url).setSecret('crm-key', newKey)
    const services = servicesWith({ PSA_SERVICE_KEY: oldKey, CRM_SERVICE_KEY: 'kv:crm-key' })
    const before = await countsOf(vault.url)
    expect(await services.secret('PSA_SERVICE_KEY')).toBe(oldKey)
    expect(await countsOf(vault.url)).toEqual(before)
    expect(await services.secret('CRM_SERVICE_KEY')).toBe(newKey)
    expect(await services.secret('AI_SSO_SECRET_PREVIOUS')).toBeUndefined()
  })

  it('that the vault does not have is missed by the name of its setting', async () => {
    await expect(servicesWith({ PSA_SERVICE_KEY: 'kv:nothing' }).secret('PSA_SERVICE_KEY')).rejects.toMatchObject({
      code: 'not-configured',
      message:
        'PSA_SERVICE_KEY cannot be used. The secret nothing is not in the key vault. Set it there, or change the setting that names it.',
      details: { settings: ['PSA_SERVICE_KEY'] },
    })
  })

  it('that is weak in the vault is not used, and not told', async () => {
    await vaultClient(vault.url).setSecret('weak', 'weak-secret')
    const reading = servicesWith({ PSA_SERVICE_KEY: 'kv:weak' }).secret('PSA_SERVICE_KEY')
    await expect(reading).rejects.toMatchObject({
      code: 'not-configured',
      message: 'This needs PSA_SERVICE_KEY: PSA_SERVICE_KEY is weak in the key vault.',
      details: { settings: ['PSA_SERVICE_KEY'] },
    })
  })

  it('that cannot be read for now is named, too', async () => {
    await setFaults(vault.url, [{ kind: 'status', status: 503 }])
    await expect(servicesWith({ PSA_SERVICE_KEY: 'kv:any' }).secret('PSA_SERVICE_KEY')).rejects.toMatchObject({
      code: 'vault-unavailable',
      message:
        'PSA_SERVICE_KEY cannot be used. The secret any could not be read from the key vault: it answered 503. Repeat it later.',
      details: { settings: ['PSA_SERVICE_KEY'] },
    })
  })
})

describe('a call to a peer', () => {
  const ticket = { id: 'T-1' }
  const settings = (url: string, name: string) => ({ PSA_API_URL: url, PSA_SERVICE_KEY: `kv:${name}` })

  it('goes out with the key of the vault, and once more with a newer one when the peer refuses it', async () => {
    const client = vaultClient(vault.url)
    await client.setSecret('rotating', oldKey)
    const peer = await peerWith(json(404, {}), json(401, {}), json(404, {}), json(404, {}))
    const psa = await servicesWith(settings(peer.baseUrl, 'rotating')).psa()
    await psa.getTicket('t1', ticket.id)
    await client.setSecret('rotating', newKey)
    at += 6_000
    await psa.getTicket('t1', ticket.id)
    await psa.getTicket('t1', ticket.id)
    expect(peer.requests.map(({ headers }) => headers['x-integration-key'])).toEqual([oldKey, oldKey, newKey, newKey])
    expect(lines.join('\n')).toContain('peer.key.renewed')
  })

  it('is not made again when there is no newer key', async () => {
    await vaultClient(vault.url).setSecret('refused', oldKey)
    const peer = await peerWith(json(401, {}), json(401, {}))
    const psa = await servicesWith(settings(peer.baseUrl, 'refused')).psa()
    await expect(psa.getTicket('t1', ticket.id)).rejects.toMatchObject({
      code: 'peer-unauthorized',
      details: { attempts: 1 },
    })
    at += 6_000
    await expect(psa.getTicket('t1', ticket.id)).rejects.toMatchObject({ code: 'peer-unauthorized' })
    expect(peer.requests).toHaveLength(2)
  })

  it('tells of the peer that refuses the key, not of the vault, when a newer one cannot be read', async () => {
    await vaultClient(vault.url).setSecret('unreadable', oldKey)
    const peer = await peerWith(json(404, {}), json(401, {}))
    const psa = await servicesWith(settings(peer.baseUrl, 'unreadable')).psa()
    await psa.getTicket('t1', ticket.id)
    await setFaults(vault.url, [{ kind: 'status', status: 503 }])
    at += 6_000
    await expect(psa.getTicket('t1', ticket.id)).rejects.toMatchObject({ code: 'peer-unauthorized' })
  })

  it('leaves no key in the log', () => {
    for (const key of [oldKey, newKey]) expect(lines.join('\n')).not.toContain(key)
  })
})
