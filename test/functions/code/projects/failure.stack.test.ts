import { describe, expect, inject, it } from 'vitest'
import { projectFlowName } from '../../../../functions/code/projects/flow-name.ts'
import { projectTable } from '../../../../functions/code/projects/project-table.ts'
import { requestIdOf } from '../../../../shared/flows/attempts.ts'
import { flowRequestTable } from '../../../../shared/flows/flow-request.ts'
import { listIncidents } from '../../../../shared/incidents/incident-list.ts'
import { ownerOfTenant } from '../../../../shared/incidents/incident-owner.ts'
import { eventually } from '../../../support/eventually.ts'
import { expectProblem, problemOf } from '../../../support/problem.ts'
import { type Projecting, recommendation, startProjecting } from './projecting.ts'

const stack = inject('stack')

const incidentsOf = async ({ store, tenantId }: Projecting) =>
  (await listIncidents(store, ownerOfTenant(tenantId), { state: 'all', limit: 10 })).incidents

/** Hands one in that PSA refuses for good: it does not know the company. */
const refused = async (projecting: Projecting) => {
  const { mapClient, request, finished } = projecting
  const given = recommendation()
  await mapClient(given.repository.organizationId, { name: 'Contoso', psaCompanyId: 'company-unknown' })
  const id = await request(given)
  return { given, id, failed: await finished(id) }
}

// Most of them wait: for caches to age, for retries, for events. Each has an organization of its own.
describe.concurrent('a project, while PSA is down', () => {
  it('waits, and is made once PSA is back', { timeout: 90_000 }, async () => {
    const { request, finished, read, psa } = await startProjecting(stack)
    await psa.setFaults({ kind: 'status', status: 503 })
    const id = await request(recommendation())
    const asked = async () => (await psa.requests()).listProjects ?? 0
    await eventually(asked, (times) => times >= 4, 30_000)
    const waits = async () => read(id)
    expect(await eventually(waits, ({ waitingFor }) => waitingFor !== undefined, 20_000)).toMatchObject({
      state: 'started',
      progress: { step: 'creating' },
      waitingFor: { peer: 'psa', lastError: { code: 'peer-unavailable' } },
      psaProject: null,
    })
    await psa.clearFaults()
    const done = await finished(id)
    expect(done).toMatchObject({ state: 'completed', attempt: 1 })
    expect(done).not.toHaveProperty('waitingFor')
    expect(await psa.projects()).toHaveLength(1)
  })

  it.each([
    ['answers 500', { kind: 'commit-then-status', times: 4 }],
    ['never answers', { kind: 'commit-then-hang', times: 1 }],
  ] as const)('is one project when PSA makes it and %s', { timeout: 90_000 }, async (_, fault) => {
    const { request, finished, psa } = await startProjecting(stack)
    await psa.setFaults({ operation: 'createProject', ...fault })
    const done = await finished(await request(recommendation()))
    const [made, ...others] = await psa.projects()
    expect(others).toEqual([])
    expect(done).toMatchObject({ state: 'completed', psaProject: { id: made?.id } })
  })
})

describe.concurrent('a project that PSA refuses for good', () => {
  it('has failed, says why, and is an incident of the organization', async () => {
    const projecting = await startProjecting(stack)
    const { id, failed } = await refused(projecting)
    expect(failed).toMatchObject({
      id,
      state: 'failed',
      problem: { code: 'peer-rejected', detail: expect.stringContaining('psa') as string },
      psaProject: null,
    })
    const incident = async () => incidentsOf(projecting)
    expect(await eventually(incident, ({ length }) => length > 0, 10_000)).toMatchObject([
      { integration: 'code→psa', operation: 'create project', code: 'peer-rejected', state: 'open' },
    ])
    await expectProblem(
      await projecting.cancel(id),
      problemOf('conflict', 'The project is failed and can no longer be cancelled.'),
    )
  })

  it('is begun again when it is handed in again, and made once the cause is mended', async () => {
    const projecting = await startProjecting(stack)
    const { request, finished, until, psa, list } = projecting
    const { given, id } = await refused(projecting)
    expect(await request(given)).toBe(id)
    // Not mended yet.
    expect(await until(id, ({ attempt, state }) => attempt === 2 && state === 'failed')).toHaveProperty('problem')
    await psa.setCompanies(['company-unknown'])
    const ids = await Promise.all(Array.from({ length: 5 }, () => request(given)))
    expect(new Set(ids)).toEqual(new Set([id]))
    const done = await finished(id)
    expect(done).toMatchObject({ state: 'completed', attempt: 3 })
    expect(done).not.toHaveProperty('problem')
    expect(await psa.projects()).toMatchObject([{ id: done.psaProject?.id, companyId: 'company-unknown' }])
    expect((await list()).projects).toMatchObject([{ id, state: 'completed' }])
  })

  it('is begun again for the client that the repository has now', async () => {
    const projecting = await startProjecting(stack)
    const { request, finished, mapClient, psa } = projecting
    const { given, id } = await refused(projecting)
    await psa.setCompanies(['company-known'])
    await mapClient(given.repository.organizationId, { name: 'Fabrikam', psaCompanyId: 'company-known' })
    await request(given)
    expect(await finished(id)).toMatchObject({ state: 'completed', clientName: 'Fabrikam' })
    expect(await psa.projects()).toMatchObject([{ companyId: 'company-known' }])
  })

  it('is begun again also when its row does not know of its latest attempt', async () => {
    const projecting = await startProjecting(stack)
    const { request, until, store, tenantId, psa } = projecting
    const { given, id } = await refused(projecting)
    await request(given)
    await until(id, ({ attempt, state }) => attempt === 2 && state === 'failed')
    const rows = store.open(projectTable).project
    await rows.modify({ tenantId, projectId: id }, (row) => ({ ...(row ?? expect.fail('no row')), attempt: 1 }))
    await psa.setCompanies(['company-unknown'])
    await request(given)
    expect(await until(id, ({ state }) => state === 'completed')).toMatchObject({ attempt: 3 })
    expect(await psa.projects()).toHaveLength(1)
  })
})

