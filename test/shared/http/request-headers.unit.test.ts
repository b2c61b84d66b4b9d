// What is read from headers that anybody can write: cookies, the address of the caller, the site that a request comes from.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientAddressOf } from '../../../shared/http/client-address.ts'
import { cookieValues } from '../../../shared/http/cookies.ts'
import { refuseCrossSite } from '../../../shared/http/cross-site.ts'

describe('cookies', () => {
  it('gives every value of the name, in their order, and no other', () => {
    expect(cookieValues('a=1; b=2; a=3', 'a')).toEqual(['1', '3'])
    expect(cookieValues('a=1,b=2,a=3', 'a')).toEqual(['1', '3'])
    expect(cookieValues('xa=1; ax=2; A=3; a', 'a')).toEqual([])
    expect(cookieValues('a=', 'a')).toEqual([''])
    expect(cookieValues('a=b=c', 'a')).toEqual(['b=c'])
    expect(cookieValues(null, 'a')).toEqual([])
    expect(cookieValues('', 'a')).toEqual([])
  })

  it('sees a planted cookie, whatever it is put between', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom(';', '; ', ',', ', '), (before, after, separator) => {
        fc.pre(!/(?:^|[;,])\s*s=/.test(before) && !/(?:^|[;,])\s*s=/.test(after))
        const header = [before, 's=one', after, 's=two'].join(separator)
        expect(cookieValues(header, 's')).toEqual(['one', 'two'])
      }),
    )
  })
})

describe('the address of a caller', () => {
  it.each([
    ['203.0.113.7', 0, '203.0.113.7'],
    ['203.0.113.7:51234', 0, '203.0.113.7'],
    ['[2001:db8::1]:51234', 0, '2001:db8:0:0::/64'],
    ['[2001:db8::1]', 0, '2001:db8:0:0::/64'],
    ['2001:db8::1', 0, '2001:db8:0:0::/64'],
    ['1.1.1.1, 203.0.113.7', 0, '203.0.113.7'],
    ['1.1.1.1,203.0.113.7, 198.51.100.1', 1, '203.0.113.7'],
    ['203.0.113.7', 1, 'unknown'],
    ['', 0, 'unknown'],
    [',', 0, 'unknown'],
    [null, 0, 'unknown'],
  ] as const)('of %j behind %i proxies is %s', (header, proxies, address) =>
    expect(clientAddressOf(header, proxies)).toBe(address),
  )

  it('cannot be chosen by what a client writes to the left of what our proxies appended', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 5 }), (forged, proxies) => {
        const appended = ['203.0.113.7', ...Array.from({ length: proxies }, (_, index) => `198.51.100.${index}`)]
        expect(clientAddressOf([forged, ...appended].join(', '), proxies)).toBe('203.0.113.7')
      }),
    )
  })
})

describe('a request that may change something', () => {
  const origin = 'https://code.example'
  const passes = (method: string, headers: Record<string, string>): boolean => {
    try {
      refuseCrossSite(method, new Headers(headers), () => origin)
      return true
    } catch {
      return false
    }
  }

  it.each([{}, { 'sec-fetch-site': 'same-origin' }, { origin }, { origin, 'sec-fetch-site': 'same-origin' }])(
    'passes with %j',
    (headers) => expect(passes('POST', headers as Record<string, string>)).toBe(true),
  )

  it('is judged without the settings where the headers tell enough', () => {
    const unset = (): string => {
      throw new Error('There is no such setting.')
    }
    refuseCrossSite('GET', new Headers({ origin: 'https://evil.example' }), unset)
    refuseCrossSite('POST', new Headers({ 'sec-fetch-site': 'same-origin', origin }), unset)
    refuseCrossSite('POST', new Headers(), unset)
    expect(() => refuseCrossSite('POST', new Headers({ origin }), unset)).toThrow('no such setting')
  })

  it.each([
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': '' },
    { 'sec-fetch-site': 'Same-Origin' },
    { 'sec-fetch-site': 'same-origin,cross-site' },
    { 'sec-fetch-site': 'cross-site', origin },
    { origin: 'null' },
    { origin: '' },
    { origin: 'https://code.example.evil.example' },
    { origin: 'http://code.example' },
    { origin: 'https://code.example:444' },
    { origin: 'https://CODE.example' },
    { origin: 'https://app.code.example' },
    { origin: `${origin}, https://evil.example` },
  ])('is refused with %j', (headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'post'])
      expect(passes(method, headers as Record<string, string>)).toBe(false)
    for (const method of ['GET', 'HEAD', 'OPTIONS'])
      expect(passes(method, headers as Record<string, string>)).toBe(true)
  })
})
