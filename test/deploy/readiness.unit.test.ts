import { type RequestListener, createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { closeServer, listenOnLoopback } from '@theone/local-process/loopback'
import { type Outcome, readinessOf } from '../../deploy/readiness.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

const listening = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  closing.push(() => closeServer(server))
  return listenOnLoopback(server, 0, 'PORT')
}

const patience = { waitMs: 0, pauseMs: 10, answerMs: 15_000 }

const ask = async (listener: RequestListener, given = patience): Promise<Outcome> =>
  readinessOf({ app: 'api', url: `${await listening(listener)}/api/code/health/ready` }, given)

const answering =
  (status: number, body: unknown): RequestListener =>
  (_, response) =>
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))

const ready = { status: 'ready', settings: [], checks: [{ id: 'storage', ok: true, ms: 3 }] }
const notReady = {
  status: 'not-ready',
  settings: [
    { name: 'HUB_URL', fault: 'missing', advice: 'Set it.' },
    { name: 'AI_MODELS', fault: 'invalid', advice: 'Correct it.', ignored: true },
  ],
  checks: [{ id: 'storage', ok: false, ms: 5_000 }],
}

describe('an app that is asked whether it is ready', () => {
  it('is asked with GET at its own address, and is ready', async () => {
    let asked = ''
    const outcome = await ask((request, response) => {
      asked = `${request.method} ${request.url}`
      response.end(JSON.stringify(ready))
    })
    expect(asked).toBe('GET /api/code/health/ready')
    expect(outcome).toMatchObject({ app: 'api', state: 'ready', tries: 1, details: [] })
  })

  it('says what is missing; what it ignores is not missing', async () => {
    expect(await ask(answering(503, notReady))).toMatchObject({
      state: 'not ready',
      details: ['HUB_URL is missing: Set it.', 'storage does not answer (5000 ms)'],
    })
  })

  it('is not ready when it says so with 200, nor when it says ready with 503', async () => {
    expect(await ask(answering(200, notReady))).toMatchObject({ state: 'not ready' })
    expect(await ask(answering(503, ready))).toMatchObject({ state: 'not ready' })
  })

  it.each([
    { status: 200, body: '<h1>Your Function App is up and running</h1>', said: 'not from the app' },
    { status: 200, body: {}, said: 'not from the app' },
    { status: 503, body: 'The service is unavailable.', said: 'no instance that runs' },
    { status: 404, body: '', said: 'no such function' },
    { status: 403, body: 'Ip Forbidden', said: 'Access restrictions' },
    { status: 302, body: '', said: 'not from the app' },
  ])('has given no answer when somebody else answers $status, with $said', async ({ status, body, said }) => {
    const { state, details } = await ask(answering(status, body))
    expect(state).toBe('no answer')
    expect(details.join()).toMatch(new RegExp(`^${status}: .*${said}`))
  })

  it('is not followed to where a redirect leads', async () => {
    const elsewhere = await listening(answering(200, ready))
    expect(await ask((_, response) => response.writeHead(302, { location: elsewhere }).end())).toMatchObject({
      state: 'no answer',
    })
  })

  it('has given no answer when the connection is refused, by the code of the system', async () => {
    const server = createServer()
    const url = await listenOnLoopback(server, 0, 'PORT')
    await closeServer(server)
    expect(await readinessOf({ app: 'api', url }, patience)).toMatchObject({
      state: 'no answer',
      details: ['ECONNREFUSED'],
    })
  })

  it('has given no answer when it hangs, or trickles for ever', async () => {
    const short = { ...patience, answerMs: 200 }
    expect(await ask(() => {}, short)).toMatchObject({ state: 'no answer', details: ['no answer within 0 s'] })
    const trickling: RequestListener = (_, response) => {
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    }
    expect(await ask(trickling, short)).toMatchObject({ state: 'no answer' })
  })

  it('is not read to the end when its answer is endless', async () => {
    expect(await ask(answering(200, 'x'.repeat(70_000)))).toMatchObject({
      state: 'no answer',
      details: ['the answer has more than 65536 bytes'],
    })
  })

  it('is asked again until it is ready', async () => {
    const answers = [answering(404, ''), answering(503, notReady), answering(200, ready)]
    const outcome = await ask((...call) => answers.shift()?.(...call), { ...patience, waitMs: 15_000 })
    expect(outcome).toMatchObject({ state: 'ready', tries: 3 })
    expect(answers).toEqual([])
  })

  it('is given up when the time is up, with its last answer', async () => {
    let tries = 0
    const outcome = await ask(
      (...call) => {
        tries += 1
        answering(503, notReady)(...call)
      },
      { waitMs: 3_000, pauseMs: 500, answerMs: 15_000 },
    )
    expect(outcome).toMatchObject({ state: 'not ready', tries })
    expect(tries).toBeGreaterThan(1)
    expect(tries).toBeLessThanOrEqual(7)
  })
})
