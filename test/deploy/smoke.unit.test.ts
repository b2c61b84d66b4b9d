// How the smoke test ends: one app that is not as it should be is enough for azd, and for the workflow, to fail.
import { type RequestListener, createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'
import { addressesAt } from '../../deploy/app-address.ts'
import { functionApps } from '../../functions/apps/all.ts'
import { programAt } from '../support/program.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

const listening = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  closing.push(() => closeServer(server))
  return listenOnLoopback(server, 0, 'PORT')
}

const answering =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))

const ready = answering(200, { status: 'ready', settings: [], checks: [{ id: 'storage', ok: true, ms: 3 }] })
const notReady = answering(503, {
  status: 'not-ready',
  settings: [{ name: 'HUB_URL', fault: 'missing', advice: 'Set it.' }],
  checks: [],
})

/** All apps, of which some answer otherwise. */
const smokeWith = async (others: Readonly<Record<string, RequestListener>>) => {
  const { origin } = new URL(
    await listening((request, response) => (others[request.url ?? ''] ?? ready)(request, response)),
  )
  return programAt('deploy/smoke.ts', {})('--at', origin, '--wait', '0', '--answer', '4')
}

const routes = addressesAt('http://127.0.0.1').map(({ app, url }) => ({ app, route: new URL(url).pathname }))
const [first] = routes

const faults: readonly { readonly listener: RequestListener; readonly state: string; readonly said: string }[] = [
  { listener: notReady, state: 'not ready', said: 'HUB_URL is missing: Set it.' },
  { listener: answering(200, '<h1>Your app is up and running</h1>'), state: 'no answer', said: '200: ' },
  { listener: () => {}, state: 'no answer', said: 'no answer within 4 s' },
  // Of another app, which has not that route.
  { listener: answering(404, ''), state: 'no answer', said: '404: no such function' },
  { listener: answering(302, '', { location: first?.route ?? '' }), state: 'no answer', said: '302: ' },
  { listener: (_, response) => response.destroy(), state: 'no answer', said: 'UND_ERR_SOCKET' },
]

describe('the smoke test', () => {
  it('ends with 0 when each app is ready', async () => {
    const { code, stdout, stderr } = await smokeWith({})
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.match(/ ready /g)).toHaveLength(functionApps.length)
  })

  it.each([
    { title: 'says that it is not ready', listener: notReady },
    { title: 'does not answer in time', listener: () => {} },
    { title: 'is another one', listener: answering(404, '') },
    { title: 'is a page of somebody else', listener: answering(200, 'Up') },
  ])('ends with 1 when a single app $title', async ({ listener }) => {
    const { code, stdout, stderr } = await smokeWith({ [routes.at(-1)?.route ?? '']: listener })
    expect(code).toBe(1)
    expect(stdout.match(/^\S+ +ready /gm)).toHaveLength(functionApps.length - 1)
    expect(stderr).toContain(`1 of ${functionApps.length} apps are not ready`)
  })

  it('says of each app what is wrong with it', async () => {
    expect(faults).toHaveLength(routes.length)
    const others = Object.fromEntries(routes.map(({ route }, index) => [route, faults[index]?.listener ?? ready]))
    const { code, stdout } = await smokeWith(others)
    expect(code).toBe(1)
    for (const [index, { state, said }] of faults.entries())
      expect(stdout).toMatch(new RegExp(`^${routes[index]?.app} +${state} .*\\n +${said}`, 'm'))
  })

  it.each([
    { given: 'nowhere to ask', args: [], said: 'serviceHostNames is not set.' },
    {
      given: 'an hour and more',
      args: ['--wait', '3601'],
      said: '--wait is "3601". Give whole seconds from 0 to 3600.',
    },
    { given: 'no time to answer', args: ['--answer', '0'], said: '--answer is "0". Give whole seconds from 1 to 230.' },
    { given: 'no origin', args: ['--at', '127.0.0.1:9'], said: '"127.0.0.1:9" is no address such as' },
  ])('ends with 2 for $given', async ({ args, said }) => {
    const { code, stdout, stderr } = await programAt('deploy/smoke.ts', {})(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(said)
    expect(stderr).toContain('\n\nUsage: npm run smoke')
  })
})
