import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { identity, signIn } from '../../../support/browser-client.ts'
import { expectProblem, needsScope, notValid, problemOf } from '../../../support/problem.ts'
import { type CodeProduct, type Tenant, startCodeProduct } from './code-product.ts'

const stack = inject('stack')
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string
const draft = { provider: 'github', orgLogin: 'northwind', repoCount: 12 }
const path = 'code/organizations/org-1'

let product: CodeProduct
beforeAll(async () => {
  product = await startCodeProduct(stack.settings)
})
afterAll(() => product.close())

const dataOf = async ({ arrived }: Tenant) => (await arrived()).map(({ type, data }) => ({ type, data }))
const typesOf = async ({ arrived }: Tenant) => (await arrived()).map(({ type }) => type)
const statusOf = async (answer: Promise<readonly [number, unknown]>) => (await answer)[0]

describe('connecting an organization', () => {
  it('is one event with exactly this in it', async () => {
    const { tenantId, ask, arrived } = await product.tenant()
    expect(await ask('PUT', path, draft)).toEqual([201, { orgId: 'org-1', ...draft, connectedAt: time }])
    expect(await arrived()).toEqual([
      {
        specversion: '1.0',
        id: expect.any(String) as string,
        source: '/products/code',
        type: 'code.org.connected',
        subject: 'org-1',
        time,
        datacontenttype: 'application/json',
        dataschema: 'urn:theonestack:event:code.org.connected:1',
        tenantid: tenantId,
        traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/) as string,
        data: { org_id: 'org-1', provider: 'github', org_login: 'northwind', repo_count: 12 },
      },
    ])
  })

  it('again stores what has changed, without an event', async () => {
    const tenant = await product.tenant()
    const { ask } = tenant
    const [, first] = await ask('PUT', path, draft)
    expect(await ask('PUT', path, draft)).toEqual([200, first])
    const renamed = { ...draft, orgLogin: 'northwind-traders', repoCount: 13 }
    expect(await ask('PUT', path, renamed)).toEqual([200, { ...(first as object), ...renamed }])
    expect(await typesOf(tenant)).toEqual(['code.org.connected'])
    await ask('DELETE', path)
    expect((await dataOf(tenant)).at(-1)).toEqual({
      type: 'code.org.disconnected',
      data: { org_id: 'org-1', provider: 'github', org_login: 'northwind-traders' },
    })
  })

  it('many times at once is one event, and one of the answers is 201', async () => {
    const tenant = await product.tenant()
    const statuses = await Promise.all(Array.from({ length: 8 }, () => statusOf(tenant.ask('PUT', path, draft))))
    expect(statuses.toSorted((a, b) => b - a)).toEqual([201, ...Array<number>(7).fill(200)])
    expect(await typesOf(tenant)).toEqual(['code.org.connected'])
  })

  it('of the same id by another tenant is another organization', async () => {
    const [one, other] = [await product.tenant(), await product.tenant()]
    expect(await statusOf(one.ask('PUT', path, draft))).toBe(201)
    await expectProblem(await other.send('DELETE', path), neverConnected)
    expect(await statusOf(other.ask('PUT', path, { ...draft, provider: 'gitlab' }))).toBe(201)
    expect(await statusOf(other.ask('DELETE', path))).toBe(204)
    expect(await statusOf(one.ask('PUT', path, draft))).toBe(200)
    expect(await typesOf(one)).toEqual(['code.org.connected'])
    expect(await typesOf(other)).toEqual(['code.org.connected', 'code.org.disconnected'])
  })

  it('with another provider than it is connected with is refused, and taken after it was disconnected', async () => {
    const tenant = await product.tenant()
    await tenant.ask('PUT', path, draft)
    await expectProblem(
      await tenant.send('PUT', path, { ...draft, provider: 'gitlab' }),
      problemOf('validation-failed', 'The organization is connected to another provider. Disconnect it first.', {
        errors: [{ path: 'body.provider', message: 'must be github while it is connected' }],
      }),
    )
    await tenant.ask('DELETE', path)
    expect(await statusOf(tenant.ask('PUT', path, { ...draft, provider: 'gitlab' }))).toBe(201)
  })

  it('is refused with every fault in it, and is no event', async () => {
    const tenant = await product.tenant()
    await expectProblem(
      await tenant.send('PUT', path, { provider: 'bitbucket', orgLogin: '', repoCount: -1, tenantId: 'another' }),
      notValid(
        ['body.provider', expect.any(String)],
        ['body.orgLogin', expect.any(String)],
        ['body.repoCount', expect.any(String)],
        ['body.tenantId', 'is not a field that is known here'],
      ),
    )
    expect(await tenant.arrived()).toEqual([])
  })

  it('under a name that is a secret is refused, and the secret is not repeated', async () => {
    const tenant = await product.tenant()
    const secret = `ghp_${'a1B2'.repeat(9)}`
    const response = await tenant.send('PUT', path, { ...draft, orgLogin: secret })
    expect(await response.clone().text()).not.toContain(secret)
    await expectProblem(response, secretAt('body.orgLogin'))
    expect(await tenant.arrived()).toEqual([])
  })
})

