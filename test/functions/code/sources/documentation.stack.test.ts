import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { expectProblem, notValid, problemOf } from '../../../support/problem.ts'
import { type CodeProduct, type Tenant, startCodeProduct } from './code-product.ts'

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string

let product: CodeProduct
let tenant: Tenant
beforeAll(async () => {
  product = await startCodeProduct(inject('stack').settings)
})
afterAll(() => product.close())
beforeEach(async () => {
  tenant = await product.tenant()
  await tenant.know('repo-1', 'repo-2')
})

const arrived = async ({ arrived: look }: Tenant = tenant) =>
  (await look()).map(({ type, subject, source, tenantid, data }) => ({ type, subject, source, tenantid, data }))
const fromCode = () => ({ source: '/products/code', tenantid: tenant.tenantId })
const reused = (what: string) =>
  problemOf('idempotency-key-reused', `${what} was already recorded with a different body. Use a new id.`)

/** What is the same for every event of this kind: once, however often and by however many it is told. */
const once = async (path: string, body: unknown, statuses: readonly [first: number, again: number]) => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => tenant.ask('PUT', path, body)))
  expect(answers.map(([status]) => status).toSorted((a, b) => b - a)).toEqual(
    [statuses[0], ...Array<number>(5).fill(statuses[1])].toSorted((a, b) => b - a),
  )
  const [, first] = answers[0] ?? []
  for (const [, answer] of answers) expect(answer).toEqual(first)
  expect(await tenant.ask('PUT', path, body)).toEqual([statuses[1], first])
  const other = await product.tenant()
  await other.know('repo-1')
  expect((await other.ask('PUT', path, body))[0]).toBe(statuses[0])
  expect(await arrived(other)).toHaveLength(1)
  return first
}

describe('a backup', () => {
  const path = 'code/backups/job-1'
  const body = { repositoryId: 'repo-1', organizationId: 'org-1' }

  it('is asked for once', async () => {
    expect(await once(path, body, [202, 202])).toEqual({ jobId: 'job-1', ...body, requestedAt: time })
    expect(await arrived()).toEqual([
      {
        ...fromCode(),
        type: 'code.backup.requested',
        subject: 'job-1',
        data: { job_id: 'job-1', repo_id: 'repo-1', org_id: 'org-1' },
      },
    ])
  })

  it.each([
    { ...body, repositoryId: 'repo-2' },
    { ...body, organizationId: 'org-2' },
  ])('is not another one under the same job: %j', async (another) => {
    await tenant.ask('PUT', path, body)
    await expectProblem(await tenant.send('PUT', path, another), reused('The backup job'))
    expect(await arrived()).toHaveLength(1)
  })

  it('of nothing is refused', async () => {
    await expectProblem(
      await tenant.send('PUT', path, {}),
      notValid(['body.repositoryId', expect.any(String)], ['body.organizationId', expect.any(String)]),
    )
    expect(await arrived()).toEqual([])
  })
})

describe('documentation', () => {
  const run = 'code/repositories/repo-1/documentation-runs/run-1'
  const refresh = 'code/repositories/repo-1/documents/architecture/refreshes/refresh-1'

  it('is generated once in a run', async () => {
    const generated = { repositoryId: 'repo-1', runId: 'run-1', documentCount: 7, generatedAt: time }
    expect(await once(run, { documentCount: 7 }, [201, 200])).toEqual(generated)
    expect(await arrived()).toEqual([
      {
        ...fromCode(),
        type: 'code.documentation.generated',
        subject: 'repo-1',
        data: { doc_count: 7, repo_id: 'repo-1' },
      },
    ])
    await expectProblem(await tenant.send('PUT', run, { documentCount: 8 }), reused('The documentation run'))
    expect((await tenant.ask('PUT', run.replace('run-1', 'run-2'), { documentCount: 8 }))[0]).toBe(201)
    expect((await tenant.ask('PUT', run.replace('repo-1', 'repo-2'), { documentCount: 8 }))[0]).toBe(201)
    expect(await arrived()).toHaveLength(3)
  })

  it('is refreshed once by a refresh', async () => {
    const refreshed = { repositoryId: 'repo-1', docType: 'architecture', refreshId: 'refresh-1', refreshedAt: time }
    expect(await once(refresh, {}, [201, 200])).toEqual(refreshed)
    expect(await arrived()).toEqual([
      {
        ...fromCode(),
        type: 'code.documentation.refreshed',
        subject: 'repo-1',
        data: { doc_type: 'architecture', repo_id: 'repo-1' },
      },
    ])
    for (const other of [
      refresh.replace('refresh-1', 'refresh-2'),
      refresh.replace('architecture', 'handoff'),
      refresh.replace('repo-1', 'repo-2'),
    ])
      expect((await tenant.ask('PUT', other, {}))[0]).toBe(201)
    expect(await arrived()).toHaveLength(4)
  })

  it.each([
    ['a run without a count', run, {}, ['body.documentCount', expect.any(String)] as const],
    ['a run with less than nothing', run, { documentCount: -1 }, ['body.documentCount', expect.any(String)] as const],
    [
      'a refresh that says more',
      refresh,
      { content: '# Readme' },
      ['body.content', 'is not a field that is known here'] as const,
    ],
    [
      'a type of document that there is not',
      'code/repositories/repo-1/documents/readme/refreshes/r-1',
      {},
      [
        'params.docType',
        'must be one of architecture, api, database, deployment, onboarding, data_flow, security, handoff',
      ] as const,
    ],
    [
      'such a type in the query',
      'code/document-refreshes?repositoryId=repo-1&docType=readme&refreshId=r-1',
      {},
      ['query.docType', expect.any(String)] as const,
    ],
  ])('is refused for %s', async (_, path, body, fault) => {
    await expectProblem(await tenant.send('PUT', path, body), notValid(fault))
    expect(await arrived()).toEqual([])
  })

  it('of ids that no URL or key holds as they stand is told apart by them', async () => {
    const ids = ['a/b', 'a b', "o'hara", 'Ünïcode 😀', 'a#b?c', 'x'.repeat(200)]
    await tenant.know(...ids)
    for (const id of ids) {
      const path = `code/documentation-runs?repositoryId=${encodeURIComponent(id)}&runId=run-1`
      expect((await tenant.ask('PUT', path, { documentCount: 1 }))[0]).toBe(201)
      expect((await tenant.ask('PUT', path, { documentCount: 1 }))[0]).toBe(200)
    }
    expect((await arrived()).map(({ subject }) => subject)).toEqual(ids)
  })
})
