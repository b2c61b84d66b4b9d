import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { createSessions } from '../../../shared/auth/session.ts'
import type { ProductTokenClaims } from '../../../shared/peers/hub/contract.ts'
import { createStore } from '../../../shared/store/store.ts'
import {
  type Client,
  type Identity,
  beginLogin,
  claimsOf,
  hubToken,
  identity,
  newClient,
  newTenantId,
  signIn,
} from '../../support/browser-client.ts'
import { eventually } from '../../support/eventually.ts'
import { expectProblem, notValid, problemOf } from '../../support/problem.ts'
import { storedText } from '../../support/stored-text.ts'

const { urls, settings } = inject('stack')
const connectionString = settings['DATA_STORAGE'] ?? ''

const tokenFor = (who: Identity, nonce: string | null, claims: Record<string, unknown> = {}): Promise<string> =>
  hubToken(urls, { product: who.product, claims: { ...claimsOf(who), nonce, ...claims } })

const exchange = (client: Client, body: unknown, product = 'code'): Promise<Response> =>
  client.send('POST', `/api/${product}/session`, body)

const whoAmI = async (client: Client, product = 'code'): Promise<number> =>
  (await client.fetch(`/api/${product}/session`)).status

/** The attributes by name, in small letters: their order and spelling are the host's, or the library's where HTTP streaming is on. */
const cookiesIn = ({ headers }: Response): readonly object[] =>
  headers.getSetCookie().map((line) => {
    const [pair, ...attributes] = line.split('; ')
    return { pair, ...Object.fromEntries(attributes.map((attribute) => nameAndValue(attribute.toLowerCase()))) }
  })
const nameAndValue = (attribute: string): readonly [string, string] => {
  const [name = '', ...value] = attribute.split('=')
  return [name, value.join('=')]
}

const otherBrowser = problemOf(
  'token-rejected',
  'This sign-in was started in another browser, or too long ago. Sign in again from here.',
)
const unverifiable = problemOf(
  'token-rejected',
  'The sign-in from Hub could not be verified. Open the product from Hub again; if it happens every time, tell your administrator.',
)
const ended = problemOf('unauthenticated', 'The session of The One Code has ended. Sign in again.')

describe('the way to Hub', () => {
  it('carries the digest of a nonce that only this browser has', async () => {
    const client = newClient(urls)
    const response = await client.fetch('/api/code/login?returnTo=/a%3Fb%3D1&login_hint=mia@northwind.example')
    const nonce = client.cookies.get('code_login') ?? ''
    expect(nonce).toMatch(/^[\w-]{43}$/)
    const location = new URL(response.headers.get('location') ?? '')
    expect(`${location.origin}${location.pathname}`).toBe(`${urls.hub}/sso/login`)
    expect(Object.fromEntries(location.searchParams)).toEqual({
      product: 'code',
      nonce: createHash('sha256').update(nonce).digest('base64url'),
      returnTo: '/a?b=1',
      login_hint: 'mia@northwind.example',
    })
    expect(cookiesIn(response)).toEqual([
      { pair: `code_login=${nonce}`, 'max-age': '600', path: '/api/code/', samesite: 'lax', httponly: '' },
    ])
    expect(await response.text()).toBe('')
  })

  it('goes on with the nonce of another tab, and not with one that was planted in another shape', async () => {
    const client = newClient(urls)
    await beginLogin(client, 'code')
    const first = client.cookies.get('code_login')
    await beginLogin(client, 'code')
    expect(client.cookies.get('code_login')).toBe(first)
    for (const planted of ['x', 'a'.repeat(44), `${'a'.repeat(42)}!`]) {
      const other = newClient(urls, { cookie: `code_login=${planted}` })
      await beginLogin(other, 'code')
      expect(other.cookies.get('code_login')).not.toBe(planted)
    }
  })

  it('does not begin with an address elsewhere or a hint that is none', async () => {
    for (const returnTo of [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '/%2fevil.example',
      '/a/..//evil.example',
      'a',
    ])
      await expectProblem(
        await newClient(urls).fetch(`/api/code/login?${new URLSearchParams({ returnTo }).toString()}`),
        notValid(['query.returnTo', 'must be a path on this product, such as /integrations']),
      )
    await expectProblem(
      await newClient(urls).fetch('/api/code/login?login_hint=mia'),
      notValid(['query.login_hint', 'must be an e-mail address']),
    )
  })
})

