// The organizations and repositories that a tenant has told of, as people look through them.
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { expectProblem, notValid, problemOf } from '../../../support/problem.ts'
import { type Person, servedCode } from '../served-code.ts'
import * as endpoints from '../../../../functions/code/sources/endpoints.ts'
import { type CodeProduct, startCodeProduct } from './code-product.ts'

const stack = inject('stack')
let product: CodeProduct
let code: ReturnType<typeof servedCode>
beforeAll(async () => {
  product = await startCodeProduct(stack.settings)
  code = servedCode(Object.values(endpoints), product.services)
  return () => product.close()
})

type Page = Readonly<Record<string, unknown>> & { readonly nextCursor?: string }

/** Everything of a list, page by page; a page may be empty. */
const walk = async ({ ask }: Person, path: string, query = ''): Promise<readonly object[]> => {
  const items: object[] = []
  let cursor: string | undefined
  for (let page = 0; page < 20; page += 1) {
    const [status, body] = await ask(
      'GET',
      `${path}?limit=2${query}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    expect(status).toBe(200)
    const found = (body as Page)[path.slice('code/'.length)] as object[]
    expect(found.length).toBeLessThanOrEqual(2)
    items.push(...found)
    cursor = (body as Page).nextCursor
    if (cursor === undefined) return items
  }
  throw new Error(`${path} has no end.`)
}

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string
const organization = (orgId: string, given: object = {}) => ({
  orgId,
  provider: 'github',
  orgLogin: `login of ${orgId}`,
  repoCount: 3,
  isConnected: true,
  connectedAt: time,
  activeRepositories: 0,
  ...given,
})
const repository = (repositoryId: string, given: object = {}) => ({
  repositoryId,
  orgId: 'org-1',
  name: `name of ${repositoryId}`,
  archived: false,
  discoveredAt: time,
  seenAt: time,
  ...given,
})

const connect = ({ ask }: Person, orgId: string) =>
  ask('PUT', `code/organizations/${orgId}`, { provider: 'github', orgLogin: `login of ${orgId}`, repoCount: 3 })
const find = ({ ask }: Person, orgId: string, id: string, given: object = {}) =>
  ask('PUT', `code/repositories?orgId=${orgId}&repositoryId=${encodeURIComponent(id)}`, {
    name: `name of ${id}`,
    ...given,
  })

/** Has three organizations, of which org-2 is disconnected, with repositories. Most tests only look. */
let admin: Person
beforeAll(async () => {
  admin = await startAdmin()
})

const startAdmin = async (): Promise<Person> => {
  const person = await code.signIn(stack.urls, 'admin')
  for (const orgId of ['org-1', 'org-2', 'org-3']) await connect(person, orgId)
  await find(person, 'org-1', 'a/b')
  await find(person, 'org-1', 'repo-1')
  await find(person, 'org-1', 'repo-2', { archived: true })
  await find(person, 'org-2', 'repo-3')
  await find(person, 'org-3', 'repo-4')
  await person.ask('DELETE', 'code/organizations/org-2')
  return person
}

describe('the organizations of a tenant', () => {
  it('are walked page by page, connected or not, each once', async () => {
    expect(await walk(admin, 'code/organizations')).toEqual([
      organization('org-1', { activeRepositories: 2 }),
      organization('org-2', { activeRepositories: 1, isConnected: false }),
      organization('org-3', { activeRepositories: 1 }),
    ])
  })

  it.each([
    ['true', ['org-1', 'org-3']],
    ['false', ['org-2']],
  ])('are told apart by whether they are connected: %s', async (isConnected, ids) => {
    const found = await walk(admin, 'code/organizations', `&isConnected=${isConnected}`)
    expect(found).toMatchObject(ids.map((orgId) => ({ orgId, isConnected: isConnected === 'true' })))
  })
})

describe('the repositories of a tenant', () => {
  it('are walked page by page, each once, without those that are archived', async () => {
    const found = await walk(admin, 'code/repositories')
    expect(found).toHaveLength(4)
    expect(found).toEqual(
      expect.arrayContaining([
        repository('a/b'),
        repository('repo-1'),
        repository('repo-3', { orgId: 'org-2' }),
        repository('repo-4', { orgId: 'org-3' }),
      ]),
    )
  })

  it.each([
    ['state=all', ['a/b', 'repo-1', 'repo-2', 'repo-3', 'repo-4']],
    ['state=archived', ['repo-2']],
    ['organizationId=org-1', ['a/b', 'repo-1']],
    ['organizationId=org-1&state=all', ['a/b', 'repo-1', 'repo-2']],
    ['organizationId=org-3&state=archived', []],
    ['organizationId=org-4', []],
  ])('are those that are asked for: %s', async (query, ids) => {
    const found = await walk(admin, 'code/repositories', `&${query}`)
    expect(found.map((one) => (one as { repositoryId: string }).repositoryId).toSorted()).toEqual(ids)
    for (const one of found)
      expect(one).toMatchObject({ archived: (one as { repositoryId: string }).repositoryId === 'repo-2' })
  })

  it('are shown where they have moved to, and when they were seen there', async () => {
    const own = await startAdmin()
    const seenAt = new Date().toISOString()
    await find(own, 'org-3', 'repo-1', { seenAt })
    expect(await walk(own, 'code/repositories', '&organizationId=org-3')).toEqual([
      repository('repo-1', { orgId: 'org-3', seenAt }),
      repository('repo-4', { orgId: 'org-3' }),
    ])
    expect(await walk(own, 'code/repositories', '&organizationId=org-1')).toEqual([repository('a/b')])
  })
})

describe.each(['code/organizations', 'code/repositories'])('GET %s', (path) => {
  it('shows nothing of another tenant', async () => {
    expect(await walk(await code.signIn(stack.urls, 'admin'), path)).toEqual([])
  })

  it('is for members, with a session', async () => {
    const member = await code.signIn(stack.urls, 'member', admin)
    expect(await walk(member, path)).toEqual(await walk(admin, path))
    await expectProblem(
      await (await code.signIn(stack.urls, 'viewer', admin)).send('GET', path),
      problemOf('forbidden', 'This needs at least the role member.'),
    )
    await expectProblem(
      await (await product.tenant()).send('GET', path),
      problemOf('forbidden', 'This cannot be called with an integration key.'),
    )
    await expectProblem(
      await code.send({ method: 'GET', path }),
      problemOf('unauthenticated', 'This needs a signed-in session.'),
    )
  })

  it('refuses what it does not know', async () => {
    const any = expect.any(String) as string
    const wrong = path === 'code/organizations' ? 'isConnected' : 'state'
    await expectProblem(
      await admin.send('GET', `${path}?limit=0&${wrong}=yes&colour=blue`),
      notValid(['query.limit', any], [`query.${wrong}`, any], ['query.colour', 'is not a field that is known here']),
    )
  })
})
