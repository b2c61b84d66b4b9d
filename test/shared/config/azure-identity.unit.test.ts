import http from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { azureCredential } from '../../../shared/config/azure-credential.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { peerKeyTable } from '../../../shared/secrets/peer-keys.ts'
import { createServices } from '../../../shared/services.ts'

const clientId = '9f0c5a52-6f0e-4f0e-9a57-0c7a3a1f5be1'

type Asked = { readonly host: string; readonly path: string; readonly authorization: string | undefined }

/** The identity of the app, asked for a token: for what, and as whom. */
const tokens: { resource: string | null; as: string | null }[] = []
const requests: Asked[] = []
const connections: { host: unknown; port: unknown }[] = []

/** Stands for the identity endpoint of App Service, and for every service that is reached by https: what was asked of which host. */
const server = http.createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const answer = (status: number, body: object, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }
  if (url.pathname === '/msi/token') {
    const resource = url.searchParams.get('resource')
    tokens.push({ resource, as: url.searchParams.get('client_id') })
    const expires_on = String(Math.floor(Date.now() / 1_000) + 3_600)
    return answer(200, { access_token: `token-of-${resource}`, expires_on, resource, token_type: 'Bearer' })
  }
  const host = String(request.headers['x-asked-host'])
  const { authorization } = request.headers
  requests.push({ host, path: request.url ?? '', authorization })
  if (!host.includes('vault')) return answer(404, { 'odata.error': { code: 'ResourceNotFound' } })
  if (authorization === undefined)
    return answer(
      401,
      {},
      {
        'www-authenticate':
          'Bearer authorization="https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111", resource="https://vault.azure.net"',
      },
    )
  answer(200, {
    value: 'a-key-that-nobody-guesses-7Qx2',
    id: `https://${host}/secrets/psa-service-key/1`,
    attributes: {},
  })
})

const original = { request: https.request, connect: tls.connect }

beforeAll(async () => {
  // Loaded before any time counts.
  await Promise.all([import('@azure/data-tables'), import('@azure/identity'), import('@azure/service-bus')])
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${port}/msi/token`)
  vi.stubEnv('IDENTITY_HEADER', 'header')
  vi.stubEnv('AZURE_CLIENT_ID', clientId)
  // The wire: what would go out by https or AMQP over TLS comes here.
  https.request = ((options: http.RequestOptions, done: (response: http.IncomingMessage) => void) =>
    http.request(
      {
        method: options.method,
        path: options.path,
        headers: { ...(options.headers as http.OutgoingHttpHeaders), 'x-asked-host': options.hostname ?? '' },
        hostname: '127.0.0.1',
        port,
      },
      done,
    )) as typeof https.request
  tls.connect = ((toPort: unknown, host: unknown) => {
    connections.push({ host, port: toPort })
    return new PassThrough()
  }) as unknown as typeof tls.connect
  syncBuiltinESMExports()
})

afterAll(() => {
  Object.assign(https, { request: original.request })
  Object.assign(tls, { connect: original.connect })
  syncBuiltinESMExports()
  vi.unstubAllEnvs()
  server.close()
})

beforeEach(() => {
  for (const list of [tokens, requests, connections]) list.length = 0
})

const onAzure = (settings: Readonly<Record<string, string>>) =>
  createServices(loadConfig({ WEBSITE_SITE_NAME: 'func-theonecode-api', ...settings }))

const vaults = {
  KEY_VAULT: 'https://kv-suite.vault.azure.net',
  TENANT_VAULT: 'https://kt-suite.vault.azure.net',
  PSA_SERVICE_KEY: 'kv:psa-service-key',
}

describe('the managed identity of an app', () => {
  it('reads tables at the URL of DATA_STORAGE', async () => {
    const store = onAzure({ DATA_STORAGE: 'https://stsuite.table.core.windows.net' }).store()
    expect(await store.open(peerKeyTable).current.get({ tenantId: 't-1', peer: 'psa' })).toBeUndefined()
    expect(tokens).toEqual([{ resource: 'https://storage.azure.com', as: clientId }])
    expect(requests.map(({ host, authorization }) => ({ host, authorization }))).toEqual([
      { host: 'stsuite.table.core.windows.net', authorization: 'Bearer token-of-https://storage.azure.com' },
    ])
    expect(requests[0]?.path).not.toMatch(/sig=|sv=/)
  })

  it('reads secrets of settings in KEY_VAULT', async () => {
    expect(await onAzure(vaults).secret('PSA_SERVICE_KEY')).toBe('a-key-that-nobody-guesses-7Qx2')
    expect(tokens).toEqual([{ resource: 'https://vault.azure.net', as: clientId }])
    expect(requests.at(-1)).toMatchObject({
      host: 'kv-suite.vault.azure.net',
      authorization: 'Bearer token-of-https://vault.azure.net',
    })
    expect(new Set(requests.map(({ host }) => host))).toEqual(new Set(['kv-suite.vault.azure.net']))
  })

  it('reads keys of organizations in TENANT_VAULT, and in KEY_VAULT where there is none', async () => {
    const read = async (services: ReturnType<typeof onAzure>) => {
      requests.length = 0
      await (await services.tenantSecrets()).cache.read('integration-key-k1')
      return [...new Set(requests.map(({ host }) => host))]
    }
    expect(await read(onAzure(vaults))).toEqual(['kt-suite.vault.azure.net'])
    const { TENANT_VAULT: _tenantVault, ...one } = vaults
    expect(await read(onAzure(one))).toEqual(['kv-suite.vault.azure.net'])
    expect(tokens.every(({ as }) => as === clientId)).toBe(true)
  })

  it('connects to the namespace of SERVICE_BUS__fullyQualifiedNamespace, without a key', async () => {
    const services = onAzure({
      SERVICE_BUS__fullyQualifiedNamespace: 'sb-suite.servicebus.windows.net',
      SERVICE_BUS__credential: 'managedidentity',
      SERVICE_BUS__clientId: clientId,
    })
    const queues = await services.queues()
    const message = { messageId: 'm1', body: '{}', properties: {} }
    // Nobody answers there, so the message stays unsent: what counts is where it was to go.
    queues.send('hub-audit-events', message).catch(() => {})
    await vi.waitFor(() => expect(connections).not.toEqual([]), { timeout: 10_000 })
    expect(connections[0]).toMatchObject({ host: 'sb-suite.servicebus.windows.net', port: 5671 })
    queues.close().catch(() => {})
  })

  it('is the one that AZURE_CLIENT_ID names, whatever it is asked for', async () => {
    const credential = await azureCredential()
    const { token } = (await credential.getToken('https://servicebus.azure.net/.default')) ?? {}
    expect(token).toBe('token-of-https://servicebus.azure.net')
    expect(tokens).toEqual([{ resource: 'https://servicebus.azure.net', as: clientId }])
  })
})