describe('the exchange of a token', () => {
  it('opens a session whose cookie is for this host, until the Hub session ends', async () => {
    const who = identity()
    const client = newClient(urls)
    const expires = Math.floor(Date.now() / 1000) + 3_600
    const token = await tokenFor(who, await beginLogin(client, 'code'), { session_exp: expires })
    const response = await exchange(client, { token })
    const value = client.cookies.get('code_session') ?? ''
    expect(value).toMatch(/^[\w-]{43}$/)
    const ends = new Date(expires * 1_000).toUTCString().toLowerCase()
    expect(cookiesIn(response)).toEqual([
      { pair: `code_session=${value}`, expires: ends, path: '/', samesite: 'lax', httponly: '' },
    ])
    expect(await response.json()).toEqual({
      user: {
        id: who.userId,
        email: `${who.userId}@example.com`,
        firstName: 'Mia',
        lastName: 'Torres',
        role: 'member',
      },
      tenant: { id: who.tenantId, slug: who.tenantId, name: who.tenantId },
      entitlements: ['hub', 'code', 'ai'],
      expiresAt: new Date(expires * 1000).toISOString(),
    })
  })

  it('is refused without the nonce of this browser', async () => {
    const client = newClient(urls)
    const nonce = await beginLogin(client, 'code')
    const elsewhere = await beginLogin(newClient(urls), 'code')
    for (const claimed of [
      null,
      '',
      elsewhere,
      nonce.toLowerCase(),
      `${nonce}=`,
      client.cookies.get('code_login') ?? '',
    ])
      await expectProblem(await exchange(client, { token: await tokenFor(identity(), claimed) }), otherBrowser)
    await expectProblem(await exchange(newClient(urls), { token: await tokenFor(identity(), nonce) }), otherBrowser)
    const own = client.cookies.get('code_login') ?? ''
    for (const cookie of [
      `code_login=${own}; code_login=${own}`,
      `code_login=x; code_login=${own}`,
      `oneai_login=${own}`,
      'code_login=',
    ])
      await expectProblem(
        await exchange(newClient(urls, { cookie }), { token: await tokenFor(identity(), nonce) }),
        otherBrowser,
      )
  })

  it('is still possible after a try in the wrong browser', async () => {
    const client = newClient(urls)
    const token = await tokenFor(identity(), await beginLogin(client, 'code'))
    await expectProblem(await exchange(newClient(urls), { token }), otherBrowser)
    expect((await exchange(client, { token })).status).toBe(200)
  })

  it('works once', async () => {
    const client = newClient(urls)
    const token = await tokenFor(identity(), await beginLogin(client, 'code'))
    expect((await exchange(client, { token })).status).toBe(200)
    await expectProblem(
      await exchange(client, { token }),
      problemOf('token-rejected', 'This sign-in was already used. Open the product from Hub again.'),
    )
    expect(await whoAmI(client)).toBe(200)
  })

  it('works once when twenty come at the same time', async () => {
    const client = newClient(urls)
    const token = await tokenFor(identity(), await beginLogin(client, 'code'))
    const responses = await Promise.all(Array.from({ length: 20 }, () => exchange(client, { token })))
    expect(responses.map(({ status }) => status).sort((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 401),
    ])
    expect(responses.filter((response) => response.headers.getSetCookie().length > 0)).toHaveLength(1)
  })

  it('is refused for tokens that are not for this product, or not from Hub', async () => {
    const client = newClient(urls)
    const nonce = await beginLogin(client, 'code')
    const claims = { ...claimsOf(identity()), nonce }
    const now = Math.floor(Date.now() / 1000)
    const tokens = [
      await hubToken(urls, { product: 'ai', claims }),
      await hubToken(urls, { product: 'ai', claims: { ...claims, aud: 'code' } }),
      await hubToken(urls, { product: 'code', claims: { ...claims, aud: 'ai' } }),
      await hubToken(urls, { product: 'code', claims: { ...claims, iss: 'http://127.0.0.1:1' } }),
      await hubToken(urls, { product: 'code', claims, secret: 'k3J9x-Qw7_pLmZ4vT8nR2bYc6HsD1fGa' }),
      await hubToken(urls, { product: 'code', claims, header: { alg: 'none' } }),
      await hubToken(urls, { product: 'code', claims, header: { alg: 'HS512' } }),
      await hubToken(urls, { product: 'code', claims: { ...claims, exp: now + 1_000 } }),
      await hubToken(urls, { product: 'code', claims: { ...claims, orgRole: 'root' } }),
      await hubToken(urls, { product: 'code', claims: { ...claims, tenantId: null } }),
    ]
    for (const token of tokens) await expectProblem(await exchange(client, { token }), unverifiable)
    await expectProblem(
      await exchange(client, {
        token: await hubToken(urls, { product: 'code', claims: { ...claims, iat: now - 100, exp: now - 40 } }),
      }),
      problemOf('token-rejected', 'The sign-in from Hub has expired. Open the product from Hub again.'),
    )
    expect(await whoAmI(client)).toBe(401)
  })

  it('tells somebody without the product that the Hub session is good and who can help', async () => {
    const client = newClient(urls)
    const who = identity({ claims: { entitlements: ['hub', 'ai'] } })
    await expectProblem(
      await exchange(client, { token: await tokenFor(who, await beginLogin(client, 'code')) }),
      problemOf(
        'product-not-granted',
        'Your Hub session is valid but has no access to The One Code. Ask an owner or admin of your organization for access.',
      ),
    )
    expect(client.cookies.has('code_session')).toBe(false)
  })

  it('reads nothing but a token and the path to return to', async () => {
    for (const [body, field, message] of [
      [{}, 'token', 'is missing'],
      [{ token: '' }, 'token', 'must not be empty'],
      [{ token: 17 }, 'token', 'must be text, not a number'],
      [{ token: { payload: 'x' } }, 'token', 'must be text, not an object'],
      [{ token: 'x'.repeat(8_193) }, 'token', 'must have at most 8,192 characters'],
      [{ token: 'x\ud800' }, 'token', 'must be well-formed Unicode'],
      [{ token: 'x', returnTo: '//evil.example' }, 'returnTo', 'must be a path on this product, such as /integrations'],
      [{ token: 'x', returnTo: null }, 'returnTo', 'must be text, not null'],
      [{ token: 'x', role: 'owner' }, 'role', 'is not a field that is known here'],
    ] as const)
      await expectProblem(await exchange(newClient(urls), body), notValid([`body.${field}`, message]))
  })

  it('ends the session that this browser had before', async () => {
    const client = await signIn(urls, identity())
    const before = newClient(urls, { cookie: `code_session=${client.cookies.get('code_session') ?? ''}` })
    expect(await whoAmI(before)).toBe(200)
    const token = await tokenFor(identity(), await beginLogin(client, 'code'))
    expect((await exchange(client, { token })).status).toBe(200)
    expect(await whoAmI(client)).toBe(200)
    await expectProblem(await before.fetch('/api/code/session'), ended)
  })

  it('leaves the session as it is when it fails', async () => {
    const client = await signIn(urls, identity())
    await expectProblem(await exchange(client, { token: 'x' }), unverifiable)
    expect(await whoAmI(client)).toBe(200)
  })
})

