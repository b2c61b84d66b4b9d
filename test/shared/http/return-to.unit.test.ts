import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReturnTo } from '../../../shared/http/return-to.ts'

const accepts = (path: unknown): boolean => ReturnTo.safeParse(path).success
const origin = 'https://code.example'

describe('the path to return to', () => {
  it.each([
    '/',
    '/integrations',
    '/a/b/c.html',
    '/search?q=a%20b&x=1',
    '/a?next=//evil.example',
    '/a?u=https://x.example',
    '/@me',
    '/~mia',
    '/a,b;c',
    '/%E2%82%AC',
    '/a/./b',
    `/${'x'.repeat(999)}`,
  ])('may be %s', (path) => expect(accepts(path)).toBe(true))

  it.each([
    '',
    ' ',
    ' /a',
    'a',
    'integrations',
    './a',
    '../a',
    '?a',
    '#a',
    '//evil.example',
    '/a/%2E%2E/%2Fevil.example',
    '/a/b/%2e%2e/../%5Cevil.example',
    '///evil.example',
    '////evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '\\/evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r/evil.example',
    '\t//evil.example',
    '/ /evil.example',
    'https://evil.example',
    'https:evil.example',
    'https:/evil.example',
    'HTTPS://code.example/',
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'mailto:a@b.example',
    'evil.example',
    '@evil.example',
    ':443',
    '/%2f/evil.example',
    '/%2Fevil.example',
    '/%5cevil.example',
    '/%5Cevil.example',
    '/%09/evil.example',
    '/%0a/evil.example',
    '/%00/evil.example',
    '/a%0d%0aset-cookie:x=1',
    '/a%00',
    '/a%7f',
    '/./ /evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/%2e//evil.example',
    '/%2e%2e//evil.example',
    '/a/..//evil.example',
    '/a/%2e%2e//evil.example',
    '/a/.%2E//evil.example',
    '/a/b/../..//evil.example',
    '/a\\..\\\\evil.example',
    '/a\u0000b',
    '/a\u2028b',
    '/a\ud800b',
    '/é',
    '/／evil.example',
    '/。evil.example',
    '/<script>',
    '/a"b',
    '/a#//evil.example',
    '/a|b',
    '/{{x}}',
    `/${'x'.repeat(1_000)}`,
    null,
    17,
    ['/a'],
    { toString: '/a' },
  ])('may not be %j', (path) => expect(accepts(path)).toBe(false))

  it('says what it must be', () => {
    expect(ReturnTo.safeParse('//evil.example').error?.issues[0]?.message).toBe(
      'must be a path on this product, such as /integrations',
    )
  })

  // The pieces of which such attacks are made, so that many of the texts are near to what is accepted.
  const piece = fc.constantFrom(
    '/',
    '//',
    '\\',
    '.',
    '..',
    '%2f',
    '%2F',
    '%5c',
    '%2e',
    '%09',
    '%0a',
    '\t',
    '\n',
    '\r',
    '@',
    ':',
    '?',
    '#',
    '&',
    '=',
    ';',
    'evil.example',
    'https:',
    'a',
    'é',
    ' ',
    '%',
    '%25',
    '%252f',
    '[',
    ']',
  )
  const text = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`),
    fc.string({ unit: 'binary' }).map((rest) => `/${rest}`),
    fc.webUrl(),
    fc.webPath(),
  )

  it('never leads away from the product when it is accepted, however often it is resolved', () => {
    let accepted = 0
    fc.assert(
      fc.property(text, (path) => {
        if (!accepts(path)) return
        accepted++
        let resolved = new URL(path, `${origin}/api/code/session`)
        for (let times = 0; times < 3; times++) {
          expect(resolved.origin).toBe(origin)
          expect(resolved.username + resolved.password).toBe('')
          resolved = new URL(`${resolved.pathname}${resolved.search}`, `${origin}/`)
        }
      }),
      { numRuns: 5_000 },
    )
    expect(accepted).toBeGreaterThan(300)
  })

  it('can stand in a header when it is accepted', () => {
    fc.assert(
      fc.property(text, (path) => {
        if (accepts(path)) expect(new Headers({ location: path }).get('location')).toBe(path)
      }),
      { numRuns: 2_000 },
    )
  })
})
