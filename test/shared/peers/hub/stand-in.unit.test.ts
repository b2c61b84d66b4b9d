import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningHub, startHub } from '../../../../shared/peers/hub/stand-in/stand-in.ts'
import { hubTenants } from '../../../../shared/peers/hub/stand-in/people.ts'
import { ProductTokenClaims, loginPath } from '../../../../shared/peers/hub/contract.ts'
import { startStandInProcess } from '../../../support/stand-in-process.ts'

const secret = { code: 'code-secret-0123456789-0123456789-abc', ai: 'ai-secret-0123456789-0123456789-abcdef' }
const issuer = 'https://hub.example'
const nonce = 'n'.repeat(43)
const member = 'mia@northwind.example'
const withoutCode = 'noah@northwind.example'

const start = (): Promise<RunningHub> =>
  startHub({
    port: 0,
    issuer,
    products: {
      code: { publicUrl: 'http://127.0.0.1:7071', secret: secret.code },
      ai: { publicUrl: 'https://ai.example', secret: secret.ai },
    },
  })

let hub: RunningHub
beforeAll(async () => {
  hub = await start()
})
afterAll(() => hub.close())

const login = (query: Record<string, string>, at = hub): Promise<Response> =>
  fetch(`${at.url}${loginPath}?${new URLSearchParams(query).toString()}`)