describe('the form that Hub posts', () => {
  const postForm = (client: Client, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    client.fetch('/api/code/session', {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'cross-site',
        origin: urls.hub,
        ...headers,
      },
    })
  const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()

  it('leads to the path that was asked for, or to the start', async () => {
    for (const [returnTo, location] of [
      ['/integrations?tab=1', '/integrations?tab=1'],
      [undefined, '/'],
    ] as const) {
      const client = newClient(urls)
      const token = await tokenFor(identity(), await beginLogin(client, 'code'))
      const response = await postForm(client, form({ token, ...(returnTo && { returnTo }) }))
      expect({
        status: response.status,
        location: response.headers.get('location'),
        body: await response.text(),
      }).toEqual({ status: 303, location, body: '' })
      expect(await whoAmI(client)).toBe(200)
    }
  })

  it('is refused with a field twice, with one that is not known, and with a path elsewhere', async () => {
    const twice = problemOf('malformed-request', 'The form has a field more than once.')
    await expectProblem(await postForm(newClient(urls), 'token=a&token=b'), twice)
    await expectProblem(await postForm(newClient(urls), 'token=a&t%6fken=a'), twice)
    await expectProblem(
      await postForm(newClient(urls), 'token=a&__proto__=b'),
      notValid(['body.__proto__', 'is not a field that is known here']),
    )
    await expectProblem(await postForm(newClient(urls), ''), notValid(['body.token', 'is missing']))
    await expectProblem(
      await postForm(newClient(urls), form({ token: 'x', returnTo: 'https://evil.example' })),
      notValid(['body.returnTo', 'must be a path on this product, such as /integrations']),
    )
  })

  it('shows a person a page when it fails, in which nothing of what was sent is markup', async () => {
    const response = await postForm(newClient(urls), 'token=x&<script>alert(1)</script>=1', {
      accept: 'text/html,*/*;q=0.8',
    })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    const page = await response.text()
    expect(page).toContain('<h1>The request is not valid</h1>')
    expect(page).toContain('body._script_alert_1___script_')
    expect(page).toContain('<a href="/api/code/login">Sign in again</a>')
    expect(page).toContain(`<code>${response.headers.get('x-correlation-id')}</code>`)
    expect(page).not.toContain('<script')
  })

  it('keeps the status of the problem on the page, and programs get the document', async () => {
    const page = await postForm(newClient(urls), 'token=x', { accept: 'text/html' })
    expect([page.status, page.headers.get('content-type')]).toEqual([401, 'text/html; charset=utf-8'])
    expect(await page.text()).toContain('The sign-in from Hub could not be verified.')
    await expectProblem(await postForm(newClient(urls), 'token=x', { accept: 'application/json' }), unverifiable)
  })
})

