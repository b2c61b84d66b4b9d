import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hostUnderTest, type HostUnderTest } from './base-url.ts'

describe('the admin API', () => {
  let host: HostUnderTest
  beforeAll(async () => {
    host = await hostUnderTest()
  })
  afterAll(() => host.stop())

  const admin = (path: string, init?: RequestInit): Promise<Response> => fetch(`${host.url}/admin/${path}`, init)
  const run = (name: string, body: string): Promise<Response> =>
    admin(`functions/${name}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })

  it('says that the host runs', async () => {
    const response = await admin('host/status')
    expect(await response.json()).toMatchObject({
      state: 'Running',
      id: expect.any(String),
      version: expect.any(String),
      processUptime: expect.any(Number),
    })
  })

  it.each(['GET', 'POST'])('answers %s host/ping with 200', async (method) => {
    expect((await admin('host/ping', { method })).status).toBe(200)
  })

  it('lists the functions with their bindings and the URL that calls them', async () => {
    const functions = (await (await admin('functions')).json()) as Array<Record<string, unknown>>
    const names = functions.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['echo', 'yearly']))
    expect(functions.find(({ name }) => name === 'literal')).toMatchObject({
      language: 'node',
      isDisabled: false,
      invoke_url_template: `${host.url}/api/things/fixed`,
      config: {
        bindings: expect.arrayContaining([expect.objectContaining({ type: 'httpTrigger', route: 'Things/Fixed' })]),
      },
    })
  })

  it('describes one function, without a URL when it is not an HTTP function', async () => {
    expect(await (await admin('functions/yearly')).json()).toMatchObject({ name: 'yearly', invoke_url_template: null })
  })

  it('says that a function without errors has none', async () => {
    const response = await admin('functions/echo/status')
    expect([response.status, await response.json()]).toEqual([200, {}])
  })

  it.each(['functions/none', 'functions/none/status', 'nothing'])('answers 404 for %s', async (path) => {
    expect((await admin(path)).status).toBe(404)
  })

  it('runs a timer by hand, with the status of its schedule', async () => {
    const runs = async (): Promise<unknown[]> =>
      (await (await fetch(`${host.url}/api/yearly-runs`)).json()) as unknown[]
    const before = (await runs()).length
    expect((await run('yearly', '{"input": ""}')).status).toBe(202)
    await vi.waitFor(async () => expect(await runs()).toHaveLength(before + 1), { timeout: 10_000, interval: 50 })
    expect((await runs()).at(-1)).toMatchObject({
      isPastDue: false,
      schedule: { adjustForDST: true },
      scheduleStatus: { next: expect.stringMatching(/^\d{4}-01-01T00:00:00/) },
    })
  })

  it('answers 404 when the function to run does not exist and 400 when there is no JSON', async () => {
    expect([(await run('none', '{"input": ""}')).status, (await run('yearly', 'not json')).status]).toEqual([404, 400])
  })
})
