import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, aroundEach, beforeAll, describe, expect, it } from 'vitest'
import { type RunningPsa, start as startPsa } from '../../../../shared/peers/psa/stand-in/stand-in.ts'
import { type PsaClient, createPsaClient } from '../../../../shared/peers/psa/client.ts'
import type { PsaProjectDraft } from '../../../../shared/peers/psa/project-contract.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type PsaControl, psaControl } from '../../../support/psa-control.ts'
import { startStandInProcess } from '../../../support/stand-in-process.ts'

const key = 'stand-in-key'
let running: RunningPsa
let psa: PsaClient

const connect = (baseUrl: string): PsaClient =>
  createPsaClient({ baseUrl, key: () => key, retries: { max: 3, initialDelayMs: 1, maxDelayMs: 2 } })

beforeAll(async () => {
  running = await startPsa({ port: 0, keys: [key] })
  psa = connect(running.url)
})
afterAll(() => running.close())
aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const newTenant = (): { readonly tenantId: string; readonly control: PsaControl } => {
  const tenantId = randomUUID()
  return { tenantId, control: psaControl(running.url, tenantId) }
}

const draftOf = (externalReference: string, changes: Partial<PsaProjectDraft> = {}): PsaProjectDraft => ({
  externalReference,
  title: 'Move to Node 24',
  description: '1. Upgrade.\n2. Test.',
  companyId: null,
  board: 'projects',
  estimateHours: 12.5,
  billable: true,
  type: 'migration_recommendation',
  source: 'the-one-code',
  links: [],
  ...changes,
})

