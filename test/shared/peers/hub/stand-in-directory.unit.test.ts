import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, aroundEach, beforeAll, describe, expect, it } from 'vitest'
import { type RunningHub, startHub } from '../../../../shared/peers/hub/stand-in/stand-in.ts'
import { type HubClient, createHubClient } from '../../../../shared/peers/hub/client.ts'
import { type HubUser, loginPath } from '../../../../shared/peers/hub/contract.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type HubControl, hubControl } from '../../../support/hub-control.ts'
import { startStandInProcess } from '../../../support/stand-in-process.ts'

const key = 'stand-in-key'
const products = {
  code: { publicUrl: 'http://127.0.0.1:7071', secret: 'code-secret-0123456789-0123456789-abc' },
  ai: { publicUrl: 'http://127.0.0.1:7071', secret: 'ai-secret-0123456789-0123456789-abcdef' },
}
const connect = (baseUrl: string, given = key): HubClient =>
  createHubClient({
    baseUrl,
    key: () => given,
    timeouts: { attemptMs: 5_000, deadlineMs: 8_000 },
    retries: { max: 2, initialDelayMs: 1, maxDelayMs: 2 },
  })

let running: RunningHub
let hub: HubClient
beforeAll(async () => {
  running = await startHub({ port: 0, products, keys: ['another', key] })
  hub = connect(running.url)
})
afterAll(() => running.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

/** An organization that no other test knows. */
const newOrganization = async (): Promise<{ readonly id: string; readonly control: HubControl }> => {
  const id = `tenant-${randomUUID()}`
  const control = hubControl(running.url, id)
  await control.putOrganization()
  return { id, control }
}

const login = async (email: string, extra: Record<string, string> = {}) => {
  const query = new URLSearchParams({ product: 'code', nonce: 'n'.repeat(43), login_hint: email, ...extra })
  const response = await fetch(`${running.url}${loginPath}?${query.toString()}`)
  return { status: response.status, html: await response.text() }
}
const claimsIn = (html: string) => decodeJwt(/name="token" value="([^"]*)"/.exec(html)?.[1] ?? '')

