// What every stand-in does with a request that it cannot answer.
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { done, problem } from '../../../local/stand-ins/http-exchange.ts'
import { type StandIn, startStandIn } from '../../../local/stand-ins/stand-in.ts'
import { controlRoute } from '../../../local/stand-ins/stand-in-control.ts'

afterEach(() => vi.restoreAllMocks())

const start = async (answer: StandIn['answer']): Promise<string> => {
  const standIn = { name: 'Thing', port: 0, portSetting: 'none', control: [], answer, close: () => {} }
  const { url, close } = await startStandIn(standIn)
  onTestFinished(close)
  return url
}

const reading: StandIn['answer'] = async ({ request }) => {
  for await (const _ of request);
  return { status: 200, body: {} }
}

describe('the stand-in', () => {
  it.each([
    ['GET', '/', { host: 'evil.example' }, 421],
    ['POST', '/_control/reset', { host: 'evil.example' }, 421],
    ['POST', '/_control/reset', { origin: 'http://evil.example' }, 403],
    ['POST', '/_control/reset', { 'sec-fetch-site': 'cross-site' }, 403],
    ['POST', '/_control/reset', {}, 204],
  ])('answers %s %s with %j by %d', async (method, path, headers, expected) => {
    const { url, close } = await startStandIn({
      name: 'Thing',
      port: 0,
      portSetting: 'none',
      control: [controlRoute('POST', '/_control/reset', () => done)],
      answer: () => ({ status: 200 }),
      close: () => {},
    })
    onTestFinished(close)
    const status = await new Promise((resolve, reject) => {
      const sent = httpRequest(url + path, { method, headers }, ({ statusCode }) => resolve(statusCode))
      sent.once('error', reject).end()
    })
    expect(status).toBe(expected)
  })

  it('says in one line that a caller hung up, and answers the next one', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const url = await start(reading)
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write('POST /v1/things?secret=x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"a":')
    await new Promise((resolve) => setTimeout(resolve, 100))
    socket.resetAndDestroy()
    await expect
      .poll(() => logged.mock.calls)
      .toEqual([
        ['The Thing stand-in could not answer POST /v1/things: the caller hung up before the request was whole.'],
      ])
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(200)
  })

  it('shows all of a failure of its own, and where', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const failure = new Error('It is broken.')
    const url = await start(() => {
      throw failure
    })
    const response = await fetch(`${url}/v1/things?secret=x`)
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual(problem(500, 'The stand-in failed: see its output').body)
    expect(logged.mock.calls).toEqual([['The Thing stand-in could not answer GET /v1/things:', failure]])
  })
})
