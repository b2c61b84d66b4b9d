import { describe, expect, inject, it } from 'vitest'
import { newClient } from '../../../support/browser-client.ts'
import { expectProblem, notValid, problemOf } from '../../../support/problem.ts'
import { recommendation, startProjecting } from './projecting.ts'

const stack = inject('stack')

describe('handing in a recommendation', () => {
  it('is refused without credentials', async () => {
    const response = await newClient(stack.urls).send('POST', '/api/code/projects', recommendation())
    expect(response.status).toBe(401)
  })

  it('is refused to a viewer, who may read and not cancel', async () => {
    const member = await startProjecting(stack)
    const viewer = await startProjecting(stack, { role: 'viewer', tenantId: member.tenantId })
    const id = await member.request(recommendation())
    const refused = await viewer.post(recommendation())
    expect([refused.status, (await viewer.cancel(id)).status]).toEqual([403, 403])
    expect(await viewer.finished(id)).toMatchObject({ id, state: 'completed' })
    expect((await viewer.list()).projects).toMatchObject([{ id }])
  })

  it('names everything that is missing', async () => {
    const { post, list, psa } = await startProjecting(stack)
    await expectProblem(
      await post({}),
      notValid(
        ...['recommendationId', 'title', 'summary', 'repository', 'steps', 'effortHours', 'url', 'createdAt'].map(
          (field) => [`body.${field}`, expect.any(String) as string] as const,
        ),
      ),
    )
    expect((await list()).projects).toEqual([])
    expect(await psa.requests()).toEqual({})
  })

  const quarters = 'must be in quarters of an hour'
  const together = 'must not be less than the hours of the steps together'
  const steps = [{ title: 'One', effortHours: 2.25 }, { title: 'Two', effortHours: 1.5 }, { title: 'Three' }]
  const bad: readonly (readonly [what: string, given: object, error: readonly [path: string, message: unknown]])[] = [
    ['no steps', { steps: [] }, ['body.steps', expect.any(String)]],
    [
      'more than 100 steps',
      { steps: Array.from({ length: 101 }, () => ({ title: 'One more' })) },
      ['body.steps', expect.stringContaining('100')],
    ],
    ['no hours', { effortHours: 0, steps: [{ title: 'One' }] }, ['body.effortHours', expect.any(String)]],
    ['a tenth of an hour', { effortHours: 40.1 }, ['body.effortHours', quarters]],
    ['more hours than anybody has', { effortHours: 100_000.25 }, ['body.effortHours', expect.any(String)]],
    [
      'hours of a step that are no quarters',
      { steps: [{ title: 'One', effortHours: 0.3 }] },
      ['body.steps.0.effortHours', quarters],
    ],
    ['less hours than its steps', { steps, effortHours: 3.5 }, ['body.effortHours', together]],
    ['a step without a title', { steps: [{ description: 'Something' }] }, ['body.steps.0.title', 'is missing']],
    [
      'a link that is none of the web',
      { url: 'javascript:alert(1)' },
      ['body.url', 'must be an http(s) URL of at most 2,000 characters'],
    ],
    ['a field that nobody knows', { hours: 3 }, ['body.hours', 'is not a field that is known here']],
  ]
  it.each(bad)('refuses %s', async (_, given, error) => {
    const { post, psa } = await startProjecting(stack)
    await expectProblem(await post({ ...recommendation(), ...given }), notValid(error))
    expect(await psa.requests()).toEqual({})
  })

  it('takes exactly the hours of its steps, and 100 steps', async () => {
    const { request, finished, psa } = await startProjecting(stack)
    const id = await request(
      recommendation({
        steps: Array.from({ length: 100 }, (_, index) => ({
          title: `${index} `.padEnd(150, 'x'),
          description: 'y'.repeat(1_000),
          effortHours: 0.25,
        })),
        effortHours: 25,
      }),
    )
    expect(await finished(id)).toMatchObject({ state: 'completed', psaProject: { estimateHours: 25 } })
    const [made] = await psa.projects()
    for (let index = 0; index < 100; index += 1)
      expect(made?.description).toContain(`${index + 1}. ${`${index} `.padEnd(150, 'x')} (0.25 h)\n`.slice(0, -1))
  })

  it('again with another content stands as it was handed in first, and the answer says what was ignored', async () => {
    const { post, finished, psa } = await startProjecting(stack)
    const given = recommendation()
    const first = (await (await post(given)).json()) as { id: string }
    expect(first).toMatchObject({ outcome: 'started', ignored: [] })
    const again = await post({ ...given, effortHours: given.effortHours + 1, title: 'In other words' })
    expect(await again.json()).toMatchObject({
      id: first.id,
      outcome: 'existing',
      ignored: ['title', 'effortHours'],
    })
    await finished(first.id)
    const done = await post(given)
    expect([done.status, await done.json()]).toMatchObject([200, { outcome: 'existing', ignored: [] }])
    expect(await psa.projects()).toMatchObject([{ estimateHours: given.effortHours }])
  })

  it('again of another repository is refused: it is another recommendation', async () => {
    const { post, request } = await startProjecting(stack)
    const given = recommendation()
    await request(given)
    await expectProblem(
      await post({ ...given, repository: { ...given.repository, id: 'another' } }),
      problemOf('validation-failed', 'The recommendationId belongs to another recommendation, which has a project.', {
        errors: [{ path: 'body.repository.id', message: 'must be the same repository as before' }],
      }),
    )
  })
})

describe('a project that there is not', () => {
  it('is a 404', async () => {
    const { client, cancel } = await startProjecting(stack)
    const unknown = problemOf('not-found', 'There is no project with this id.')
    await expectProblem(await client.fetch('/api/code/projects/sample'), unknown)
    await expectProblem(await cancel('x'.repeat(100)), unknown)
  })

  it.each(['ü.2', 'x'.repeat(101)])('is refused when its id has not the form of ours: %s', async (id) => {
    const { client, cancel } = await startProjecting(stack)
    const refused = {
      status: 400,
      errors: [{ path: 'params.projectId', message: 'must be an id as this suite gives it' }],
    }
    const path = `/api/code/projects/${encodeURIComponent(id)}`
    expect(await (await client.fetch(path)).json()).toMatchObject(refused)
    expect(await (await cancel(encodeURIComponent(id))).json()).toMatchObject(refused)
  })
})
