import { randomBytes } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { signInRate, usualRate } from '../../../shared/http/rate-limit.ts'
import { type Client, newClient, signIn, identity } from '../../support/browser-client.ts'
import { expectProblem, problemOf } from '../../support/problem.ts'

const { urls, integrationKey } = inject('stack')

const expectTooMany = async (response: Response, text: string): Promise<void> => {
  const retryAfter = Number(response.headers.get('retry-after'))
  expect(retryAfter).toBeGreaterThanOrEqual(1)
  expect(retryAfter).toBeLessThanOrEqual(60)
  await expectProblem(
    response,
    problemOf('too-many-requests', `${text} Try again in ${retryAfter} s.`, { retryAfterSeconds: retryAfter }),
  )
}

const statuses = async (times: number, send: (index: number) => Promise<Response>): Promise<readonly number[]> =>
  (await Promise.all(Array.from({ length: times }, (_, index) => send(index)))).map(({ status }) => status)

const all = (times: number, status: number): readonly number[] => Array.from({ length: times }, () => status)

describe('sign-in', () => {
  it.each([
    ['GET', '/api/code/login', 302],
    ['GET', '/api/ai/login', 302],
    ['POST', '/api/code/session', 401],
    ['POST', '/api/ai/session', 401],
  ])('past thirty times a minute from one address is refused: %s %s', async (method, path, status) => {
    const [client, other] = [newClient(urls), newClient(urls)]
    const send = (from: Client): Promise<Response> =>
      method === 'GET' ? from.fetch(path) : from.send(method, path, { token: 'x' })
    expect(await statuses(signInRate.perMinute, () => send(client))).toEqual(all(30, status))
    await expectTooMany(await send(client), 'This caller has made too many requests.')
    expect((await send(other)).status).toBe(status)
  })

  it('is counted before the body is looked at', async () => {
    const client = newClient(urls)
    const post = (): Promise<Response> => client.fetch('/api/code/session', { method: 'POST', body: 'x' })
    expect(await statuses(30, post)).toEqual(all(30, 415))
    await expectTooMany(await post(), 'This caller has made too many requests.')
  })

  it('is counted by the address that our own proxy saw, not by one that the client writes', async () => {
    const address = `10.250.${randomBytes(2).join('.')}`
    const login = (index: number): Promise<Response> =>
      newClient(urls).fetch('/api/code/login', { headers: { 'x-forwarded-for': `203.0.113.${index}, ${address}` } })
    expect(await statuses(30, login)).toEqual(all(30, 302))
    await expectTooMany(await login(99), 'This caller has made too many requests.')
  })

  it('does not keep those who are signed in from working', async () => {
    const client = await signIn(urls, identity())
    await statuses(31, () => client.fetch('/api/code/login'))
    expect((await client.fetch('/api/code/session')).status).toBe(200)
  })
})

describe('a caller', () => {
  it('past six hundred times a minute is refused, and others are not', async () => {
    const [client, other] = [await signIn(urls, identity()), await signIn(urls, identity())]
    const seen = await statuses(usualRate.perMinute, () => client.fetch('/api/code/session'))
    expect(seen).toEqual(all(usualRate.perMinute, 200))
    await expectTooMany(await client.fetch('/api/code/session'), 'This caller has made too many requests.')
    expect((await other.fetch('/api/code/session')).status).toBe(200)
    expect((await client.fetch('/api/code/tickets')).status).toBe(200)
  })
})

describe('credentials that are not valid', () => {
  const text = 'Too many attempts with credentials that are not valid came from this address.'
  const madeUp = (): Record<string, string> => ({ cookie: `code_session=${randomBytes(32).toString('base64url')}` })
  const wrongKey = (): Record<string, string> => ({ 'x-integration-key': randomBytes(32).toString('base64url') })

  it.each([
    ['keys', wrongKey],
    ['sessions', madeUp],
  ])('close an address for %s after twenty failures, but for good ones', async (_, credentials) => {
    const client = newClient(urls)
    const session = await signIn(urls, identity())
    const cookie = `code_session=${session.cookies.get('code_session') ?? ''}`
    const attempt = (headers: Record<string, string>): Promise<Response> =>
      client.fetch('/api/code/tickets', { headers })
    for (let count = 0; count < 20; count++) expect((await attempt(credentials())).status).toBe(401)
    await expectTooMany(await attempt(credentials()), text)
    expect((await attempt({ 'x-integration-key': integrationKey })).status).toBe(200)
    expect((await attempt({ cookie })).status).toBe(200)
    expect((await newClient(urls, { 'x-integration-key': integrationKey }).fetch('/api/code/tickets')).status).toBe(200)
    expect((await client.fetch('/api/code/login')).status).toBe(302)
  })

  it('are answered twenty times when three hundred come at once', async () => {
    const client = newClient(urls)
    const seen = await statuses(300, () => client.fetch('/api/code/tickets', { headers: wrongKey() }))
    expect([401, 429].map((status) => seen.filter((one) => one === status).length)).toEqual([20, 280])
  })

  it('are not counted when they were good once: a tab that polls after sign-out', async () => {
    const client = await signIn(urls, identity())
    const cookie = `code_session=${client.cookies.get('code_session') ?? ''}`
    expect((await client.fetch('/api/code/session', { method: 'DELETE' })).status).toBe(204)
    expect(await statuses(40, () => client.fetch('/api/code/session', { headers: { cookie } }))).toEqual(all(40, 401))
    expect((await client.fetch('/api/code/tickets', { headers: wrongKey() })).status).toBe(401)
  })

  it('are not counted where there are none', async () => {
    const client = newClient(urls)
    expect(await statuses(30, () => client.fetch('/api/code/session'))).toEqual(all(30, 401))
    expect((await client.fetch('/api/code/tickets', { headers: { 'x-integration-key': integrationKey } })).status).toBe(
      200,
    )
  })

  it('are not counted where a good caller may not do something', async () => {
    const client = await signIn(urls, identity({ role: 'viewer' }))
    expect(await statuses(30, () => client.fetch('/api/code/tickets', { method: 'POST' }))).toEqual(all(30, 403))
    expect((await client.fetch('/api/code/session')).status).toBe(200)
  })
})
