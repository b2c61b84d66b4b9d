// A host of its own with bad settings, beside the one of the other tests: what still works, and what it says of the rest.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { type Child, startChild } from '@theone/local-process/child-process'
import { anyPorts } from '../../../local/ports.ts'
import { defaultEntry, programOf } from '../../../local/parts.ts'
import { beginLogin, claimsOf, hubToken, identity, newClient, signIn } from '../../support/browser-client.ts'
import { vulnerability } from '../../support/findings.ts'
import { expectProblem, problemOf } from '../../support/problem.ts'

const stack = inject('stack')
const folders: string[] = []
const hosts: Child[] = []

const startHostWith = async (changes: Record<string, string>): Promise<{ url: string; lines: readonly string[] }> => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'health-'))
  folders.push(dataFolder)
  const lines: string[] = []
  const { file, args, env } = programOf.functions({
    ports: anyPorts,
    dataFolder,
    settings: { ...stack.settings, ...changes },
    entry: defaultEntry,
  })
  const host = await startChild({ name: 'Functions', file, args, env, onLine: (line) => lines.push(line) })
  hosts.push(host)
  return { url: host.urls['functions'] ?? '', lines }
}

afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop()))
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('an app with bad settings', () => {
  const weak = 'short-and-weak'
  const previous = 'Zt5uV0eXo9iKjN3mBq7wCy1rP4lSa8Dh'
  let urls: { functions: string; hub: string }
  let lines: readonly string[]

  beforeAll(async () => {
    const host = await startHostWith({
      PSA_API_URL: 'http://psa.example.com',
      CRM_SERVICE_KEY: 'kv:no-such-secret',
      PSA_SERVICE_KEY: '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/psa/)',
      AI_SSO_SECRET: weak,
      AI_PUBLIC_URL: '',
      PORTAL_SSO_SECRET_PREVIOUS: previous,
    })
    urls = { functions: host.url, hub: stack.urls.hub }
    lines = host.lines
  })

  const get = (path: string): Promise<Response> => newClient(urls).fetch(path)
  const Ready = z.strictObject({
    status: z.literal('not-ready'),
    settings: z.array(z.strictObject({ name: z.string(), fault: z.string(), advice: z.string().min(10) })),
    checks: z.array(z.strictObject({ id: z.string(), ok: z.boolean(), ms: z.int() })),
  })

  it('has all its functions', async () => {
    const [own, good] = await Promise.all(
      [urls.functions, stack.urls.functions].map(async (url) =>
        z.array(z.object({ name: z.string() })).parse(await (await fetch(`${url}/admin/functions`)).json()),
      ),
    )
    expect(own).toEqual(good)
  })

  it('is live', async () => {
    for (const path of ['code', 'ai', 'code/background']) {
      const response = await get(`/api/${path}/health/live`)
      expect([response.status, await response.json()]).toEqual([200, { status: 'live' }])
    }
  })

  it('is not ready, and names each bad setting of the app with its fault and never its value', async () => {
    const expected = {
      code: { PSA_API_URL: 'invalid', PSA_SERVICE_KEY: 'unresolved', CRM_SERVICE_KEY: 'unresolved' },
      ai: {
        AI_SSO_SECRET: 'weak',
        AI_PUBLIC_URL: 'missing',
        PSA_API_URL: 'invalid',
        PSA_SERVICE_KEY: 'unresolved',
        CRM_SERVICE_KEY: 'unresolved',
      },
      'code/background': { PSA_API_URL: 'invalid', PSA_SERVICE_KEY: 'unresolved', CRM_SERVICE_KEY: 'unresolved' },
    }
    for (const [path, faults] of Object.entries(expected)) {
      const response = await get(`/api/${path}/health/ready`)
      const text = await response.text()
      expect(response.status).toBe(503)
      const { settings, checks } = Ready.parse(JSON.parse(text))
      expect(Object.fromEntries(settings.map(({ name, fault }) => [name, fault]))).toEqual(faults)
      expect(checks).toMatchObject([{ id: 'storage', ok: true }])
      for (const value of ['psa.example.com', 'vault.azure.net', weak]) expect(text).not.toContain(value)
    }
  })

  it('answers 503 where a bad setting is needed, and names it', async () => {
    const client = await signIn(urls, identity())
    const bad = ['PSA_API_URL', 'PSA_SERVICE_KEY']
    await expectProblem(
      await client.send('POST', '/api/code/tickets', vulnerability()),
      problemOf(
        'not-configured',
        'This needs PSA_API_URL, PSA_SERVICE_KEY: PSA_API_URL is invalid, PSA_SERVICE_KEY is unresolved.',
        { settings: bad },
      ),
    )
    for (const path of ['/api/ai/login', '/api/ai/openapi.json'])
      expect(await (await get(path)).json()).toMatchObject({
        type: 'urn:theonestack:problem:not-configured',
        status: 503,
        settings: expect.arrayContaining(['AI_PUBLIC_URL']) as unknown,
      })
  })

  it('does everything else: people sign in, see who they are, and list tickets', async () => {
    const who = identity()
    const client = await signIn(urls, who)
    expect(await (await client.fetch('/api/code/session')).json()).toMatchObject({ user: { id: who.userId } })
    expect(await (await client.fetch('/api/code/tickets')).json()).toMatchObject({ tickets: [] })
    expect((await client.fetch('/api/code/session', { method: 'DELETE' })).status).toBe(204)
  })

  it('tells the log which settings are bad, and not what they are', () => {
    const told = lines.filter((line) => line.includes('app.setting.not_usable')).join('\n')
    for (const name of ['PSA_API_URL', 'PSA_SERVICE_KEY', 'AI_SSO_SECRET', 'AI_PUBLIC_URL'])
      expect(told).toContain(`"setting":"${name}"`)
    for (const value of ['psa.example.com', 'vault.azure.net', weak, previous])
      expect(lines.join('\n')).not.toContain(value)
  })

  it('takes tokens of the previous secret while it is set', async () => {
    const exchange = async (at: typeof urls): Promise<number> => {
      const client = newClient(at)
      const nonce = await beginLogin(client, 'code')
      const token = await hubToken(at, {
        product: 'code',
        claims: { ...claimsOf(identity()), nonce },
        secret: previous,
      })
      return (await client.send('POST', '/api/code/session', { token })).status
    }
    expect([await exchange(urls), await exchange(stack.urls)]).toEqual([200, 401])
  })
})

