import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRouteTemplate } from '../src/route-template.ts'

const match = (template: string, path: string) => parseRouteTemplate(template).match(path)

describe('route templates', () => {
  it.each<[string, string, Record<string, string> | undefined]>([
    ['a/b', '/A/B', {}],
    ['a/b', '/a', undefined],
    ['a/b', '/a/b/c', undefined],
    ['', '/', {}],
    ['', '/a', undefined],
    ['{x}', '/', undefined],
    ['{x?}', '/', {}],
    ['{x=1}', '/', { x: '1' }],
    ['{x:int=1}', '/2', { x: '2' }],
    ['{x:int?}', '/', {}],
    ['{x:int?}', '/a', undefined],
    ['a/{x?}/b/{y?}', '/a/1/b', { x: '1' }],
    ['a/{x?}/b', '/a/b', undefined],
    ['{*rest}', '/', {}],
    ['{*rest}', '/a//b', { rest: 'a//b' }],
    ['{**rest:minlength(3)}', '/a/b', { rest: 'a/b' }],
    ['{**rest:minlength(3)}', '/ab', undefined],
    ['a/{*rest=none}', '/a', { rest: 'none' }],
    ['{a}-{b}-{c}', '/1-2-3-4', { a: '1-2', b: '3', c: '4' }],
    ['{a}.{b?}', '/x.y.z', { a: 'x.y', b: 'z' }],
    ['{a}.{b?}', '/x', { a: 'x' }],
    ['{a}.{b?}', '/x.', undefined],
    ['v{version:int}.json', '/V7.JSON', { version: '7' }],
    ['v{version:int}.json', '/v.json', undefined],
    ['(a+b)/{x}', '/(A+B)/1', { x: '1' }],
    ['{{literal}}', '/{literal}', {}],
    ['{x:regex(^\\d{{3}}-\\d{{4}}$)}', '/123-4567', { x: '123-4567' }],
    ['{x:regex(^(a|b)-c$)}', '/A-c', { x: 'A-c' }],
    ['{x:int:min(2):max(4)}', '/3', { x: '3' }],
    ['{x:int:min(2):max(4)}', '/5', undefined],
    ['{__proto__}', '/1', undefined],
  ])('%s on %s gives %o', (template, path, values) => {
    if (template === '{__proto__}') expect(Object.keys(match(template, path) ?? {})).toEqual(['__proto__'])
    else expect(match(template, path)).toEqual(values)
  })

  it.each([
    ['/a', 'at the beginning'],
    ['a//b', 'twice in a row'],
    ['{a}{b}', 'must separate'],
    ['{a}/{A}', 'more than once'],
    ['{*a}/b', 'must be the last segment'],
    ['x{*a}', 'must be the last segment'],
    ['{a', 'not closed'],
    ['a}', 'has no "{"'],
    ['a?b', 'cannot hold "?"'],
    ['{}', 'no usable parameter name'],
    ['{a?=1}', 'no usable parameter name'],
    ['{a=1?}', 'cannot have a default'],
    ['{*a?}', 'cannot be optional'],
    ['{a?}.b', 'must end its segment'],
    ['a-{b?}', 'only a "."'],
    ['{a:}', 'constraint is empty'],
    ['{a:nope}', 'does not exist'],
    ['{a:int(3)}', 'takes no arguments'],
  ])('refuses %s, since it %s', (template, problem) => {
    expect(() => parseRouteTemplate(template)).toThrow(problem)
  })

  const literal = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/)
  const value = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => !/[/\n]/.test(text))

  it('gives back every value that was put into a path of plain parameters', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(literal, value), { minLength: 1, maxLength: 5 }), (pairs) => {
        const template = pairs.map(([name], index) => `${name}/{p${index}}`).join('/')
        const path = `/${pairs.map(([name, text]) => `${name.toUpperCase()}/${text}`).join('/')}`
        expect(match(template, path)).toEqual(Object.fromEntries(pairs.map(([, text], index) => [`p${index}`, text])))
      }),
    )
  })

  it('never matches a path with fewer segments than it has required parameters', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(value, { maxLength: 4 }), (required, parts) => {
        fc.pre(parts.length < required)
        const template = Array.from({ length: required }, (_, index) => `{p${index}}`).join('/')
        expect(match(template, `/${parts.join('/')}`)).toBeUndefined()
      }),
    )
  })

  it('splits a mixed segment so that its parts put together are the segment again', () => {
    fc.assert(
      fc.property(value, fc.constantFrom('.', '-', '_to_'), value, (left, separator, right) => {
        const found = match(`{a}${separator}{b}`, `/${left}${separator}${right}`)
        expect(`${found?.['a']}${separator}${found?.['b']}`.toUpperCase()).toBe(
          `${left}${separator}${right}`.toUpperCase(),
        )
        // The earlier parameter takes as much as it can: all but a separator at the very end, which must leave something behind it.
        expect(found?.['b']?.toUpperCase().slice(1, -1).includes(separator.toUpperCase())).toBe(false)
      }),
    )
  })

  it('fails with an error of its own on any text that is no template', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '/', ':', '?', '*', '=', '(', ')', 'a', '.') }),
        (text) => {
          try {
            parseRouteTemplate(text).match('/a/a.a')
          } catch (error) {
            expect(String(error)).toMatch(/route (template|constraint)/)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