const control = (method: string, path: string, body?: unknown, at = hub): Promise<Response> =>
  fetch(`${at.url}/_control/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })

const fieldOf = (html: string, name: string): string | undefined =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1]

const tokenFrom = async (answer: Response): Promise<string> => fieldOf(await answer.text(), 'token') ?? ''
const orderToken = async (order: Record<string, unknown>): Promise<string> => {
  const answer = await control('POST', 'tokens', order)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { token: string }).token
}
const key = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('handing a person over to a product', () => {
  it('posts the token and returnTo to the session address of the product', async () => {
    const answer = await login({ product: 'ai', nonce, login_hint: member, returnTo: '/chats?open=1&new' })
    const html = await answer.text()
    expect(html).toContain('<form id="hand-over" method="post" action="https://ai.example/api/ai/session">')
    expect(fieldOf(html, 'returnTo')).toBe('/chats?open=1&amp;new')
    const { payload, protectedHeader } = await jwtVerify(fieldOf(html, 'token') ?? '', key(secret.ai))
    expect(protectedHeader.alg).toBe('HS256')
    expect(ProductTokenClaims.parse(payload)).toEqual(payload)
    expect(payload).toMatchObject({
      iss: issuer,
      aud: 'ai',
      nonce,
      sub: 'user-northwind-member',
      email: member,
      tenantId: 'tenant-northwind',
      tenantSlug: 'northwind',
      orgRole: 'member',
    })
  })

  it('sends no returnTo when the product gave none', async () => {
    const html = await (await login({ product: 'code', nonce, login_hint: member })).text()
    expect(html).not.toContain('name="returnTo"')
  })

  it('gives a token that lives for a minute, of a Hub session that lives for eight hours', async () => {
    const {
      iat = 0,
      exp = 0,
      session_exp,
    } = decodeJwt(await tokenFrom(await login({ product: 'code', nonce, login_hint: member })))
    expect(exp - iat).toBe(60)
    expect(Number(session_exp) - iat).toBe(8 * 3600)
    expect(Math.abs(Date.now() / 1000 - iat)).toBeLessThan(30)
  })

  it('keeps the Hub session of a person and never repeats a token id', async () => {
    const tokens = await Promise.all(
      [member, member.toUpperCase(), 'adam@northwind.example'].map(async (login_hint) =>
        decodeJwt(await tokenFrom(await login({ product: 'code', nonce, login_hint }))),
      ),
    )
    expect(tokens[1]?.['sid']).toBe(tokens[0]?.['sid'])
    expect(tokens[2]?.['sid']).not.toBe(tokens[0]?.['sid'])
    expect(new Set(tokens.map(({ jti }) => jti)).size).toBe(3)
  })

  it('lets only its own script run and only the product receive the form', async () => {
    const policy = (await login({ product: 'code', nonce, login_hint: member })).headers.get('content-security-policy')
    expect(policy).toMatch(/script-src 'sha256-[^']+'/)
    expect(policy).toContain('form-action http://127.0.0.1:7071;')
    expect(policy).toContain("frame-ancestors 'none'")
  })

  it('shows what is wrong with a sign-in link that is not complete', async () => {
    const answer = await login({ product: 'books', nonce: 'short' })
    expect(answer.status).toBe(400)
    const html = await answer.text()
    expect(html).toContain('<li>product: ')
    expect(html).toContain('<li>nonce: ')
  })
})

describe('choosing a person', () => {
  it('lists everybody of both organizations, each with the sign-in that was asked for', async () => {
    const html = await (await login({ product: 'code', nonce, returnTo: '/a&b' })).text()
    for (const { name, people } of hubTenants) {
      expect(html).toContain(`<h2>${name}</h2>`)
      for (const { email } of people) expect(html).toContain(`login_hint=${encodeURIComponent(email)}`)
    }
    expect(html).toContain(`nonce=${nonce}&amp;returnTo=%2Fa%26b&amp;login_hint=`)
    expect(html).toContain('O&#39;Brien')
  })

  it('has all four roles in each organization, with both products, and one user without The One Code', () => {
    for (const { people } of hubTenants) {
      const full = people.filter(({ entitlements }) => entitlements.includes('code') && entitlements.includes('ai'))
      expect(new Set(full.map(({ orgRole }) => orgRole))).toEqual(new Set(['owner', 'admin', 'member', 'viewer']))
      expect(people.filter(({ entitlements }) => !entitlements.includes('code'))).toHaveLength(1)
    }
  })

  it('offers the choice, with the address escaped, when nobody has it', async () => {
    const html = await (await login({ product: 'code', nonce, login_hint: '<b>"x"@y.example' })).text()
    expect(html).toContain('&lt;b&gt;&quot;x&quot;@y.example')
    expect(html).not.toContain('<b>')
  })

  it('refuses who has not got the product, and hands over anyway on request', async () => {
    const query = { product: 'code', nonce, login_hint: withoutCode }
    const refusal = await login(query)
    expect(refusal.status).toBe(403)
    const html = await refusal.text()
    expect(html).not.toContain('name="token"')
    const [, path = ''] = /href="([^"]*handOver=anyway)"/.exec(html) ?? []
    const token = await tokenFrom(await fetch(`${hub.url}${path.replaceAll('&amp;', '&')}`))
    expect(decodeJwt(token)['entitlements']).not.toContain('code')
    expect((await login({ ...query, product: 'ai' })).status).toBe(200)
  })

  it('leads from its front page into the products', async () => {
    const html = await (await fetch(hub.url)).text()
    expect(html).toContain(
      'http://127.0.0.1:7071/api/code/login?login_hint=mia%40northwind.example&amp;returnTo=%2Fapi%2Fcode%2Fsession',
    )
  })
})

describe('the control API', () => {
  it('makes a regular token for the demo technician', async () => {
    const { payload } = await jwtVerify(await orderToken({ product: 'code' }), key(secret.code), { issuer })
    expect(ProductTokenClaims.parse(payload)).toMatchObject({ email: member, aud: 'code' })
  })

  it('sets and leaves out claims, and signs with another secret', async () => {
    const other = 'another-secret-0123456789-0123456789'
    const token = await orderToken({
      product: 'code',
      person: 'vera@contoso.example',
      claims: { nonce, exp: 'soon', jti: null },
      secret: other,
    })
    await expect(jwtVerify(token, key(secret.code))).rejects.toThrow('signature')
    const payload = decodeJwt(token)
    expect(payload).toMatchObject({ nonce, exp: 'soon', tenantSlug: 'contoso' })
    expect(payload).not.toHaveProperty('jti')
  })

  it('makes an unsigned token and one of another algorithm', async () => {
    const unsigned = await orderToken({ product: 'code', header: { alg: 'none' } })
    expect(unsigned).toMatch(/^[\w-]+\.[\w-]+\.$/)
    expect(decodeProtectedHeader(unsigned).alg).toBe('none')
    const strong = await orderToken({ product: 'code', header: { alg: 'HS384' }, secret: 'x'.repeat(48) })
    expect(decodeProtectedHeader(strong).alg).toBe('HS384')
  })

  it('says why it cannot make a token', async () => {
    expect((await control('POST', 'tokens', { product: 'code', person: 'nobody@x.example' })).status).toBe(404)
    expect((await control('POST', 'tokens', { product: 'hub' })).status).toBe(400)
    expect((await control('POST', 'tokens', { product: 'code', header: { alg: 'RS256' } })).status).toBe(422)
    expect((await control('POST', 'tokens', { product: 'code', header: { alg: 'XS1' } })).status).toBe(422)
  })

  it('lists the people', async () => {
    const { tenants } = (await (await control('GET', 'people')).json()) as { tenants: unknown[] }
    expect(tenants).toMatchObject(
      hubTenants.map(({ people, ...tenant }) => ({
        ...tenant,
        people: people.map(({ entitlements, ...person }) => ({ ...person, products: entitlements, version: 1 })),
      })),
    )
  })

  it('switches faults on and off', async () => {
    const own = await start()
    try {
      await control('PUT', 'faults', [{ operation: 'login', kind: 'status', status: 503, times: 1 }], own)
      expect((await login({ product: 'code', nonce }, own)).status).toBe(503)
      expect((await login({ product: 'code', nonce }, own)).status).toBe(200)
      await control('PUT', 'faults', [{ kind: 'hang' }], own)
      await control('DELETE', 'faults', undefined, own)
      expect((await login({ product: 'code', nonce }, own)).status).toBe(200)
    } finally {
      await own.close()
    }
  })

  it('refuses what a page of another site sends', async () => {
    const answer = await fetch(`${hub.url}/_control/people`, { headers: { 'sec-fetch-site': 'cross-site' } })
    expect(answer.status).toBe(403)
  })
})

describe('the address', () => {
  const statusFor = async (host: string): Promise<number> => {
    const request = httpRequest(`${hub.url}/_control/people`, { headers: { host } })
    request.end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    await text(response)
    return response.statusCode ?? 0
  }

  it.each(['evil.example', 'evil.example:7081', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.7:7081'])(
    'refuses the host name %s',
    async (host) => {
      expect(await statusFor(host)).toBe(421)
    },
  )

  it.each(['127.0.0.1:7081', 'localhost:7081', 'hub.localhost', '[::1]:7081'])('serves %s', async (host) => {
    expect(await statusFor(host)).toBe(200)
  })
})

it('runs as a process that takes its settings from the environment', async () => {
  const settings = {
    CODE_PUBLIC_URL: 'http://127.0.0.1:7071/',
    AI_PUBLIC_URL: 'http://127.0.0.1:7071',
    PORTAL_SSO_SECRET: secret.code,
    AI_SSO_SECRET: secret.ai,
    HUB_SERVICE_KEY: 'key-of-the-suite',
    BUS_API_URL: 'http://127.0.0.1:9',
    HUB_URL: '',
  }
  const child = await startStandInProcess('hub', settings)
  try {
    const { url } = child
    const html = await (await login({ product: 'code', nonce, login_hint: member }, { ...hub, url })).text()
    expect(html).toContain('action="http://127.0.0.1:7071/api/code/session"')
    expect(decodeJwt(fieldOf(html, 'token') ?? '').iss).toBe(url)
  } finally {
    await child.stop()
  }
  await expect(startStandInProcess('hub', { ...settings, PORTAL_SSO_SECRET: '' })).rejects.toThrow('PORTAL_SSO_SECRET')
})