describe.concurrent('a project whose request was cut off before it was accepted', () => {
  it('is not shown, and is made when it is handed in again', async () => {
    const { request, finished, list, client, store, tenantId, psa } = await startProjecting(stack)
    const given = recommendation()
    const id = await request(given)
    await finished(id)
    // As if the functions had been killed between the two: the row is there, the request is not.
    await store
      .open(flowRequestTable)
      .request.delete({ tenantId, flow: projectFlowName, requestId: requestIdOf(id, 1) })
    expect((await client.fetch(`/api/code/projects/${id}`)).status).toBe(404)
    expect(await list()).toEqual({ projects: [] })
    expect(await request(given)).toBe(id)
    expect(await finished(id)).toMatchObject({ state: 'completed' })
    expect(await psa.projects()).toHaveLength(1)
  })
})

describe.concurrent('a project that is cancelled', () => {
  it('before PSA was asked for it is not made, and stays cancelled', { timeout: 90_000 }, async () => {
    const { request, until, finished, cancel, psa } = await startProjecting(stack)
    await psa.setFaults({ operation: 'listProjects', kind: 'status', status: 503 })
    const given = recommendation()
    const id = await request(given)
    await until(id, ({ progress }) => progress?.['step'] === 'creating')
    for (let time = 1; time <= 2; time += 1) {
      const response = await cancel(id)
      expect(response.status).toBe(202)
      expect(await response.json()).toMatchObject({ id, state: 'cancelling', psaProject: null })
    }
    await psa.clearFaults()
    expect(await finished(id)).toMatchObject({ state: 'cancelled', psaProject: null })
    const again = await cancel(id)
    expect([again.status, ((await again.json()) as { state: string }).state]).toEqual([202, 'cancelled'])
    expect(await request(given)).toBe(id)
    expect(await finished(id)).toMatchObject({ state: 'cancelled', attempt: 1 })
    expect(await psa.projects()).toEqual([])
  })

  it('after PSA has made it is a project all the same', { timeout: 90_000 }, async () => {
    const { request, finished, cancel, psa } = await startProjecting(stack)
    await psa.setFaults({ operation: 'createProject', kind: 'commit-then-status', status: 503 })
    const id = await request(recommendation())
    await eventually(psa.projects, ({ length }) => length === 1, 30_000)
    const response = await cancel(id)
    expect([response.status, ((await response.json()) as { state: string }).state]).toEqual([202, 'cancelling'])
    await psa.clearFaults()
    const [made] = await psa.projects()
    expect(await finished(id)).toMatchObject({ state: 'completed', psaProject: { id: made?.id } })
    expect(await psa.projects()).toHaveLength(1)
  })

  it('when it is done is refused', async () => {
    const { request, finished, cancel, psa } = await startProjecting(stack)
    const id = await request(recommendation())
    await finished(id)
    await expectProblem(
      await cancel(id),
      problemOf('conflict', 'The project is completed and can no longer be cancelled.'),
    )
    expect(await finished(id)).toMatchObject({ state: 'completed' })
    expect(await psa.projects()).toHaveLength(1)
  })
})