describe('the end of a session', () => {
  it('comes with the end of the Hub session', async () => {
    const client = newClient(urls)
    const nonce = await beginLogin(client, 'code')
    const session_exp = Math.floor(Date.now() / 1000) + 2
    expect((await exchange(client, { token: await tokenFor(identity(), nonce, { session_exp }) })).status).toBe(200)
    const cookie = `code_session=${client.cookies.get('code_session') ?? ''}`
    // The cookie is sent on, as somebody would who does not let go of it.
    await eventually(
      () => whoAmI(newClient(urls, { cookie })),
      (status) => status === 401,
      5_000,
    )
    expect(Date.now()).toBeGreaterThanOrEqual(session_exp * 1_000)
    await expectProblem(await newClient(urls, { cookie }).fetch('/api/code/session'), ended)
  })

  it('comes at once with sign-out, which can be repeated', async () => {
    const client = await signIn(urls, identity())
    const kept = newClient(urls, { cookie: `code_session=${client.cookies.get('code_session') ?? ''}` })
    expect(await whoAmI(kept)).toBe(200)
    const response = await client.fetch('/api/code/session', { method: 'DELETE' })
    expect(response.status).toBe(204)
    const expires = 'thu, 01 jan 1970 00:00:01 gmt'
    expect(cookiesIn(response)).toEqual([{ pair: 'code_session=', expires, path: '/', samesite: 'lax', httponly: '' }])
    expect(client.cookies.has('code_session')).toBe(false)
    await expectProblem(await kept.fetch('/api/code/session'), ended)
    for (const again of [client, kept, newClient(urls, { cookie: 'code_session=x; code_session=y' })])
      expect((await again.fetch('/api/code/session', { method: 'DELETE' })).status).toBe(204)
  })

  it('ends the session of one product and leaves that of the other', async () => {
    const who = identity({ product: 'ai' })
    const client = await signIn(urls, who)
    const code = await signIn(urls, { ...who, product: 'code' })
    for (const [name, value] of code.cookies) client.cookies.set(name, value)
    expect((await client.fetch('/api/code/session', { method: 'DELETE' })).status).toBe(204)
    expect([await whoAmI(client, 'code'), await whoAmI(client, 'ai')]).toEqual([401, 200])
  })
})

