import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SignJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOperatorVerifier } from '../../../shared/auth/operator-token.ts'
import type { AppError } from '../../../shared/errors.ts'

const directoryId = '5f1d0c9a-6a7e-4c52-9b0e-3d2f8a71c604'
const objectId = '0f0e0d0c-0b0a-4909-8807-060504030201'
const audience = 'client-id-of-the-api'
const now = new Date('2026-05-04T10:00:00Z')
const seconds = now.getTime() / 1000

type Pair = { readonly kid: string; readonly alg: string; readonly pair: Awaited<ReturnType<typeof generateKeyPair>> }
const newPair = async (alg: 'RS256' | 'ES256' | 'RS512' = 'RS256'): Promise<Pair> => ({
  kid: randomUUID(),
  alg,
  pair: await generateKeyPair(alg),
})

/** What the directory publishes, how often it was asked, and what it does instead of answering. */
let published: Pair[]
let asked: number
let failure: 'none' | 'status' | 'too-large'
let close: () => void
let base: string
let issuer: string

beforeEach(async () => {
  published = [await newPair()]
  asked = 0
  failure = 'none'
  const server = createServer((_request, response) => {
    asked += 1
    void (async () => {
      if (failure === 'status') return response.writeHead(500).end()
      const keys = await Promise.all(
        published.map(async ({ kid, pair }) => ({ ...(await exportJWK(pair.publicKey)), kid, use: 'sig' })),
      )
      return response.end(JSON.stringify({ keys, ...(failure === 'too-large' && { padding: 'x'.repeat(300_000) }) }))
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  issuer = `${base}/${directoryId}/v2.0`
  close = () => void server.close()
})
afterEach(() => close())

const verifier = (more: { readonly cooldownMs?: number } = {}) =>
  createOperatorVerifier({ issuer, audience, jwksUrl: `${base}/keys`, now: () => now, ...more })

const goodClaims = (): Record<string, unknown> => ({
  iss: issuer,
  aud: audience,
  tid: directoryId,
  oid: objectId,
  roles: ['Operator.Keys', 'Something.Else'],
  scp: 'Operator.Act',
  iat: seconds,
  nbf: seconds,
  exp: seconds + 3_600,
})

const tokenOf = (
  claims: Record<string, unknown> = {},
  { key = published[0], header = {} }: { readonly key?: Pair | undefined; readonly header?: object } = {},
): Promise<string> => {
  if (!key) throw new Error('The directory has no key.')
  return new SignJWT({ ...goodClaims(), ...claims })
    .setProtectedHeader({ alg: key.alg, typ: 'JWT', kid: key.kid, ...header })
    .sign(key.pair.privateKey)
}
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const refusalOf = async (token: string): Promise<string> => {
  const verify = await verifier()
  return verify(token).then(
    () => 'taken',
    (error: AppError) => error.code,
  )
}

describe('the token of an operator', () => {
  it('says who it is, and which of our roles the person has', async () => {
    const verify = await verifier()
    expect(await verify(await tokenOf())).toEqual({ directoryId, objectId, roles: ['Operator.Keys'] })
    expect(await verify(await tokenOf({ roles: undefined }))).toMatchObject({ roles: [] })
  })

  it('is taken with an elliptic curve as well', async () => {
    published = [await newPair('ES256')]
    expect(await refusalOf(await tokenOf())).toBe('taken')
  })

  it.each([
    ['another audience', { aud: 'another-api' }],
    ['another issuer', { iss: 'https://login.example/v2.0' }],
    ['no directory', { tid: undefined }],
    ['another directory', { tid: randomUUID() }],
    ['no person', { oid: undefined }],
    ['a person who is no id', { oid: 'mia' }],
    ['the permission of a program, or an id token', { scp: undefined }],
    ['a program', { idtyp: 'app' }],
    ['an end that has come', { exp: seconds - 31 }],
    ['no end', { exp: undefined }],
    ['a beginning to come', { nbf: seconds + 31 }],
    ['a time of issue to come', { iat: seconds + 31 }],
    ['no time of issue', { iat: undefined }],
    ['more than 28 hours', { exp: seconds + 28 * 3_600 + 1 }],
    ['roles that are none', { roles: 'Operator.Keys' }],
  ])('is refused with %s', async (_, claims) => {
    expect(await refusalOf(await tokenOf(claims))).toBe('unauthenticated')
  })

  it('is refused without a signature, or with one that anybody can make', async () => {
    const [header, payload] = (await tokenOf()).split('.')
    const [key] = published
    const none = encode({ alg: 'none', typ: 'JWT', kid: key?.kid })
    expect(await refusalOf(`${none}.${payload}.`)).toBe('unauthenticated')
    expect(await refusalOf(`${none}.${payload}.AA`)).toBe('unauthenticated')
    expect(await refusalOf(`${header}.${payload}.AA`)).toBe('unauthenticated')
    // The public key, taken for the secret of an HMAC.
    const symmetric = encode({ alg: 'HS256', typ: 'JWT', kid: key?.kid })
    const secret = key ? await exportSPKI(key.pair.publicKey) : ''
    const signature = createHmac('sha256', secret).update(`${symmetric}.${payload}`).digest('base64url')
    expect(await refusalOf(`${symmetric}.${payload}.${signature}`)).toBe('unauthenticated')
  })

  it('is refused with an algorithm that is not pinned, though the directory has the key', async () => {
    published = [await newPair('RS512')]
    expect(await refusalOf(await tokenOf())).toBe('unauthenticated')
  })

  it('is refused when it brings its own key, or names where one is', async () => {
    const foreign = await newPair()
    const jwk = await exportJWK(foreign.pair.publicKey)
    for (const header of [{ jwk }, { jku: `${base}/keys` }, { x5u: `${base}/keys` }])
      expect(await refusalOf(await tokenOf({}, { key: foreign, header }))).toBe('unauthenticated')
    const kid = published[0]?.kid
    expect(await refusalOf(await tokenOf({}, { key: foreign, header: { jwk, kid } }))).toBe('unauthenticated')
  })

  it('is refused when it was made for another purpose or is not written plainly', async () => {
    const token = await tokenOf()
    for (const header of [{ typ: 'at+jwt' }, { typ: 'logout+jwt' }, { cty: 'JWT' }])
      expect(await refusalOf(await tokenOf({}, { header }))).toBe('unauthenticated')
    for (const odd of [`${token}=`, ` ${token}`, `${token}\n`, token.replace('.', '..'), 'x'.repeat(9_000), ''])
      expect(await refusalOf(odd)).toBe('unauthenticated')
  })
})

describe('the keys of the directory', () => {
  it('are read once, and again when one is new', async () => {
    const verify = await verifier({ cooldownMs: 0 })
    await Promise.all([verify(await tokenOf()), verify(await tokenOf())])
    expect(asked).toBe(1)
    published.push(await newPair())
    expect(await verify(await tokenOf({}, { key: published[1] }))).toMatchObject({ objectId })
    expect(asked).toBe(2)
  })

  it('are not asked for again and again by tokens with made-up keys', async () => {
    const verify = await verifier()
    await verify(await tokenOf())
    for (let count = 0; count < 5; count += 1)
      await expect(verify(await tokenOf({}, { key: await newPair() }))).rejects.toMatchObject({
        code: 'unauthenticated',
      })
    expect(asked).toBe(1)
  })

  it.each(['status', 'too-large'] as const)('that cannot be read are no fault of the token: %s', async (kind) => {
    failure = kind
    const verify = await verifier({ cooldownMs: 0 })
    await expect(verify(await tokenOf())).rejects.toMatchObject({ code: 'peer-unavailable' })
    failure = 'none'
    expect(await verify(await tokenOf())).toMatchObject({ objectId })
  })
})
