import { describe, expect, inject, it } from 'vitest'
import { newClient } from '../../../support/browser-client.ts'
import { newRepository } from '../../../support/findings.ts'
import { recommendation, startProjecting } from './projecting.ts'

const stack = inject('stack')

describe.concurrent('a migration recommendation that is handed in', () => {
  it('is accepted at once, and becomes exactly this project of PSA', async () => {
    const { client, post, finished, mapClient, psa } = await startProjecting(stack)
    await psa.setCompanies(['company-9'])
    const repository = { ...newRepository(), name: 'northwind/billing', url: 'https://git.example/northwind/billing' }
    await mapClient(repository.organizationId, { name: 'Fabrikam', psaCompanyId: 'company-9' })
    const given = recommendation({
      title: 'Leave AngularJS',
      summary: 'It gets no fixes any more.',
      repository,
      url: 'https://code.example/recommendations/7',
    })
    const response = await post(given)
    expect(response.status).toBe(202)
    const { id, progressUrl } = (await response.json()) as { id: string; progressUrl: string }
    expect(progressUrl).toBe(`/api/code/projects/${id}`)
    expect(response.headers.get('location')).toBe(progressUrl)
    expect((await client.fetch(progressUrl)).status).toBe(200)

    const project = await finished(id)
    const [made, ...others] = await psa.projects()
    expect(others).toEqual([])
    expect(made).toMatchObject({
      externalReference: `code-project-${id}`,
      title: 'Migration: Leave AngularJS in northwind/billing',
      description: [
        'Repository: northwind/billing',
        'Client: Fabrikam',
        'Recommendation: https://code.example/recommendations/7',
        'Estimate: 24.5 h',
        'Indented text is quoted from the recommendation.',
        '',
        '    It gets no fixes any more.',
        '',
        'Steps:',
        '',
        '1. Write down what it does (4.25 h)',
        '    Every endpoint and every job.',
        '2. Move the endpoints (16 h)',
        '3. Switch the old one off',
      ].join('\n'),
      board: 'service',
      companyId: 'company-9',
      estimateHours: 24.5,
      billable: true,
      type: 'migration_recommendation',
      source: 'the-one-code',
      links: [
        { title: 'Repository', url: 'https://git.example/northwind/billing' },
        { title: 'Recommendation', url: 'https://code.example/recommendations/7' },
      ],
      status: 'planned',
    })
    expect(project).toEqual({
      id,
      recommendationId: given.recommendationId,
      title: 'Leave AngularJS',
      repository: { id: repository.id, name: 'northwind/billing' },
      clientName: 'Fabrikam',
      effortHours: 24.5,
      state: 'completed',
      attempt: 1,
      requestedAt: expect.any(String) as string,
      finishedAt: expect.any(String) as string,
      psaProject: {
        id: made?.id,
        url: `${stack.urls.psa}/projects/${made?.id}`,
        estimateHours: 24.5,
        status: 'planned',
        asOf: expect.any(String) as string,
        live: true,
      },
    })
  })

  it('shows its progress on the way', async () => {
    const { request, until, finished, psa } = await startProjecting(stack)
    await psa.setFaults({ operation: 'createProject', kind: 'latency', ms: 2_000 })
    const id = await request(recommendation())
    expect(await until(id, ({ progress }) => progress?.['step'] === 'creating')).toMatchObject({
      state: 'started',
      progress: { step: 'creating', done: 1, of: 3 },
      psaProject: null,
    })
    const done = await finished(id)
    expect(done).toMatchObject({ state: 'completed' })
    expect(done).not.toHaveProperty('progress')
  })

  it('of an unmapped repository goes to the triage board, without a company', async () => {
    const { request, finished, psa } = await startProjecting(stack)
    expect((await finished(await request(recommendation()))).clientName).toBeNull()
    expect(await psa.projects()).toMatchObject([
      { board: 'triage', companyId: null, description: expect.stringContaining('Client: not mapped') as string },
    ])
  })

  it('of a client without a company in PSA goes to the triage board, with the name of the client', async () => {
    const { request, finished, mapClient, psa } = await startProjecting(stack)
    const given = recommendation()
    await mapClient(given.repository.organizationId, { name: 'Tailspin' })
    expect((await finished(await request(given))).clientName).toBe('Tailspin')
    expect(await psa.projects()).toMatchObject([
      { board: 'triage', companyId: null, description: expect.stringContaining('Client: Tailspin,') as string },
    ])
  })

  it('loses what looks like a secret before anything is stored', async () => {
    const { request, finished, psa } = await startProjecting(stack)
    const secret = 'AKIAIOSFODNN7EXAMPLF'
    const given = recommendation({
      title: `Leave ${secret}`,
      summary: `The key is ${secret}.`,
      steps: [{ title: `Turn ${secret} off`, description: `Or ${secret} stays.` }],
    })
    const shown = await finished(await request(given))
    const made = JSON.stringify([shown, await psa.projects()])
    expect(made).not.toContain(secret)
    expect(made).toContain('Turn [redacted] off')
  })

  it('by an integration key belongs to the tenant of the key', async () => {
    const client = newClient(stack.urls, { 'x-integration-key': stack.integrationKey })
    const response = await client.send('POST', '/api/code/projects', recommendation())
    expect(response.status).toBe(202)
    expect((await client.fetch(response.headers.get('location') ?? '')).status).toBe(200)
  })
})

describe.concurrent('the same recommendation again', () => {
  it('is the same project, also when it is done', async () => {
    const { request, finished, psa, list } = await startProjecting(stack)
    const given = recommendation()
    const id = await request(given)
    expect(await request(given)).toBe(id)
    await finished(id)
    expect(await request(given)).toBe(id)
    expect(await finished(id)).toMatchObject({ state: 'completed', attempt: 1 })
    expect(await psa.projects()).toHaveLength(1)
    expect((await list()).projects).toMatchObject([{ id }])
  })

  it('many times at once is one project', async () => {
    const { request, finished, psa, list } = await startProjecting(stack)
    const given = recommendation()
    const ids = await Promise.all(Array.from({ length: 10 }, () => request(given)))
    expect(new Set(ids).size).toBe(1)
    await finished(ids[0] ?? '')
    expect(await psa.projects()).toHaveLength(1)
    expect((await list()).projects).toHaveLength(1)
    expect(await psa.requests()).toMatchObject({ createProject: 1 })
  })

  it('of another tenant is a project of its own, which nobody else sees or cancels', async () => {
    const [one, other] = [await startProjecting(stack), await startProjecting(stack)]
    const given = recommendation()
    const [mine, theirs] = [await one.request(given), await other.request(given)]
    expect(mine).not.toBe(theirs)
    await Promise.all([one.finished(mine), other.finished(theirs)])
    expect((await other.client.fetch(`/api/code/projects/${mine}`)).status).toBe(404)
    expect((await other.cancel(mine)).status).toBe(404)
    expect((await other.list()).projects.map(({ id }) => id)).toEqual([theirs])
    expect([await one.psa.projects(), await other.psa.projects()]).toMatchObject([[{}], [{}]])
  })
})