const ask = (method: string, path: string, body?: unknown) =>
  fetch(running.url + path, {
    method,
    headers: { 'X-Integration-Key': key, 'X-Tenant-Id': randomUUID(), 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

describe('projects of the PSA stand-in', () => {
  it('are created, found and read, and everything that was sent is kept', async () => {
    const { tenantId, control } = newTenant()
    const links = [{ title: 'Recommendation', url: 'https://code.example/r/1' }]
    const { outcome, project } = await psa.createProject(tenantId, draftOf('r1', { links }))
    expect(outcome).toBe('created')
    expect(project).toEqual({
      id: expect.stringMatching(/^P20\d{6,}$/),
      externalReference: 'r1',
      title: 'Move to Node 24',
      status: 'planned',
      board: 'projects',
      companyId: null,
      assignee: null,
      estimateHours: 12.5,
      billable: true,
      createdAt: expect.any(String),
      updatedAt: project.createdAt,
      url: `${running.url}/projects/${project.id}`,
      version: 1,
    })
    expect(await psa.getProject(tenantId, project.id)).toEqual(project)
    expect(await psa.findProjectByReference(tenantId, 'r1')).toEqual(project)
    expect(await psa.findProjectByReference(tenantId, 'r2')).toBeUndefined()
    expect(await control.projects()).toEqual([{ ...draftOf('r1', { links }), ...project, tenantId }])
  })

  it('are assigned to an agent who is active, and to nobody else', async () => {
    const { tenantId } = newTenant()
    const agent = { email: 'mia@example.com', firstName: 'Mia', lastName: 'Ito', role: 'technician' } as const
    for (const active of [true, false])
      await psa.putAgent(tenantId, `agent-${active}`, { ...agent, active, sourceVersion: 1 })
    const assigneeOf = async (assigneeId: string) =>
      (await psa.createProject(tenantId, draftOf(assigneeId, { assigneeId }))).project.assignee
    expect(await assigneeOf('agent-true')).toEqual({ id: 'agent-true', name: 'Mia Ito' })
    expect(await assigneeOf('agent-false')).toBeNull()
    expect(await assigneeOf('unknown')).toBeNull()
  })

  it('are one of 20 creations at once, and of a later one that says something else', async () => {
    const { tenantId, control } = newTenant()
    const all = await Promise.all(Array.from({ length: 20 }, () => psa.createProject(tenantId, draftOf('r1'))))
    expect(all.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(new Set(all.map(({ project }) => project.id)).size).toBe(1)
    const later = await psa.createProject(tenantId, draftOf('r1', { title: 'Another', companyId: 'unknown' }))
    expect(later).toEqual({ outcome: 'exists', project: all[0]?.project })
    expect(await control.projects()).toHaveLength(1)
  })

  it('are kept apart by tenant', async () => {
    const [one, other] = [newTenant(), newTenant()]
    const { project } = await psa.createProject(one.tenantId, draftOf('r1'))
    expect(await psa.getProject(other.tenantId, project.id)).toBeUndefined()
    expect(await psa.findProjectByReference(other.tenantId, 'r1')).toBeUndefined()
    expect(await psa.createProject(other.tenantId, draftOf('r1'))).toMatchObject({ outcome: 'created' })
    await expect(other.control.changeProject(project.id, { status: 'active' })).rejects.toThrow('404')
    await expect(other.control.deleteProject(project.id)).rejects.toThrow('404')
  })

  it('share no reference and no number with tickets', async () => {
    const { tenantId } = newTenant()
    const { ticket } = await psa.createTicket(tenantId, {
      externalReference: 'r1',
      title: 'A ticket',
      description: '',
      priority: 'P3',
      board: 'service',
      companyId: null,
      source: 'the-one-code',
      links: [],
      relatedTicketIds: [],
    })
    const { outcome, project } = await psa.createProject(tenantId, draftOf('r1'))
    expect(outcome).toBe('created')
    expect(project.id.slice(1)).not.toBe(ticket.id.slice(1))
    expect(await psa.getTicket(tenantId, project.id)).toBeUndefined()
    expect(await psa.getProject(tenantId, ticket.id)).toBeUndefined()
  })

  it('are of a company that PSA knows, or of none', async () => {
    const { tenantId, control } = newTenant()
    const draft = draftOf('r1', { companyId: 'c1' })
    await expect(psa.createProject(tenantId, draft)).rejects.toMatchObject({
      code: 'peer-rejected',
      details: { peerStatus: 422 },
    })
    expect(await control.projects()).toEqual([])
    await control.setCompanies(['c1'])
    expect(await psa.createProject(tenantId, draft)).toMatchObject({ project: { companyId: 'c1' } })
  })

  it('show what people in PSA do to them', async () => {
    const { tenantId, control } = newTenant()
    const { project } = await psa.createProject(tenantId, draftOf('r1'))
    await control.changeProject(project.id, { status: 'active', estimateHours: 20 })
    await control.changeProject(project.id, { status: 'completed' })
    expect(await psa.getProject(tenantId, project.id)).toMatchObject({
      status: 'completed',
      estimateHours: 20,
      version: 3,
    })
    await control.deleteProject(project.id)
    expect(await psa.getProject(tenantId, project.id)).toBeUndefined()
    expect(await psa.createProject(tenantId, draftOf('r1'))).toMatchObject({ outcome: 'created' })
  })

  it('are made once when the answer is lost, refuse a wrong key, and every request is counted', async () => {
    const { tenantId, control } = newTenant()
    const stranger = createPsaClient({ baseUrl: running.url, key: () => 'wrong' })
    await expect(stranger.createProject(tenantId, draftOf('r1'))).rejects.toMatchObject({ code: 'peer-unauthorized' })
    await control.setFaults({ kind: 'commit-then-status', operation: 'createProject', times: 1 })
    const { outcome, project } = await psa.createProject(tenantId, draftOf('r1'))
    expect(outcome).toBe('exists')
    await psa.getProject(tenantId, project.id)
    await psa.findProjectByReference(tenantId, 'r1')
    expect(await control.requests()).toEqual({ createProject: 3, getProject: 1, listProjects: 1 })
    expect(await control.projects()).toHaveLength(1)
  })

  it.each([
    ['POST', '/v1/projects', undefined, 400],
    ['POST', '/v1/projects', { ...draftOf('r1'), more: 1 }, 400],
    ['POST', '/v1/projects', { ...draftOf('r1'), estimateHours: 0 }, 400],
    ['POST', '/v1/projects', { ...draftOf('r1'), estimateHours: 0.1 }, 400],
    ['POST', '/v1/projects', { ...draftOf('r1'), billable: false }, 400],
    ['POST', '/v1/projects', { ...draftOf('r1'), type: 'bug' }, 400],
    ['POST', '/v1/projects', { ...draftOf('r1'), source: 'the-one-ai' }, 400],
    ['GET', '/v1/projects', undefined, 400],
    ['GET', '/v1/projects?externalReference=', undefined, 400],
    ['GET', '/v1/projects?externalReference=a&limit=2', undefined, 400],
    ['GET', '/v1/projects/P1', undefined, 404],
    ['DELETE', '/v1/projects/P1', undefined, 404],
    ['PATCH', '/_control/projects/P1', { status: 'active' }, 404],
    ['PATCH', '/_control/projects/P1', { status: 'sleeping' }, 400],
  ])('answer %s %s with %j with a problem document', async (method, path, body, status) => {
    const response = await ask(method, path, body)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status, title: expect.any(String) })
  })
})

describe('the memory and the pages of the PSA stand-in', () => {
  it('forgets the projects of the tenant that is reset, and of no other, and gives no number again', async () => {
    const [one, other] = [newTenant(), newTenant()]
    const { project } = await psa.createProject(one.tenantId, draftOf('r1'))
    await psa.createProject(other.tenantId, draftOf('r1'))
    await fetch(`${running.url}/_control/reset?tenantId=${one.tenantId}`, { method: 'POST' })
    expect(await one.control.projects()).toEqual([])
    expect(await other.control.projects()).toHaveLength(1)
    const again = await psa.createProject(one.tenantId, draftOf('r1'))
    expect(again.outcome).toBe('created')
    expect(again.project.id).not.toBe(project.id)
  })

  it('has every project that it answered after SIGKILL', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'psa-projects-'))
    const start = () => startStandInProcess('psa', { PSA_SERVICE_KEY: key }, folder)
    let child = await start()
    try {
      const url = (): string => child.url
      const control = psaControl(url(), 't1')
      const { project } = await connect(url()).createProject('t1', draftOf('r1'))
      await control.changeProject(project.id, { status: 'active' })
      const gone = await connect(url()).createProject('t1', draftOf('r2'))
      await control.deleteProject(gone.project.id)
      // The second start reads what the first one summed up.
      for (let starts = 0; starts < 2; starts += 1) {
        await child.kill()
        child = await start()
      }
      const again = connect(url())
      expect(await again.getProject('t1', project.id)).toMatchObject({ status: 'active', version: 2 })
      expect(await again.createProject('t1', draftOf('r1'))).toMatchObject({ outcome: 'exists' })
      const afresh = await again.createProject('t1', draftOf('r2'))
      expect(afresh.outcome).toBe('created')
      expect(Number(afresh.project.id.slice(5))).toBeGreaterThan(Number(gone.project.id.slice(5)))
    } finally {
      await child.kill()
      rmSync(folder, { recursive: true })
    }
  })

  it('shows projects to a person, with every text escaped', async () => {
    const { tenantId } = newTenant()
    const evil = `<script>alert("'&")</script>`
    const safe = '&lt;script&gt;alert(&quot;&#39;&amp;&quot;)&lt;/script&gt;'
    const links = [{ title: evil, url: 'https://code.example/?a=1&b="2"' }]
    const draft = draftOf(evil, { title: evil, description: evil, board: evil, links })
    const { project } = await psa.createProject(tenantId, draft)
    for (const url of [running.url, project.url]) {
      const html = await (await fetch(url)).text()
      expect(html).toContain(safe)
      expect(html).toContain('12.5')
      expect(html).not.toContain('<script')
    }
    const missing = await fetch(`${running.url}/projects/none`)
    expect(missing.status).toBe(404)
  })
})
