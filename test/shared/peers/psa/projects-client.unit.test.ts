import { afterEach, aroundEach, describe, expect, it } from 'vitest'
import { createPsaClient } from '../../../../shared/peers/psa/client.ts'
import type { PsaProject, PsaProjectDraft } from '../../../../shared/peers/psa/project-contract.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type PeerServer, type Reply, json, reset, startPeerServer } from '../../../support/peer-server.ts'

const servers: PeerServer[] = []
aroundEach((runTest) => runWithLogSink(() => {}, runTest))
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const connect = async (...replies: readonly Reply[]) => {
  const server = await startPeerServer(...replies)
  servers.push(server)
  const retries = { max: 2, initialDelayMs: 1, maxDelayMs: 2 }
  return { server, psa: createPsaClient({ baseUrl: server.baseUrl, key: () => 'k', retries }) }
}

const draft: PsaProjectDraft = {
  externalReference: 'code:r1',
  title: 'Move the invoices service to Node 24',
  description: '1. Upgrade.\n2. Test.',
  companyId: 'c1',
  board: 'projects',
  estimateHours: 12.25,
  billable: true,
  type: 'migration_recommendation',
  source: 'the-one-code',
  links: [{ title: 'Recommendation', url: 'https://app.theonecode.app/recommendations/1' }],
}
const project: PsaProject = {
  id: 'P1',
  externalReference: 'code:r1',
  title: 'Move the invoices service to Node 24',
  status: 'planned',
  board: 'projects',
  companyId: 'c1',
  assignee: null,
  estimateHours: 12.25,
  billable: true,
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.123Z',
  url: 'https://psa.example/projects/P1',
  version: 1,
}
const asProblem = { 'content-type': 'application/problem+json' }
const conflict = json(409, { title: 'Exists', status: 409, project }, asProblem)
const missing = json(404, { title: 'None', status: 404 }, asProblem)

describe('the projects of the PSA client', () => {
  it('sends the draft with the tenant and the key, and reads the project without members that it does not know', async () => {
    const { psa, server } = await connect(json(201, { ...project, manager: 'Ada' }))
    expect(await psa.createProject('t1', draft)).toEqual({ outcome: 'created', project })
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v1/projects',
      headers: { 'x-tenant-id': 't1', 'x-integration-key': 'k' },
    })
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(draft)
  })

  it.each([
    ['a server error', json(502, {})],
    ['a cut connection', reset],
  ])('repeats a creation after %s, and finds the project that was made', async (_what, failure) => {
    const { psa, server } = await connect(failure, conflict)
    expect(await psa.createProject('t1', draft)).toEqual({ outcome: 'exists', project })
    expect(server.requests).toHaveLength(2)
  })

  it.each([
    ['another reference', { externalReference: 'code:r2' }],
    ['a status that is no word', { status: 7 }],
    ['negative hours', { estimateHours: -1 }],
    ['an address that is not one', { url: 'javascript:alert(1)' }],
  ])('does not believe a creation that is answered with %s, be it new or there', async (_what, change) => {
    const bad = { ...project, ...change }
    for (const reply of [json(201, bad), json(409, { title: 'Exists', status: 409, project: bad }, asProblem)]) {
      const { psa } = await connect(reply)
      await expect(psa.createProject('t1', draft)).rejects.toMatchObject({ code: 'peer-invalid-response' })
    }
  })

  it.each([
    ['an unknown member', { ...draft, price: 1 }, 'project'],
    ['no reference', { ...draft, externalReference: '' }, 'project.externalReference'],
    ['a reference that is too long', { ...draft, externalReference: 'x'.repeat(129) }, 'project.externalReference'],
    ['a description that is too long', { ...draft, description: 'x'.repeat(20_001) }, 'project.description'],
    ['no hours', { ...draft, estimateHours: 0 }, 'project.estimateHours'],
    ['negative hours', { ...draft, estimateHours: -0.25 }, 'project.estimateHours'],
    ['minutes', { ...draft, estimateHours: 1.1 }, 'project.estimateHours'],
    ['hours without end', { ...draft, estimateHours: Infinity }, 'project.estimateHours'],
    ['a link that is a script', { ...draft, links: [{ title: 'x', url: 'javascript:0' }] }, 'project.links.0.url'],
  ])('sends no draft with %s', async (_what, bad, path) => {
    const { psa, server } = await connect(json(201, project))
    await expect(psa.createProject('t1', bad)).rejects.toMatchObject({
      code: 'validation-failed',
      details: { errors: [expect.objectContaining({ path })] },
    })
    expect(server.requests).toHaveLength(0)
  })

  it.each([0.25, 0.5, 100.75, 2_000])('sends %d hours', async (estimateHours) => {
    const { psa } = await connect(json(201, { ...project, estimateHours }))
    expect(await psa.createProject('t1', { ...draft, estimateHours })).toMatchObject({ project: { estimateHours } })
  })

  it('finds the project of a reference, and takes no other one for it', async () => {
    const other = { ...project, externalReference: 'code:r2' }
    const { psa, server } = await connect(json(200, { projects: [other, project] }), json(200, { projects: [other] }))
    expect(await psa.findProjectByReference('t1', 'code:r1')).toEqual(project)
    expect(server.requests[0]?.url).toBe('/v1/projects?externalReference=code%3Ar1')
    expect(await psa.findProjectByReference('t1', 'code:r1')).toBeUndefined()
    await expect(psa.findProjectByReference('t1', '')).rejects.toMatchObject({ code: 'validation-failed' })
    expect(server.requests).toHaveLength(2)
  })

  it('reads a project by its id, which may hold anything, and believes only the one it asked for', async () => {
    const { psa, server } = await connect(json(200, { ...project, id: 'a/../b?c' }))
    expect(await psa.getProject('t1', 'a/../b?c')).toMatchObject({ id: 'a/../b?c' })
    expect(server.requests[0]?.url).toBe('/v1/projects/a%2F..%2Fb%3Fc')
    await expect(psa.getProject('t1', 'P1')).rejects.toMatchObject({ code: 'peer-invalid-response' })
  })

  it('says when there is no such project', async () => {
    const { psa } = await connect(missing)
    expect(await psa.getProject('t1', 'P9')).toBeUndefined()
  })

  it('says what PSA does not take', async () => {
    const { psa, server } = await connect(json(422, { title: 'No such company', status: 422 }, asProblem))
    await expect(psa.createProject('t1', draft)).rejects.toMatchObject({
      code: 'peer-rejected',
      details: { peerStatus: 422 },
    })
    expect(server.requests).toHaveLength(1)
  })
})
