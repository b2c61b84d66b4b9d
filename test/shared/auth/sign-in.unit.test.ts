import { describe, expect, it } from 'vitest'
import type { SignInProduct } from '../../../shared/auth/sign-in-product.ts'
import { clearedSessionCookie, nonceCookie, publicUrlOf, sessionCookie } from '../../../shared/auth/sign-in.ts'
import { isAppError } from '../../../shared/errors.ts'
import { loadConfig } from '../../../shared/config/config.ts'

const configOf = (settings: Record<string, string> = {}) =>
  loadConfig({ CODE_PUBLIC_URL: 'https://code.example', AI_PUBLIC_URL: 'https://ai.example', ...settings })
const onLaptop = configOf({ CODE_PUBLIC_URL: 'http://127.0.0.1:7071', AI_PUBLIC_URL: 'http://127.0.0.1:7071' })
const expires = new Date('2026-05-04T18:00:00Z')
const products: SignInProduct[] = ['code', 'ai']

describe('the session cookie', () => {
  it('of The One Code is for its host alone, encrypted and out of reach of scripts', async () => {
    expect(await sessionCookie('code', configOf({ AI_COOKIE_DOMAIN: 'example.com' }), 'x', expires)).toEqual({
      name: 'code_session',
      value: 'x',
      expires,
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      secure: true,
    })
  })

  it('of the AI Platform is for the domain that is set, else for its host alone', async () => {
    const usual = {
      name: 'oneai_session',
      value: 'x',
      expires,
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      secure: true,
    }
    expect(await sessionCookie('ai', configOf(), 'x', expires)).toEqual(usual)
    expect(await sessionCookie('ai', configOf({ AI_COOKIE_DOMAIN: 'ai.example' }), 'x', expires)).toEqual({
      ...usual,
      domain: 'ai.example',
    })
  })

  it.each(products)('of %s may travel unencrypted on a laptop alone', async (product) => {
    expect(await sessionCookie(product, onLaptop, 'x', expires)).toHaveProperty('secure', false)
    const onAzure = configOf({
      WEBSITE_INSTANCE_ID: 'x',
      CODE_PUBLIC_URL: 'http://127.0.0.1:7071',
      AI_PUBLIC_URL: 'http://127.0.0.1:7071',
    })
    await expect(sessionCookie(product, onAzure, 'x', expires)).rejects.toMatchObject({ code: 'not-configured' })
    const inTheClear = configOf({ CODE_PUBLIC_URL: 'http://code.example', AI_PUBLIC_URL: 'http://ai.example' })
    await expect(sessionCookie(product, inTheClear, 'x', expires)).rejects.toMatchObject({ code: 'not-configured' })
  })

  it.each(products)('of %s is cleared with the same attributes, else a browser would keep it', async (product) => {
    for (const config of [configOf({ AI_COOKIE_DOMAIN: 'ai.example' }), onLaptop]) {
      const cleared = await clearedSessionCookie(product, config)
      expect({ ...cleared, value: 'x', expires }).toEqual(await sessionCookie(product, config, 'x', expires))
      expect(cleared.value).toBe('')
      expect(Number(cleared.expires)).toBeGreaterThan(0)
      expect(Number(cleared.expires)).toBeLessThan(Date.now())
    }
  })

  it('is for its host alone when the domain is none', async () => {
    for (const domain of [
      '.example.com',
      'com',
      'https://example.com',
      'example.com/',
      'example.com; secure',
      'EXAMPLE.com',
      '*.example.com',
      'a,b.example',
      '127.0.0.1',
    ])
      expect(await sessionCookie('ai', configOf({ AI_COOKIE_DOMAIN: domain }), 'x', expires)).not.toHaveProperty(
        'domain',
      )
  })
})

describe('the session cookie of the AI Platform', () => {
  it.each([
    ['co.uk', 'https://ai.co.uk'],
    ['azurewebsites.net', 'https://onestack.azurewebsites.net'],
    ['github.io', 'https://onestack.github.io'],
  ])('is for its host alone when anybody can have a host below %s', async (domain, url) => {
    const config = configOf({ AI_PUBLIC_URL: url, AI_COOKIE_DOMAIN: domain })
    expect(await sessionCookie('ai', config, 'x', expires)).not.toHaveProperty('domain')
    expect(await clearedSessionCookie('ai', config)).not.toHaveProperty('domain')
  })
})

describe('the nonce cookie', () => {
  it.each(products)("of %s comes along with Hub's post from another site, but only encrypted", (product) => {
    expect(nonceCookie(product, configOf({ AI_COOKIE_DOMAIN: 'ai.example' }), 'x')).toEqual({
      name: product === 'code' ? '__Host-code_login' : '__Host-oneai_login',
      value: 'x',
      maxAge: 600,
      path: '/',
      httpOnly: true,
      sameSite: 'None',
      secure: true,
    })
    expect(nonceCookie(product, onLaptop, 'x')).toMatchObject({ sameSite: 'Lax', secure: false, httpOnly: true })
  })
})

describe('the public address', () => {
  it('is named when it is missing', () => {
    try {
      publicUrlOf('ai', loadConfig({}))
      expect.unreachable()
    } catch (error) {
      expect(isAppError(error, 'not-configured') && error.details).toEqual({ settings: ['AI_PUBLIC_URL'] })
    }
  })
})
