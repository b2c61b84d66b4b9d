import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostUnderTest, type HostUnderTest } from './base-url.ts'
import { exchange } from './raw-http.ts'

describe('routes of HTTP functions', () => {
  let host: HostUnderTest
  beforeAll(async () => {
    host = await hostUnderTest()
  })
  afterAll(() => host.stop())

  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`${host.url}/api/${path}`)
    return response.status === 200 ? response.json() : response.status
  }

  it.each<[string, string, Record<string, string>]>([
    ['a literal in any case', 'tHINGS/FIXED', {}],
    ['a trailing slash', 'things/fixed/', {}],
    ['an int', 'numbers/-12', { id: '-12' }],
    ['a guid', 'guids/6F9619FF-8B86-D011-B42D-00CF4FC964FF', { id: '6F9619FF-8B86-D011-B42D-00CF4FC964FF' }],
    ['two constraints', 'ranged/5', { n: '5' }],
    ['a regular expression', 'codes/ab12', { code: 'ab12' }],
    ['an optional parameter', 'maybe/x', { id: 'x' }],
    ['an absent optional parameter', 'maybe', {}],
    ['a default', 'defaulted', { id: 'seven' }],
    ['a value instead of the default', 'defaulted/8', { id: '8' }],
    ['a catch-all', 'files/a/b.txt', { path: 'a/b.txt' }],
    ['an empty catch-all', 'files', {}],
    ['a catch-all with two stars', 'trees/a/b', { path: 'a/b' }],
    ['a literal before a parameter in one segment', 'v2/things', { version: '2' }],
    ['two parameters in one segment', 'named/a.b.c', { stem: 'a.b', extension: 'c' }],
    ['percent-encoded text', 'maybe/caf%C3%A9%20%26%20tea', { id: 'café & tea' }],
    ['an encoded percent sign, decoded once', 'maybe/%2541', { id: '%41' }],
  ])('matches %s', async (_what, path, params) => {
    expect(await get(path)).toMatchObject({ params })
  })

  it.each<[string, string]>([
    ['an unknown route', 'nowhere'],
    ['an int that is text', 'numbers/x'],
    ['an int beyond 32 bits', 'numbers/2147483648'],
    ['a guid that is none', 'guids/123'],
    ['a number out of the range', 'ranged/6'],
    ['text beside the regular expression', 'codes/abc1'],
    ['a segment too many', 'things/fixed/more'],
    ['an empty segment', 'maybe//x'],
    ['a version that is no number', 'vx/things'],
  ])('answers %s with an empty 404', async (_what, path) => {
    const response = await fetch(`${host.url}/api/${path}`)
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 404, body: '' })
  })

  // https://github.com/Azure/azure-functions-host/issues/9290 and 3998: `%2F` reaches no function, `%252F` is the text `%2F`.
  it.each(['maybe/a%2Fb', 'maybe/a%2fb', 'maybe%2Fa', 'files/a%2Fb.txt', 'maybe/a%252Fb%2F'])(
    'answers %s, which has an encoded slash, with an empty 404',
    async (path) => {
      const response = await fetch(`${host.url}/api/${path}`)
      expect({ status: response.status, body: await response.text() }).toEqual({ status: 404, body: '' })
    },
  )

  it.each<[string, string]>([
    ['maybe/a%252Fb', 'a%2Fb'],
    ['maybe/a+b%2Bc', 'a+b+c'],
    ['maybe/a%5Cb', 'a\\b'],
    ['maybe/...', '...'],
    ['maybe/a%3Fb%23c?id=%2F', 'a?b#c'],
  ])('decodes %s once', async (path, id) => {
    expect(await get(path)).toMatchObject({ params: { id } })
  })

  it('answers a method that the function does not take with an empty 404, not 405', async () => {
    const response = await fetch(`${host.url}/api/post-only`)
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 404, body: '' })
  })

  // https://github.com/Azure/azure-functions-host/issues/11625
  it('answers HEAD with 404 when the function takes GET only', async () => {
    const response = await fetch(`${host.url}/api/shared`, { method: 'HEAD' })
    expect(response.status).toBe(404)
  })

  it('serves no function outside the route prefix', async () => {
    const response = await fetch(`${host.url}/echo`)
    expect(response.status).toBe(404)
  })

  it('uses the function name as the route when none is given', async () => {
    expect(await get('echo')).toMatchObject({ functionName: 'echo' })
  })

  it('takes the function whose name comes first when two routes match, even a parameter before a literal', async () => {
    expect(await get('order/recent')).toEqual({ name: 'a-order-by-id', params: { id: 'recent' } })
  })

  it('lets two functions share a route when their methods differ', async () => {
    const posted = await fetch(`${host.url}/api/shared`, { method: 'POST' })
    expect([await get('shared'), await posted.json()]).toMatchObject([{ name: 'shared-get' }, { name: 'shared-post' }])
  })

  it('resolves dot segments before it looks for a route', async () => {
    const answer = await exchange(host.url, 'GET /api/x/%2e%2e/shared HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(answer).toContain('"shared-get"')
  })
})
