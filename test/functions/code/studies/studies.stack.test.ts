// Studies over HTTP, with the gateway of the suite and the embedded provider behind it.
import { describe, expect, inject, it } from 'vitest'
import { ShownStudy, Studies, StudyPart } from '../../../../functions/code/studies/contract.ts'
import { listIncidents } from '../../../../shared/incidents/incident-list.ts'
import { ownerOfTenant } from '../../../../shared/incidents/incident-owner.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { identity, newClient, signIn } from '../../../support/browser-client.ts'
import { busControl } from '../../../support/bus-control.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { expectProblem, notValid, problemOf } from '../../../support/problem.ts'
import { another, knowRepository, repository, studies } from './studying.ts'

const stack = inject('stack')
const store = createStore({ connectionString: stack.settings['DATA_STORAGE'] ?? '' })

const startStudying = async (role: 'member' | 'viewer' = 'member', tenantId?: string) => {
  const who = identity({ role, ...(tenantId !== undefined && { tenantId }) })
  const client = await signIn(stack.urls, who)
  await knowRepository(store, who.tenantId)
  await hubControl(stack.urls.hub, who.tenantId).putOrganization({ aiTier: 'ai-pro' })
  const post = (body: unknown) => client.send('POST', '/api/code/studies', body)
  const get = async (path: string): Promise<unknown> => {
    const response = await client.fetch(`/api/code/studies${path}`)
    expect(response.status, await response.clone().text()).toBe(200)
    return response.json()
  }
  const request = async (body: unknown): Promise<string> => {
    const response = await post(body)
    expect(response.status, await response.clone().text()).toBe(202)
    return ((await response.json()) as { id: string }).id
  }
  const finished = (id: string) =>
    eventually(
      async () => ShownStudy.parse(await get(`/${id}`)),
      ({ finishedAt }) => finishedAt !== undefined,
      60_000,
    )
  return { tenantId: who.tenantId, client, post, get, request, finished }
}

describe('a study', () => {
  it('is refused without credentials, and to a viewer, who may read', async () => {
    expect((await newClient(stack.urls).send('POST', '/api/code/studies', studies.documentation)).status).toBe(401)
    const member = await startStudying()
    const viewer = await startStudying('viewer', member.tenantId)
    expect((await viewer.post(studies.documentation)).status).toBe(403)
    expect(Studies.parse(await viewer.get(''))).toEqual({ studies: [] })
  })

  it('of documentation writes each document, and is published', async () => {
    const { tenantId, request, finished, get, post } = await startStudying()
    const id = await request(studies.documentation)
    const study = await finished(id)
    expect(study).toMatchObject({ kind: 'documentation', state: 'completed', parts: ['database', 'data_flow'] })
    expect(study.written.map(({ part, model }) => [part, model])).toEqual([
      ['database', 'rules'],
      ['data_flow', 'rules'],
    ])
    const part = StudyPart.parse(await get(`/${id}/parts/database`))
    expect(part.answer).toContain('table orders')
    expect(part.label).toMatch(/\w/)
    const seen = await eventually(
      () => busControl(stack.urls.bus, tenantId).events(),
      (events) => events.some(({ type }) => type === 'code.documentation.generated'),
      30_000,
    )
    expect(seen.filter(({ type }) => type.startsWith('code.documentation'))).toHaveLength(1)
    const again = await post(studies.documentation)
    expect([again.status, await again.json()]).toMatchObject([200, { id, outcome: 'existing' }])
    expect(Studies.parse(await get('')).studies).toMatchObject([{ id, state: 'completed' }])
  })

  it.each(['debt-analysis', 'regulatory-classification', 'critical-files', 'review-narrative'] as const)(
    'of kind %s has an answer',
    async (kind) => {
      const { request, finished, get } = await startStudying()
      const id = await request(studies[kind])
      expect(await finished(id)).toMatchObject({ state: 'completed', parts: ['answer'] })
      expect(StudyPart.parse(await get(`/${id}/parts/answer`)).answer).toBeTruthy()
    },
  )

  it('of ways to migrate fails at once where no model is connected, and says what to do to who asked and to who operates', async () => {
    const { tenantId, request, finished } = await startStudying()
    const study = await finished(await request(studies['migration-paths']))
    expect(study).toMatchObject({
      state: 'failed',
      attempt: 1,
      problem: { code: 'model-missing', detail: expect.stringMatching(/AI_MODELS/) as string },
    })
    const { incidents } = await listIncidents(store, ownerOfTenant(tenantId), { state: 'all', limit: 10 })
    expect(incidents).toMatchObject([{ integration: 'code→ai', code: 'model-missing' }])
  })

  it('of another kind that is written closes no incident of one that was not', async () => {
    const { tenantId, request, finished } = await startStudying()
    await finished(await request(studies['migration-paths']))
    expect(await finished(await request(studies['critical-files']))).toMatchObject({ state: 'completed' })
    const { incidents } = await listIncidents(store, ownerOfTenant(tenantId), { state: 'all', limit: 10 })
    expect(incidents).toMatchObject([
      { operation: 'write studies (migration-paths)', code: 'model-missing', state: 'open' },
    ])
  })

  it('of another organization is not found', async () => {
    const { request, finished } = await startStudying()
    const id = await request(another(studies['critical-files']))
    await finished(id)
    const other = await startStudying()
    expect((await other.client.fetch(`/api/code/studies/${id}`)).status).toBe(404)
    expect((await other.client.fetch(`/api/code/studies/${id}/parts/answer`)).status).toBe(404)
  })

  it('of a repository that is not known is refused, and so is one of another organization of it', async () => {
    const { post } = await startStudying()
    const unknown = { ...studies.documentation, repository: { ...repository, id: 'repo-2' } }
    await expectProblem(
      await post(unknown),
      problemOf('not-found', 'The repository is unknown. Register it with its organization, then send this again.'),
    )
    const elsewhere = { ...studies.documentation, repository: { ...repository, organizationId: 'org-2' } }
    expect((await post(elsewhere)).status).toBe(400)
  })

  const [first] = studies.documentation.sources
  it.each([
    ['no document', { documents: [] }, 'body.documents'],
    ['a document twice', { documents: ['api', 'api'] }, 'body.documents'],
    ['a kind of document that there is not', { documents: ['poem'] }, 'body.documents.0'],
    ['a source twice', { sources: [first, first] }, 'body.sources'],
    ['no source', { sources: [] }, 'body.sources'],
    ['an id that no answer could repeat', { sources: [{ ...first, id: 'a b' }] }, 'body.sources.0.id'],
    ['a user of another', { userId: 'user-2' }, 'body.userId'],
  ])('with %s is refused', async (_, given, path) => {
    const { post } = await startStudying()
    await expectProblem(
      await post({ ...studies.documentation, ...given }),
      notValid([path, expect.any(String) as string]),
    )
  })
})