describe('a cut-off', () => {
  const cutoffs = createSessions(createStore({ connectionString })).cutoffs

  it('ends what a user had, in every product and within five seconds, and nothing of others', async () => {
    const who = identity()
    const [code, ai] = [await signIn(urls, who), await signIn(urls, { ...who, product: 'ai' })]
    const colleague = await signIn(urls, identity({ tenantId: who.tenantId }))
    const namesake = await signIn(urls, identity({ userId: who.userId }))
    expect([await whoAmI(code), await whoAmI(ai, 'ai')]).toEqual([200, 200])
    await cutoffs.cutOffUser(who, { notBefore: new Date() })
    const statuses = () => Promise.all([whoAmI(code), whoAmI(ai, 'ai')])
    await eventually(statuses, (seen) => seen.every((status) => status === 401), 6_000)
    await expectProblem(await code.fetch('/api/code/session'), ended)
    expect([await whoAmI(colleague), await whoAmI(namesake)]).toEqual([200, 200])
  })

  it('ends what a whole tenant had, and nothing of other tenants', async () => {
    const tenantId = newTenantId()
    const clients = await Promise.all(
      ['owner', 'viewer'].map((role) => signIn(urls, identity({ tenantId, role: role as 'owner' }))),
    )
    const other = await signIn(urls, identity())
    await cutoffs.cutOffTenant(tenantId, new Date())
    await eventually(
      () => Promise.all(clients.map((client) => whoAmI(client))),
      (seen) => seen.every((status) => status === 401),
      6_000,
    )
    expect(await whoAmI(other)).toBe(200)
  })

  it('also holds for a token that Hub issued before, and not for one that it issues after', async () => {
    const who = identity()
    const client = newClient(urls)
    const nonce = await beginLogin(client, 'code')
    const now = Math.floor(Date.now() / 1000)
    await cutoffs.cutOffUser(who, { notBefore: new Date(now * 1000) })
    await expectProblem(
      await exchange(client, { token: await tokenFor(who, nonce, { iat: now - 1, exp: now + 60 }) }),
      problemOf('token-rejected', 'This user may not sign in now. Open the product from Hub again.'),
    )
    expect((await exchange(client, { token: await tokenFor(who, nonce, { iat: now, exp: now + 60 }) })).status).toBe(
      200,
    )
    expect(await whoAmI(client)).toBe(200)
  })

  const [late, early] = [new Date('2030-01-01T00:00:00Z'), new Date('2020-01-01T00:00:00Z')]
  const issued = (who: Identity, issuedAt: string) => ({ ...who, issuedAt })

  it('of a user is not taken back by an earlier one', async () => {
    const who = identity()
    await cutoffs.cutOffUser(who, { notBefore: late })
    await cutoffs.cutOffUser(who, { notBefore: early })
    expect(await cutoffs.isCutOff(issued(who, '2029-12-31T23:59:59.999Z'))).toBe(true)
    expect(await cutoffs.isCutOff(issued(who, late.toISOString()))).toBe(false)
  })

  it('of a product is not taken back by an earlier one', async () => {
    const who = identity()
    await cutoffs.cutOffUser(who, { notBefore: late, product: 'code' })
    await cutoffs.cutOffUser(who, { notBefore: early, product: 'code' })
    expect(await cutoffs.isCutOff(issued(who, '2029-12-31T23:59:59.999Z'))).toBe(true)
  })

  it('of a tenant is not taken back by an earlier one', async () => {
    const who = identity()
    await cutoffs.cutOffTenant(who.tenantId, late)
    await cutoffs.cutOffTenant(who.tenantId, early)
    expect(await cutoffs.isCutOff(issued(who, '2029-12-31T23:59:59.999Z'))).toBe(true)
    expect(await cutoffs.isCutOff(issued(who, late.toISOString()))).toBe(false)
  })

  it('of one product leaves the other, and a mark for everything stays beside it', async () => {
    const who = identity()
    await cutoffs.cutOffUser(who, { notBefore: early })
    await cutoffs.cutOffUser(who, { notBefore: late, product: 'code' })
    const before = '2025-01-01T00:00:00Z'
    expect(await cutoffs.isCutOff(issued(who, before))).toBe(true)
    expect(await cutoffs.isCutOff(issued({ ...who, product: 'ai' }, before))).toBe(false)
    expect(await cutoffs.isCutOff(issued({ ...who, product: 'ai' }, '2019-01-01T00:00:00Z'))).toBe(true)
  })

  it('does not refuse who signs in within its second with the role that the user has since', async () => {
    const who = identity({ role: 'admin' })
    await cutoffs.cutOffUser(who, { notBefore: new Date('2030-01-01T00:00:00.600Z'), role: 'admin' })
    const second = '2030-01-01T00:00:00.000Z'
    expect(await cutoffs.isCutOff(issued(who, second))).toBe(false)
    expect(await cutoffs.isCutOff(issued({ ...who, role: 'viewer' }, second))).toBe(true)
    expect(await cutoffs.isCutOff(issued(who, '2029-12-31T23:59:59.000Z'))).toBe(true)
  })

  it('for a loss counts clocks that differ against the user, until the user is let in again', async () => {
    const who = identity()
    const notBefore = new Date('2030-01-01T00:00:00Z')
    await cutoffs.cutOffUser(who, { notBefore, lost: true })
    await cutoffs.cutOffUser(who, { notBefore, product: 'code', lost: true })
    const soonAfter = '2030-01-01T00:00:29Z'
    expect(await cutoffs.isCutOff(issued(who, soonAfter))).toBe(true)
    expect(await cutoffs.isCutOff(issued(who, '2030-01-01T00:00:30Z'))).toBe(false)
    await cutoffs.readmitUser(who, ['code'], new Date('2029-12-31T23:59:59Z'))
    expect(await cutoffs.isCutOff(issued(who, soonAfter))).toBe(true)
    await cutoffs.readmitUser(who, ['ai'], new Date('2030-01-01T00:00:20Z'))
    expect(await cutoffs.isCutOff(issued(who, soonAfter))).toBe(true)
    await cutoffs.readmitUser(who, ['code'], new Date('2030-01-01T00:00:20Z'))
    expect(await cutoffs.isCutOff(issued(who, soonAfter))).toBe(false)
    expect(await cutoffs.isCutOff(issued(who, '2029-12-31T23:59:59Z'))).toBe(true)
  })

  it('reaches a session whose token came from a clock that runs ahead', async () => {
    const who = identity()
    const client = newClient(urls)
    const ahead = Math.floor(Date.now() / 1000) + 25
    const token = await tokenFor(who, await beginLogin(client, 'code'), { iat: ahead, exp: ahead + 60 })
    expect((await exchange(client, { token })).status).toBe(200)
    await cutoffs.cutOffUser(who, { notBefore: new Date() })
    await eventually(
      () => whoAmI(client),
      (status) => status === 401,
      6_000,
    )
  })
})

