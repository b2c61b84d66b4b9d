// What a test needs to be somebody: a client that keeps cookies as a browser does, signs in through Hub, or calls with a key.
import { randomInt, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { OrgRole } from '../../shared/peers/hub/contract.ts'

export type Urls = { readonly functions: string; readonly hub: string }

export type Client = {
  readonly cookies: Map<string, string>
  /** Follows no redirect, keeps cookies, comes from an address of its own. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>
  /** The same with a JSON body. */
  readonly send: (method: string, path: string, body: unknown, headers?: Record<string, string>) => Promise<Response>
}

const randomAddress = (): string => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`

export const newClient = (urls: Urls, headers: Record<string, string> = {}): Client => {
  const cookies = new Map<string, string>()
  const address = randomAddress()
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${urls.functions}${path}`, {
      redirect: 'manual',
      ...init,
      headers: {
        'x-forwarded-for': address,
        ...(cookies.size > 0 && { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...headers,
        ...(init.headers as Record<string, string> | undefined),
      },
    })
    for (const cookie of response.headers.getSetCookie()) keep(cookies, cookie)
    return response
  }
  return {
    cookies,
    fetch: send,
    send: (method, path, body, more = {}) =>
      send(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...more } }),
  }
}

const keep = (cookies: Map<string, string>, header: string): void => {
  const [pair = '', ...attributes] = header.split(';').map((part) => part.trim())
  const [name, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
  const expires = attributes.find((attribute) => /^expires=/i.test(attribute))?.slice('expires='.length)
  if (value === '' || (expires !== undefined && Date.parse(expires) <= Date.now())) cookies.delete(name)
  else cookies.set(name, value)
}

export type Identity = {
  readonly tenantId: string
  readonly userId: string
  readonly role: OrgRole
  readonly product: 'code' | 'ai'
  /** Claims of the token beside those that follow from the rest; null takes one out. */
  readonly claims?: Record<string, unknown>
}

/** A new organization that no other test knows. */
export const newTenantId = (): string => `tenant-${randomUUID()}`

export const identity = (given: Partial<Identity> = {}): Identity => ({
  tenantId: newTenantId(),
  userId: `user-${randomUUID()}`,
  role: 'member',
  product: 'code',
  ...given,
})

/** What the Hub stand-in is asked for, to sign with another secret, header or claims. */
export type TokenRequest = {
  readonly product: 'code' | 'ai'
  readonly claims?: Record<string, unknown>
  readonly header?: Record<string, unknown>
  readonly secret?: string
}

export const hubToken = async (urls: Urls, request: TokenRequest): Promise<string> => {
  const response = await fetch(`${urls.hub}/_control/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  if (!response.ok) throw new Error(`Hub made no token: ${response.status} ${await response.text()}`)
  return z.object({ token: z.string() }).parse(await response.json()).token
}

export const claimsOf = ({ tenantId, userId, role, claims }: Identity): Record<string, unknown> => ({
  sub: userId,
  email: `${userId}@example.com`,
  tenantId,
  tenantSlug: tenantId,
  tenantName: tenantId,
  orgRole: role,
  entitlements: ['hub', 'code', 'ai'],
  ...claims,
})

/** Begins to sign in: the client has the nonce cookie afterwards. Returns the nonce that Hub is to echo. */
export const beginLogin = async (client: Client, product: 'code' | 'ai'): Promise<string> => {
  const response = await client.fetch(`/api/${product}/login`)
  const nonce = new URL(response.headers.get('location') ?? '').searchParams.get('nonce')
  if (response.status !== 302 || nonce === null) throw new Error(`Login could not begin: ${response.status}`)
  return nonce
}

/** A client that is signed in, the way a browser gets there. */
export const signIn = async (urls: Urls, who: Identity): Promise<Client> => {
  const client = newClient(urls)
  const nonce = await beginLogin(client, who.product)
  const token = await hubToken(urls, { product: who.product, claims: { ...claimsOf(who), nonce } })
  const response = await client.send('POST', `/api/${who.product}/session`, { token })
  if (response.status !== 200) throw new Error(`Sign-in failed: ${response.status} ${await response.text()}`)
  return client
}