describe('an app with a setting that every function needs and none can read', () => {
  it('is live, tells which one it is, and does nothing else', async () => {
    const { url } = await startHostWith({ TRUSTED_PROXY_COUNT: 'one', HUB_URL: 'no url at all' })
    const client = newClient({ functions: url, hub: stack.urls.hub })
    expect((await client.fetch('/api/code/health/live')).status).toBe(200)
    const ready = await client.fetch('/api/code/health/ready')
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      {
        status: 'not-ready',
        settings: [
          { name: 'HUB_URL', fault: 'invalid' },
          { name: 'TRUSTED_PROXY_COUNT', fault: 'invalid', ignored: true },
        ],
      },
    ])
    await expectProblem(
      await client.fetch('/api/code/login'),
      problemOf('not-configured', 'This needs HUB_URL: HUB_URL is invalid.', { settings: ['HUB_URL'] }),
    )
    // An optional setting that is bad keeps nothing from working.
    expect((await client.fetch('/api/code/session')).status).toBe(401)
  })
})

describe('an app without its storage', () => {
  it('is live, not ready, and says so within its deadline', async () => {
    const { url, lines } = await startHostWith({
      DATA_STORAGE: (stack.settings['DATA_STORAGE'] ?? '').replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:9'),
    })
    const client = newClient({ functions: url, hub: stack.urls.hub }, { cookie: `code_session=${'x'.repeat(43)}` })
    expect((await client.fetch('/api/code/health/live')).status).toBe(200)
    const ready = await client.fetch('/api/code/health/ready')
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { status: 'not-ready', settings: [], checks: [{ id: 'storage', ok: false }] },
    ])
    // Why, for whoever reads the log: the answer is for anybody.
    const told = lines.find((line) => line.includes('health.storage.failed')) ?? ''
    expect(told).toContain('"level":"error"')
    expect(told).toMatch(/ECONNREFUSED|did not answer/)
    const response = await client.fetch('/api/code/session')
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { type: 'urn:theonestack:problem:storage-unavailable' },
    ])
  })
})