describe('the directory of the Hub stand-in', () => {
  it('knows the demo people, all in their first version', async () => {
    const organization = await hub.getOrganization('tenant-contoso')
    expect(organization).toMatchObject({
      slug: 'contoso',
      status: 'active',
      products: expect.arrayContaining(['code']),
    })
    const { users, nextCursor } = await hub.listUsers('tenant-contoso')
    expect(users).toHaveLength(5)
    expect(nextCursor).toBeUndefined()
    expect(users.every(({ version, status }) => version === 1 && status === 'active')).toBe(true)
    const nina = await hub.getUser('tenant-contoso', 'user-contoso-without-code')
    expect(nina?.products).toEqual(['hub', 'psa', 'rmm', 'ai'])
  })

  it('keeps an organization and a user through changes, each in a version of its own', async () => {
    const { id, control } = await newOrganization()
    expect(await control.putOrganization({ name: 'Acme', slug: 'acme', products: ['hub', 'psa'] })).toMatchObject({
      id,
    })
    expect(await hub.getOrganization(id)).toEqual({
      id,
      name: 'Acme',
      slug: 'acme',
      status: 'active',
      products: ['hub', 'psa'],
      aiTier: 'ai-pro',
    })
    const { before, after: created } = await control.putUser('u1', { orgRole: 'viewer' })
    expect(before).toBeNull()
    expect(created).toMatchObject({
      id: 'u1',
      orgRole: 'viewer',
      status: 'active',
      products: ['hub', 'psa'],
      version: 1,
    })
    const changed = await control.changeUser('u1', { status: 'deactivated', products: ['psa', 'psa'] })
    expect(changed.before).toEqual(created)
    expect(changed.after).toMatchObject({ status: 'deactivated', products: ['psa'], orgRole: 'viewer', version: 2 })
    expect(await hub.getUser(id, 'u1')).toEqual(changed.after)
    expect((await control.putUser('u1', { email: 'ann@acme.example' })).after.version).toBe(3)
  })

  it('gives what did not change no new version', async () => {
    const { control } = await newOrganization()
    const { after } = await control.putUser('u1')
    expect(await control.changeUser('u1', { orgRole: 'member' })).toEqual({ before: after, after, published: [] })
  })

  it('lists a thousand users in pages, each once, with changes between the pages', async () => {
    const { id, control } = await newOrganization()
    const ids = Array.from({ length: 1_000 }, (_, n) => `user-${n}`)
    expect((await control.putUsers(ids.map((userId) => ({ id: userId })))).users).toHaveLength(1_000)
    const seen: string[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < 10 && (pages === 0 || cursor !== undefined); pages += 1) {
      const page = await hub.listUsers(id, { limit: 300, cursor })
      seen.push(...page.users.map((user) => user.id))
      cursor = page.nextCursor
      await control.changeUser('user-0', { firstName: `Page ${pages}` })
    }
    expect(seen.sort()).toEqual(ids.sort())
    expect(await hub.getUsers(id, ['user-7', 'none', 'user-999'])).toMatchObject([{ id: 'user-7' }, { id: 'user-999' }])
  })

  it('lists organizations in pages', async () => {
    const made = await Promise.all(Array.from({ length: 3 }, () => newOrganization()))
    const seen: string[] = []
    let cursor: string | undefined
    for (let pages = 0; pages < 50 && (pages === 0 || cursor !== undefined); pages += 1) {
      const page = await hub.listOrganizations({ limit: 2, cursor })
      seen.push(...page.organizations.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(expect.arrayContaining(['tenant-northwind', 'tenant-contoso', ...made.map(({ id }) => id)]))
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('keeps organizations apart', async () => {
    const [one, other] = [await newOrganization(), await newOrganization()]
    await one.control.putUser('u1')
    expect(await hub.getUser(other.id, 'u1')).toBeUndefined()
    expect(await hub.getUsers(other.id, ['u1'])).toEqual([])
    expect(await hub.listUsers(other.id)).toEqual({ users: [] })
  })

  it.each([
    ['no key', undefined, 'tenant-contoso', 401],
    ['a wrong key', 'wrong', 'tenant-contoso', 401],
    ['no tenant', key, undefined, 400],
    ['another tenant', key, 'tenant-northwind', 403],
    ['key and tenant', key, 'tenant-contoso', 200],
  ])('answers a call with %s as it should', async (_what, given, tenant, status) => {
    const response = await fetch(`${running.url}/v1/organizations/tenant-contoso`, {
      headers: { ...(given && { 'x-integration-key': given }), ...(tenant && { 'x-tenant-id': tenant }) },
    })
    expect(response.status).toBe(status)
  })

  it.each(['limit=0', 'limit=501', 'limit=x', 'cursor=%20', 'ids=', 'ids=a&limit=1', 'page=2'])(
    'refuses a list with %s',
    async (query) => {
      const response = await fetch(`${running.url}/v1/organizations/tenant-contoso/users?${query}`, {
        headers: { 'x-integration-key': key, 'x-tenant-id': 'tenant-contoso' },
      })
      expect(response.status).toBe(400)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
    },
  )

  it('refuses everybody when it was given no key', async () => {
    const closed = await startHub({ port: 0, products })
    await expect(connect(closed.url).getOrganization('tenant-contoso')).rejects.toMatchObject({
      code: 'peer-unauthorized',
    })
    await closed.close()
  })

  it('fails on request, for one tenant and one operation, and counts what it was asked', async () => {
    const [one, other] = [await newOrganization(), await newOrganization()]
    await one.control.setFaults({ operation: 'listUsers', kind: 'status', status: 503, times: 1 })
    expect(await hub.listUsers(one.id)).toEqual({ users: [] })
    expect(await hub.getUsers(one.id, ['u1'])).toEqual([])
    await hub.listUsers(other.id)
    expect(await one.control.requests()).toEqual({ listUsers: 3 })
    expect(await other.control.requests()).toEqual({ listUsers: 1 })
    await one.control.setFaults({ kind: 'expired-key' })
    await expect(hub.getOrganization(one.id)).rejects.toMatchObject({ code: 'peer-unauthorized' })
    await one.control.clearFaults()
    expect(await hub.getOrganization(one.id)).toMatchObject({ id: one.id })
  })
})

describe('the control API of the directory', () => {
  const put = async (method: string, path: string, body: unknown): Promise<number> => {
    const response = await fetch(`${running.url}/_control/organizations/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return response.status
  }

  it('says what it cannot do', async () => {
    const { id } = await newOrganization()
    expect(await put('PATCH', `${id}/users/none`, { status: 'active' })).toBe(404)
    expect(await put('PUT', 'none/users/u1', {})).toBe(404)
    expect(await put('PUT', `${id}/users/a,b`, {})).toBe(400)
    expect(await put('PUT', `${id}/users/u1`, { orgRole: 'emperor' })).toBe(400)
    expect(await put('PUT', `${id}/users/u1`, { version: 7 })).toBe(400)
    expect(await put('PUT', id, { products: ['quantum'] })).toBe(400)
    expect(await put('POST', `${id}/users`, { users: [{ id: 'u1' }, { id: 'u1' }] })).toBe(400)
    expect(
      await put('POST', `${id}/users`, { users: Array.from({ length: 1_001 }, (_, n) => ({ id: `u${n}` })) }),
    ).toBe(400)
    expect(await hub.listUsers(id)).toEqual({ users: [] })
  })

  it('gives any user an address that the contract allows', async () => {
    const { id, control } = await newOrganization()
    await control.putOrganization({ slug: '-ä!' })
    for (const userId of ['-', 'é', `user ${'x'.repeat(195)}`, 'a@b', 'A.-.B'])
      expect((await hub.getUser(id, (await control.putUser(userId)).after.id))?.id).toBe(userId)
  })

  it('forgets an organization of a test', async () => {
    const { id, control } = await newOrganization()
    await control.putUser('u1')
    await control.setFaults({ kind: 'hang' })
    await control.reset()
    expect(await hub.getOrganization(id)).toBeUndefined()
    await control.putOrganization()
    expect(await hub.listUsers(id)).toEqual({ users: [] })
  })

  it('makes demo people what they were, in a later version', async () => {
    const own = await startHub({ port: 0, products, keys: [key] })
    const control = hubControl(own.url, 'tenant-contoso')
    await control.changeUser('user-contoso-admin', { status: 'deactivated', orgRole: 'viewer' })
    await control.putUser('somebody-else')
    await control.putOrganization({ status: 'suspended' })
    await control.reset()
    const { users } = await connect(own.url).listUsers('tenant-contoso')
    expect(users).toHaveLength(5)
    expect(users.find(({ id }) => id === 'user-contoso-admin')).toMatchObject({
      status: 'active',
      orgRole: 'admin',
      version: 3,
    })
    expect(users.filter(({ version }) => version === 1)).toHaveLength(4)
    expect(await connect(own.url).getOrganization('tenant-contoso')).toMatchObject({ status: 'active' })
    await own.close()
  })
})

describe('signing in with the present state', () => {
  const withUser = async (change: Partial<HubUser> = {}) => {
    const { id, control } = await newOrganization()
    const { after } = await control.putUser('u1', change)
    return { id, control, email: after.email }
  }

  it('lets in people of an organization that a test has made', async () => {
    const { id, email } = await withUser({ orgRole: 'owner', firstName: 'Ann' })
    const { status, html } = await login(email)
    expect(status).toBe(200)
    expect(claimsIn(html)).toMatchObject({ sub: 'u1', tenantId: id, orgRole: 'owner', firstName: 'Ann' })
  })

  it('puts the present role and products into the token', async () => {
    const { control, email } = await withUser()
    await control.changeUser('u1', { orgRole: 'viewer', products: ['hub', 'code', 'crm'] })
    // The organization has not got crm.
    expect(claimsIn((await login(email)).html)).toMatchObject({ orgRole: 'viewer', entitlements: ['hub', 'code'] })
  })

  it('refuses a deactivated person, who begins a new Hub session when active again', async () => {
    const { control, email } = await withUser()
    const first = claimsIn((await login(email)).html)
    await control.changeUser('u1', { status: 'deactivated' })
    for (const extra of [{}, { handOver: 'anyway' }]) {
      const { status, html } = await login(email, extra)
      expect(status).toBe(403)
      expect(html).not.toContain('name="token"')
    }
    await control.changeUser('u1', { status: 'active' })
    expect(claimsIn((await login(email)).html)['sid']).not.toBe(first['sid'])
  })

  it('refuses people of a suspended organization and of one that gave the product away', async () => {
    const { control, email } = await withUser()
    await control.putOrganization({ status: 'suspended' })
    const { status, html } = await login(email)
    expect(status).toBe(403)
    expect(html).toContain('suspended')
    await control.putOrganization({ status: 'active', products: ['hub'] })
    expect((await login(email)).status).toBe(403)
  })

  it('shows the first of many people and organizations, and how many more there are', async () => {
    const { control } = await newOrganization()
    await control.putUsers(Array.from({ length: 60 }, (_, n) => ({ id: `many-${n}`, firstName: '<b>' })))
    const html = await (await fetch(running.url)).text()
    expect(html).toMatch(/and \d+ more (?:people|organizations)/)
    expect(html).not.toContain('<b>')
  })
})

describe('the data folder of the Hub stand-in', () => {
  it(
    'brings everything back that was answered, also after a kill and a half-written line',
    { timeout: 30_000 },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'hub-'))
      const settings = {
        CODE_PUBLIC_URL: products.code.publicUrl,
        AI_PUBLIC_URL: products.ai.publicUrl,
        PORTAL_SSO_SECRET: products.code.secret,
        AI_SSO_SECRET: products.ai.secret,
        HUB_SERVICE_KEY: key,
        BUS_API_URL: 'http://127.0.0.1:9',
        HUB_URL: '',
      }
      const start = () => startStandInProcess('hub', settings, folder)
      let child = await start()
      try {
        const id = 'tenant-kept'
        const control = hubControl(child.url, id)
        await control.putOrganization({ name: 'Kept' })
        const { users } = await control.putUsers(Array.from({ length: 100 }, (_, n) => ({ id: `u${n}` })))
        const { after } = await control.changeUser('u5', { status: 'deactivated' })
        const demo = hubControl(child.url, 'tenant-contoso')
        await demo.changeUser('user-contoso-owner', { orgRole: 'viewer' })
        await demo.reset()
        await child.kill()
        appendFileSync(join(folder, 'hub.jsonl'), '{"kind":"users","tena')

        // The second start reads what the first one summed up.
        for (const give of [() => child.stop(), () => child.kill()]) {
          child = await start()
          const again = connect(child.url)
          expect(await again.getOrganization(id)).toMatchObject({ name: 'Kept' })
          const kept = await again.listUsers(id, { limit: 500 })
          expect(kept.users).toHaveLength(users.length)
          expect(kept.users).toContainEqual(after)
          expect(await again.getUser('tenant-contoso', 'user-contoso-owner')).toMatchObject({
            orgRole: 'owner',
            version: 3,
          })
          await give()
        }
      } finally {
        await child.kill()
        rmSync(folder, { recursive: true })
      }
    },
  )
})