const secretAt = (where: string) =>
  problemOf('validation-failed', `One field is not valid: ${where}.`, {
    errors: [{ path: where, message: 'looks like the value of a secret' }],
  })
const neverConnected = problemOf('not-found', 'The organization was never connected.')

describe('disconnecting an organization', () => {
  it('is one event, also when it is repeated', async () => {
    const tenant = await product.tenant()
    await tenant.ask('PUT', path, draft)
    expect(await tenant.ask('DELETE', path)).toEqual([204, undefined])
    expect(await tenant.ask('DELETE', path)).toEqual([204, undefined])
    expect((await dataOf(tenant)).slice(1)).toEqual([
      {
        type: 'code.org.disconnected',
        data: { org_id: 'org-1', provider: 'github', org_login: 'northwind' },
      },
    ])
  })

  it('many times at once is one event', async () => {
    const tenant = await product.tenant()
    await tenant.ask('PUT', path, draft)
    const statuses = await Promise.all(Array.from({ length: 8 }, () => statusOf(tenant.ask('DELETE', path))))
    expect(new Set(statuses)).toEqual(new Set([204]))
    expect(await typesOf(tenant)).toEqual(['code.org.connected', 'code.org.disconnected'])
  })

  it('that was never connected is a 404', async () => {
    await expectProblem(await (await product.tenant()).send('DELETE', path), neverConnected)
  })

  it('and connecting it anew is an event each time', async () => {
    const tenant = await product.tenant()
    await tenant.ask('PUT', path, draft)
    await tenant.ask('DELETE', path)
    expect(await statusOf(tenant.ask('PUT', path, { ...draft, repoCount: 3 }))).toBe(201)
    await tenant.ask('DELETE', path)
    const events = await tenant.arrived()
    expect(events.map(({ type }) => type)).toEqual([
      'code.org.connected',
      'code.org.disconnected',
      'code.org.connected',
      'code.org.disconnected',
    ])
    expect(new Set(events.map(({ id }) => id)).size).toBe(4)
    expect(events[2]?.data).toEqual({ org_id: 'org-1', provider: 'github', org_login: 'northwind', repo_count: 3 })
  })
})

describe('who may tell about sources', () => {
  it('an admin of the product may, a technician may not, and neither may another key', async () => {
    const tenant = await product.tenant({ scopes: ['code:tickets:write'] })
    await expectProblem(await tenant.send('PUT', path, draft), needsScope('code:sources:write'))
    const cookieOf = async (role: 'admin' | 'member') => {
      const client = await signIn(stack.urls, identity({ tenantId: tenant.tenantId, role }))
      return { cookie: `code_session=${client.cookies.get('code_session') ?? ''}` }
    }
    const technician = await cookieOf('member')
    await expectProblem(
      await tenant.send('PUT', path, draft, technician),
      problemOf('forbidden', 'This needs at least the role admin.'),
    )
    expect((await tenant.send('PUT', path, draft, await cookieOf('admin'))).status).toBe(201)
    await tenant.know('repo-1')
    const backup = { repositoryId: 'repo-1', organizationId: 'org-1' }
    expect((await tenant.send('PUT', 'code/backups/job-1', backup, technician)).status).toBe(202)
    expect(await typesOf(tenant)).toEqual(['code.org.connected', 'code.backup.requested'])
    await expectProblem(
      await tenant.send('PUT', path, draft, {}),
      problemOf('unauthenticated', 'This needs a signed-in session or an integration key.'),
    )
  })
})
