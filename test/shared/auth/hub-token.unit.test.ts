import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { CompactEncrypt, CompactSign, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { verifyHubToken } from '../../../shared/auth/hub-token.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'

const secret = 'k3J9x-Qw7_pLmZ4vT8nR2bYc6HsD1fGa'
const otherSecret = 'Zt5uV0eXo9iKjN3mBq7wCy1rP4lSa8Dh'
const now = new Date('2026-05-04T10:00:00Z')
const seconds = now.getTime() / 1000
const expected = { secrets: [secret], issuer: 'https://hub.example', audience: 'code', now }

const goodClaims = (): Record<string, unknown> => ({
  sub: 'user-1',
  email: 'mia@northwind.example',
  firstName: 'Mia',
  lastName: '',
  tenantId: 'tenant-1',
  tenantSlug: 'northwind',
  tenantName: 'Northwind',
  orgRole: 'member',
  entitlements: ['hub', 'code'],
  iss: 'https://hub.example',
  aud: 'code',
  iat: seconds,
  exp: seconds + 60,
  jti: randomUUID(),
  sid: 'session-1',
  session_exp: seconds + 3_600,
  nonce: 'x'.repeat(43),
})

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const key = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A token as anybody can make it: header, payload and HMAC are put together by hand. */
const tokenOf = (
  claims: Record<string, unknown> = {},
  { header = {}, by = secret, hash = 'sha256' }: { header?: Record<string, unknown>; by?: string; hash?: string } = {},
): string => {
  const input = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode({ ...goodClaims(), ...claims })}`
  return `${input}.${createHmac(hash, by).update(input).digest('base64url')}`
}

const logged: string[] = []
const verify = (token: string, more: Partial<typeof expected> = {}) =>
  runWithLogSink(
    (_, line) => logged.push(line),
    () => verifyHubToken(token, { ...expected, ...more }),
  )
const unverifiable =
  'The sign-in from Hub could not be verified. Open the product from Hub again; if it happens every time, tell your administrator.'
const expired = 'The sign-in from Hub has expired. Open the product from Hub again.'

const expectRefused = async (
  token: string,
  message: string = unverifiable,
  more: Partial<typeof expected> = {},
): Promise<void> =>
  expect(verify(token, more)).rejects.toMatchObject({ name: 'AppError', code: 'token-rejected', message })

describe('a token of Hub', () => {
  it('gives its claims when it is good', async () => {
    const claims = goodClaims()
    expect(await verify(tokenOf(claims))).toEqual(claims)
    expect(await verify(tokenOf({ ...claims, later: 'than this version' }))).toEqual(claims)
  })

  it('is refused when the Hub session would last longer than a day', async () => {
    expect(await verify(tokenOf({ session_exp: seconds + 86_400 }))).toMatchObject({ sub: 'user-1' })
    for (const session_exp of [seconds + 86_401, seconds + 3_153_600_000, 8.64e12, Number.MAX_SAFE_INTEGER])
      await expectRefused(tokenOf({ session_exp }))
  })

  it('is refused when it was made for another purpose, or holds another token', async () => {
    for (const header of [{ typ: 'at+jwt' }, { typ: 'logout+jwt' }, { typ: 1 }, { cty: 'JWT' }])
      await expectRefused(tokenOf({}, { header }))
    expect(await verify(tokenOf({}, { header: { typ: 'jwt' } }))).toMatchObject({ sub: 'user-1' })
  })

  it('is refused when it ends before it begins, and with control characters in its names', async () => {
    await expectRefused(tokenOf({ iat: seconds + 20, exp: seconds + 10 }))
    for (const sub of ['user\u0000', 'user\r\nx: y']) await expectRefused(tokenOf({ sub }))
  })

  it('is refused when a part of it is written in another way than base64url has', async () => {
    const token = tokenOf()
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    // The last two bits of a signature of 32 bytes stand for nothing.
    const other = digits[digits.indexOf(token.at(-1) ?? '') ^ 1] ?? ''
    await expectRefused(`${token.slice(0, -1)}${other}`)
  })

  it('is refused once it has expired, with half a minute for clocks that differ', async () => {
    expect(await verify(tokenOf({ iat: seconds - 60, exp: seconds - 29 }))).toMatchObject({ exp: seconds - 29 })
    await expectRefused(tokenOf({ iat: seconds - 60, exp: seconds - 30 }), expired)
    await expectRefused(tokenOf({ iat: 1, exp: 61 }), expired)
  })

  it('is refused when it is not valid yet', async () => {
    expect(await verify(tokenOf({ iat: seconds + 30, exp: seconds + 90 }))).toMatchObject({ iat: seconds + 30 })
    await expectRefused(tokenOf({ iat: seconds + 31, exp: seconds + 91 }))
    await expectRefused(tokenOf({ nbf: seconds + 31 }))
    await expectRefused(tokenOf({ nbf: 'soon' }))
  })

  it('is refused when it lives too long', async () => {
    expect(await verify(tokenOf({ exp: seconds + 300 }))).toMatchObject({ exp: seconds + 300 })
    await expectRefused(tokenOf({ exp: seconds + 301 }))
    await expectRefused(tokenOf({ exp: Number.MAX_SAFE_INTEGER }))
    await expectRefused(tokenOf({ iat: 1, exp: seconds + 60 }))
  })

  it('is refused when the Hub session has ended', async () => {
    await expectRefused(tokenOf({ session_exp: seconds }), expired)
    await expectRefused(tokenOf({ session_exp: 1 }), expired)
  })

  it('is refused for another audience or from another issuer', async () => {
    for (const aud of ['ai', 'Code', 'code ', '', ['code'], ['ai', 'code'], null, true])
      await expectRefused(tokenOf({ aud }))
    for (const iss of [
      'https://hub.example/',
      'http://hub.example',
      'https://evil.example',
      '',
      ['https://hub.example'],
      null,
    ])
      await expectRefused(tokenOf({ iss }))
    await expectRefused(tokenOf(), unverifiable, { audience: 'ai' })
  })

  it.each(Object.keys(goodClaims()).filter((name) => name !== 'nonce'))(
    'is refused without %s, and with a wrong one',
    async (name) => {
      const { [name]: _, ...rest } = goodClaims()
      const input = `${encode({ alg: 'HS256' })}.${encode(rest)}`
      await expectRefused(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`)
      // A time of zero or less has passed, and is refused as expired.
      const message = name.endsWith('exp') ? (expect.any(String) as string) : unverifiable
      for (const value of [null, true, 0, -1, {}, [[]], 'x'.repeat(10_000)])
        await expectRefused(tokenOf({ [name]: value }), message)
      if (name !== 'entitlements') await expectRefused(tokenOf({ [name]: [] }))
      if (typeof rest[name] !== 'string' && !['firstName', 'lastName', 'tenantName'].includes(name))
        await expectRefused(tokenOf({ [name]: '' }))
    },
  )

  it('is refused with a nonce that is no text, and names no nonce when it has none', async () => {
    for (const nonce of [null, true, 0, [], {}, 'x'.repeat(201)]) await expectRefused(tokenOf({ nonce }))
    expect(await verify(tokenOf({ nonce: undefined }))).not.toHaveProperty('nonce')
  })

  it('is refused with a time that is not a whole number of seconds', async () => {
    for (const exp of [seconds + 0.5, `${seconds + 60}`, '1e12', [seconds + 60]]) await expectRefused(tokenOf({ exp }))
    for (const session_exp of [seconds + 60.5, `${seconds + 60}`]) await expectRefused(tokenOf({ session_exp }))
  })

  it('is refused with a role that nobody has', async () => {
    for (const orgRole of ['Owner', 'root', 'owner ', '__proto__']) await expectRefused(tokenOf({ orgRole }))
  })

  it.each(['none', 'None', 'NONE', 'nOnE', 'none ', '', null, false])('is refused unsigned, as alg %j', async (alg) => {
    const [, payload = ''] = tokenOf().split('.')
    const header = encode({ alg, typ: 'JWT' })
    for (const signature of ['', '.', '.AA', `.${tokenOf().split('.')[2]}`])
      await expectRefused(`${header}.${payload}${signature}`)
    const { alg: _, ...without } = { alg, typ: 'JWT' }
    await expectRefused(`${encode(without)}.${payload}.`)
  })

  it('is refused when another algorithm signed it, also with the right secret', async () => {
    await expectRefused(tokenOf({}, { header: { alg: 'HS384' }, hash: 'sha384' }))
    await expectRefused(tokenOf({}, { header: { alg: 'HS512' }, hash: 'sha512' }))
    await expectRefused(tokenOf({}, { header: { alg: 'hs256' } }))
    await expectRefused(tokenOf({}, { header: { alg: 'RS256' } }))
    await expectRefused(tokenOf({}, { header: { alg: 'HS512' } }))
    for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA'] as const) {
      const pair =
        alg === 'ES256'
          ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
          : alg === 'EdDSA'
            ? generateKeyPairSync('ed25519')
            : generateKeyPairSync('rsa', { modulusLength: 2_048 })
      await expectRefused(await new SignJWT(goodClaims()).setProtectedHeader({ alg }).sign(pair.privateKey))
    }
  })

  it('is refused when another secret signed it', async () => {
    for (const by of [otherSecret, '', secret.slice(0, -1), `${secret}\n`, secret.toLowerCase(), 'secret'])
      await expectRefused(tokenOf({}, { by }))
  })

  it('is refused when the key comes with it', async () => {
    const jwk = { kty: 'oct', k: Buffer.from(otherSecret).toString('base64url'), alg: 'HS256' }
    for (const header of [
      { jwk },
      { jku: 'https://evil.example/jwks.json' },
      { x5u: 'https://evil.example/x' },
      { kid: '../../dev/null' },
      { kid: "' or 1=1" },
      { jwk, kid: 'x' },
    ])
      await expectRefused(tokenOf({}, { header, by: otherSecret }))
    await expectRefused(tokenOf({}, { header: { kid: '/dev/null' }, by: '' }))
  })

  it('is refused with a claim or a header parameter twice, also when it is signed', async () => {
    const signed = (header: string, claims: string): string => {
      const input = [header, claims].map((text) => Buffer.from(text).toString('base64url')).join('.')
      return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
    }
    const [header, claims] = ['{"alg":"HS256"}', JSON.stringify(goodClaims())]
    expect(await verify(signed(header, claims))).toMatchObject({ tenantId: 'tenant-1' })
    await expectRefused(signed(header, claims.replace('{', '{"tenantId":"tenant-2",')))
    await expectRefused(signed(header, claims.replace('{', String.raw`{"tenant\u0049d":"tenant-2",`)))
    await expectRefused(signed(header, claims.replace('{', '{"later":{"a":1,"a":2},')))
    await expectRefused(signed('{"alg":"none","alg":"HS256"}', claims))
    await expectRefused(signed('{"alg":"HS256","alg":"HS256"}', claims))
  })

  it('is judged by our secret alone, whatever hints its header holds', async () => {
    expect(await verify(tokenOf({}, { header: { kid: 'x', jku: 'https://evil.example' } }))).toMatchObject({
      sub: 'user-1',
    })
  })

  it('is refused with header parameters that would change how it is read', async () => {
    for (const header of [{ crit: ['exp'], exp: 1 }, { crit: [] }, { crit: 'x' }, { b64: false, crit: ['b64'] }])
      await expectRefused(tokenOf({}, { header }))
    const unencoded = await new CompactSign(key(JSON.stringify(goodClaims()).replaceAll('.', '')))
      .setProtectedHeader({ alg: 'HS256', b64: false, crit: ['b64'] })
      .sign(key(secret))
      .catch(() => tokenOf({}, { header: { b64: false, crit: ['b64'] } }))
    await expectRefused(unencoded)
  })

  it('is refused encrypted, in JSON serialisation, and as anything else that is no compact JWS', async () => {
    const token = tokenOf()
    const [header = '', payload = '', signature = ''] = token.split('.')
    const encrypted = await new CompactEncrypt(key(JSON.stringify(goodClaims())))
      .setProtectedHeader({ alg: 'dir', enc: 'A128CBC-HS256' })
      .encrypt(key(secret))
    for (const other of [
      encrypted,
      JSON.stringify({ protected: header, payload, signature }),
      JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
      '',
      '.',
      '..',
      '...',
      header,
      `${header}.${payload}`,
      `${token}.`,
      `${token}.x`,
      `.${token}`,
      ` ${token}`,
      `${token}\n`,
      `Bearer ${token}`,
      `${header}.${payload}.`,
      `${header}.${payload}. `,
      `${header}..${signature}`,
      `.${payload}.${signature}`,
      `${header}=.${payload}.${signature}`,
      '\u0000',
      '😀.😀.😀',
    ])
      await expectRefused(other)
  })

  it('is refused when its payload is no object', async () => {
    for (const payload of [null, [], 'text', 17, true]) {
      const input = `${encode({ alg: 'HS256' })}.${encode(payload)}`
      await expectRefused(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`)
    }
  })

  it('is refused when its parts belong to different tokens', async () => {
    const [header, , signature] = tokenOf().split('.')
    const [, payload] = tokenOf({ orgRole: 'owner' }).split('.')
    await expectRefused(`${header}.${payload}.${signature}`)
  })

  it('is refused beyond 8,192 characters', async () => {
    const padding = (length: number): string => tokenOf({ later: 'x'.repeat(length) })
    expect(padding(5_000).length).toBeLessThan(8_192)
    expect(await verify(padding(5_000))).toMatchObject({ sub: 'user-1' })
    expect(padding(6_500).length).toBeGreaterThan(8_192)
    await expectRefused(padding(6_500))
    await expectRefused('x'.repeat(10_000_000))
  })

  it('is taken from the previous secret while there is one', async () => {
    const token = tokenOf({}, { by: otherSecret })
    await expectRefused(token)
    expect(await verify(token, { secrets: [secret, otherSecret] })).toMatchObject({ sub: 'user-1' })
    expect(await verify(tokenOf(), { secrets: [secret, otherSecret] })).toMatchObject({ sub: 'user-1' })
    await expectRefused(tokenOf({ iat: seconds - 100, exp: seconds - 40 }, { by: otherSecret }), expired, {
      secrets: [secret, otherSecret],
    })
    await expectRefused(tokenOf({}, { by: 'a third one' }), unverifiable, { secrets: [secret, otherSecret] })
  })

  it('is refused after any change of one character, unless it still stands for the same bytes', async () => {
    const token = tokenOf()
    const bytesOf = (text: string): string =>
      text
        .split('.')
        .map((part) => Buffer.from(part, 'base64url').toString('hex'))
        .join('.')
    const signed = (text: string): string => text.split('.').slice(0, 2).join('.')
    const character = fc.oneof(
      fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.='.split('')),
      fc.string({ unit: 'grapheme', minLength: 0, maxLength: 1 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length), character, fc.boolean(), async (at, replacement, isInsertion) => {
        const changed = `${token.slice(0, at)}${replacement}${token.slice(isInsertion ? at : at + 1)}`
        fc.pre(changed !== token && !(signed(changed) === signed(token) && bytesOf(changed) === bytesOf(token)))
        await expectRefused(changed)
      }),
      { numRuns: 500 },
    )
  })

  it('tells the reason to the log alone, and the token to nobody', async () => {
    const token = tokenOf({}, { by: otherSecret })
    const error: unknown = await verify(token).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: unverifiable })
    expect(JSON.parse(logged.at(-1) ?? '')).toEqual({
      level: 'warn',
      event: 'auth.hub_token.rejected',
      reason: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    })
    const told = [...logged, JSON.stringify(error), String((error as Error).cause)].join('\n')
    for (const part of [...token.split('.'), secret]) expect(told).not.toContain(part)
  })
})