describe('a session that nobody uses', () => {
  it('ends after the idle time, and use makes it live on', async () => {
    const store = createStore({ connectionString })
    let now = Date.now()
    const make = () => createSessions(store, { now: () => new Date(now), idleMinutes: 30 })
    const at = Math.floor(now / 1000)
    const who = identity()
    const claims = {
      ...(claimsOf(who) as unknown as ProductTokenClaims),
      firstName: 'Ada',
      lastName: 'Byron',
      iss: 'hub',
      aud: 'code',
      iat: at,
      exp: at + 60,
      jti: randomUUID(),
      sid: randomUUID(),
      session_exp: at + 86_400,
    }
    const { cookie } = await make().open('code', claims)
    const isLive = async (): Promise<boolean> => {
      const found = await make().find('code', cookie, new Date(now))
      return found !== undefined && found !== 'ended'
    }
    for (let use = 0; use < 4; use += 1) {
      now += 20 * 60_000
      expect(await isLive()).toBe(true)
    }
    now += 30 * 60_000
    expect(await isLive()).toBe(false)
    expect(await make().find('code', cookie, new Date(now))).toBe('ended')
  })

  it('is not brought back by a use that was on its way when it was signed out', async () => {
    const store = createStore({ connectionString })
    let now = Date.now()
    const [one, other] = [0, 1].map(() => createSessions(store, { now: () => new Date(now), idleMinutes: 30 }))
    const client = await signIn(urls, identity())
    const cookie = client.cookies.get('code_session') ?? ''
    expect(await one?.find('code', cookie, new Date(now))).toMatchObject({ product: 'code' })
    await other?.close(cookie)
    now += 10 * 60_000
    // What it read before the sign-out is still good for it; to write over it is not.
    await one?.find('code', cookie, new Date(now))
    expect(await one?.find('code', cookie, new Date(now))).toBe('ended')
  })
})

describe('what is stored of a session', () => {
  it('does not hold the cookie, the nonce or the token', async () => {
    const marker = `marker-${randomUUID()}`
    const client = newClient(urls)
    const nonce = await beginLogin(client, 'code')
    const token = await tokenFor(identity({ userId: marker }), nonce)
    expect((await exchange(client, { token })).status).toBe(200)
    const stored = await storedText(connectionString)
    expect(stored).toContain(marker)
    for (const secret of [
      client.cookies.get('code_session'),
      client.cookies.get('code_login'),
      token,
      ...token.split('.'),
    ]) {
      expect(secret).toMatch(/^[\w.-]{20,}$/)
      expect(stored).not.toContain(secret)
    }
  })
})
