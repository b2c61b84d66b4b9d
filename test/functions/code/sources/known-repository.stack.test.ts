import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { expectProblem, problemOf } from '../../../support/problem.ts'
import { type CodeProduct, type Tenant, startCodeProduct } from './code-product.ts'

let product: CodeProduct
let tenant: Tenant
beforeAll(async () => {
  product = await startCodeProduct(inject('stack').settings)
})
afterAll(() => product.close())
beforeEach(async () => {
  tenant = await product.tenant()
})

const organizationDraft = { provider: 'github', orgLogin: 'northwind', repoCount: 1 }
const connect = (orgId = 'org-1') => tenant.ask('PUT', `code/organizations/${orgId}`, organizationDraft)
const disconnect = () => tenant.ask('DELETE', 'code/organizations/org-1')
const register = () => tenant.ask('PUT', 'code/organizations/org-1/repositories/repo-1', { name: 'northwind/shop' })
const scanned = {
  organizationId: 'org-1',
  completedAt: '2026-03-01T08:00:00Z',
  secrets: [{ fingerprint: 'a'.repeat(64), secretType: 'aws_access_key', severity: 'high' }],
}

/** Every report of a repository, with the answer to one that is new. */
const reports = [
  ['a backup', 'code/backups/job-1', { repositoryId: 'repo-1', organizationId: 'org-1' }, 202],
  ['a documentation run', 'code/repositories/repo-1/documentation-runs/run-1', { documentCount: 4 }, 201],
  ['a refresh', 'code/repositories/repo-1/documents/data_flow/refreshes/refresh-1', {}, 201],
  ['a scan', 'code/repositories/repo-1/scans/scan-1', scanned, 201],
] as const
const typesOf = async () => (await tenant.arrived()).map(({ type }) => type)
const unknown = problemOf(
  'not-found',
  'The repository is unknown. Register it with its organization, then send this again.',
)
const notConnected = problemOf('not-found', 'The organization is not connected. Connect it first.')

describe.each(reports)('%s', (_, path, body, status) => {
  it('of a repository that is not known is refused and published nowhere, and taken once it is registered', async () => {
    await connect()
    const before = await typesOf()
    await expectProblem(await tenant.send('PUT', path, body), unknown)
    expect(await typesOf()).toEqual(before)
    await register()
    expect((await tenant.ask('PUT', path, body))[0]).toBe(status)
    expect(await typesOf()).toHaveLength(3)
  })

  it('of an organization that is not connected is refused and published nowhere, and taken once it is again', async () => {
    await connect()
    await register()
    await disconnect()
    const before = await typesOf()
    await expectProblem(await tenant.send('PUT', path, body), notConnected)
    expect(await typesOf()).toEqual(before)
    await connect()
    expect((await tenant.ask('PUT', path, body))[0]).toBe(status)
  })

  it('that was taken is answered as before when its organization is disconnected since', async () => {
    await connect()
    await register()
    const [, first] = await tenant.ask('PUT', path, body)
    await disconnect()
    const before = await typesOf()
    expect((await tenant.ask('PUT', path, body))[1]).toEqual(first)
    expect(await typesOf()).toEqual(before)
  })

  it('of a repository of another tenant is refused', async () => {
    const other = await product.tenant()
    await other.know('repo-1')
    await connect()
    await expectProblem(await tenant.send('PUT', path, body), unknown)
  })
})

it.each([reports[0], reports[3]])('%s that names another organization is refused', async (_, path, body) => {
  await connect()
  await connect('org-2')
  await register()
  const before = await typesOf()
  await expectProblem(
    await tenant.send('PUT', path, { ...body, organizationId: 'org-2' }),
    problemOf('validation-failed', 'The repository belongs to another organization.', {
      errors: [{ path: 'body.organizationId', message: 'must be the organization of the repository' }],
    }),
  )
  expect(await typesOf()).toEqual(before)
})
