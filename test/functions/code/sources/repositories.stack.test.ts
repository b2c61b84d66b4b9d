import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { expectProblem, notValid, problemOf } from '../../../support/problem.ts'
import { type CodeProduct, type Tenant, startCodeProduct } from './code-product.ts'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string
const draft = { provider: 'github', orgLogin: 'northwind', repoCount: 12 }
const path = 'code/organizations/org-1'

let product: CodeProduct
let tenant: Tenant
beforeAll(async () => {
  product = await startCodeProduct(inject('stack').settings)
})
afterAll(() => product.close())
beforeEach(async () => {
  tenant = await product.tenant()
})

const byRepository = (one: unknown, other: unknown): number =>
  String(Reflect.get(Object(one), 'repo_id')) < String(Reflect.get(Object(other), 'repo_id')) ? -1 : 1

const typesOf = async ({ arrived }: Tenant) => (await arrived()).map(({ type }) => type)

describe('finding repositories', () => {
  const repository = `${path}/repositories/repo-1`
  const notConnected = problemOf('not-found', 'The organization is not connected. Connect it first.')

  it('is one event for each, however often it is found', async () => {
    await tenant.ask('PUT', path, draft)
    const found = {
      repositoryId: 'repo-1',
      orgId: 'org-1',
      name: 'northwind/storefront',
      archived: false,
      discoveredAt: time,
    }
    expect(await tenant.ask('PUT', repository, { name: found.name })).toEqual([201, found])
    expect(await tenant.ask('PUT', repository, { name: found.name })).toEqual([200, found])
    expect(await tenant.ask('PUT', repository, { name: 'northwind/shop' })).toEqual([
      200,
      { ...found, name: 'northwind/shop' },
    ])
    const [, event, ...others] = await tenant.arrived()
    expect(others).toEqual([])
    expect(event).toMatchObject({ type: 'code.repo.discovered', subject: 'repo-1', tenantid: tenant.tenantId })
    expect(event?.data).toEqual({
      repo_id: 'repo-1',
      org_id: 'org-1',
      provider: 'github',
      repo_name: 'northwind/storefront',
    })
  })

  it('by 45 at once reports which are new', async () => {
    await tenant.ask('PUT', path, draft)
    await tenant.ask('PUT', repository, { name: 'one' })
    const repositories = Array.from({ length: 45 }, (_, index) => ({ id: `repo-${index}`, name: `name-${index}` }))
    const ids = repositories.map(({ id }) => id).filter((id) => id !== 'repo-1')
    const all = `${path}/repositories`
    expect(await tenant.ask('POST', all, { repositories })).toEqual([200, { discovered: ids, known: ['repo-1'] }])
    expect(await tenant.ask('POST', all, { repositories })).toEqual([
      200,
      { discovered: [], known: repositories.map(({ id }) => id) },
    ])
    const discovered = (await tenant.arrived()).filter(({ type }) => type === 'code.repo.discovered')
    // They have nothing to do with each other, and are published in any order.
    expect(discovered.map(({ data }) => data).toSorted(byRepository)).toEqual(
      ['repo-1', ...ids].toSorted().map((id) => ({
        repo_id: id,
        org_id: 'org-1',
        provider: 'github',
        repo_name: id === 'repo-1' ? 'one' : `name-${id.slice('repo-'.length)}`,
      })),
    )
  })

  it('with a slash in its id is one repository, in a list and by query', async () => {
    await tenant.ask('PUT', 'code/organizations?orgId=grp%2Fsub', draft)
    const repositories = [{ id: 'grp/proj', name: 'one' }]
    expect(await tenant.ask('POST', 'code/repositories?orgId=grp%2Fsub', { repositories })).toEqual([
      200,
      { discovered: ['grp/proj'], known: [] },
    ])
    const byQuery = 'code/repositories?orgId=grp%2Fsub&repositoryId=grp%2Fproj'
    expect(await tenant.ask('PUT', byQuery, { name: 'one' })).toMatchObject([200, { repositoryId: 'grp/proj' }])
    const byPath = 'code/organizations/grp%252Fsub/repositories/grp%252Fproj'
    expect(await tenant.ask('PUT', byPath, { name: 'one' })).toMatchObject([400, {}])
    expect(await typesOf(tenant)).toEqual(['code.org.connected', 'code.repo.discovered'])
  })

  it('by several requests that overlap is one event for each repository', async () => {
    await tenant.ask('PUT', path, draft)
    const from = (start: number) => Array.from({ length: 6 }, (_, index) => `repo-${start + index}`)
    const answers = await Promise.all(
      [0, 3, 0].map(async (start) => {
        const repositories = from(start).map((id) => ({ id, name: id }))
        const [, report] = await tenant.ask('POST', `${path}/repositories`, { repositories })
        return report as { discovered: string[]; known: string[] }
      }),
    )
    const everyId = Array.from({ length: 9 }, (_, index) => `repo-${index}`)
    expect(answers.flatMap(({ discovered }) => discovered).toSorted()).toEqual(everyId)
    expect(
      (await tenant.arrived())
        .slice(1)
        .map(({ subject = '' }) => subject)
        .toSorted(),
    ).toEqual(everyId)
  })

  it('of an organization that is not connected, or no longer, is a 404', async () => {
    await expectProblem(await tenant.send('PUT', repository, { name: 'one' }), notConnected)
    await tenant.ask('PUT', path, draft)
    await tenant.ask('DELETE', path)
    const repositories = [{ id: 'repo-1', name: 'one' }]
    await expectProblem(await tenant.send('POST', `${path}/repositories`, { repositories }), notConnected)
    expect(await typesOf(tenant)).toEqual(['code.org.connected', 'code.org.disconnected'])
  })

  it.each([
    ['none', [], 'body.repositories'],
    ['46', Array.from({ length: 46 }, (_, index) => ({ id: `repo-${index}`, name: 'x' })), 'body.repositories'],
    [
      'one twice',
      [
        { id: 'repo-1', name: 'x' },
        { id: 'repo-1', name: 'y' },
      ],
      'body.repositories.1.id',
    ],
  ])('refuses %s', async (_, repositories, where) => {
    await tenant.ask('PUT', path, draft)
    await expectProblem(
      await tenant.send('POST', `${path}/repositories`, { repositories }),
      notValid([where, expect.any(String)]),
    )
  })

  it('under a name that is a secret is refused by its path', async () => {
    await tenant.ask('PUT', path, draft)
    const repositories = ['fine', `https://deploy:${'hunter2-'.repeat(2)}@git.example/x`, 'fine too'].map(
      (name, index) => ({ id: `repo-${index}`, name }),
    )
    await expectProblem(
      await tenant.send('POST', `${path}/repositories`, { repositories }),
      problemOf('validation-failed', 'One field is not valid: body.repositories.1.name.', {
        errors: [{ path: 'body.repositories.1.name', message: 'looks like the value of a secret' }],
      }),
    )
    expect(await typesOf(tenant)).toEqual(['code.org.connected'])
  })
})
