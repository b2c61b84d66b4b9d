import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonError, type JsonFault, parseStrictJson } from '../../../shared/schema/strict-json.ts'

const faultOf = (text: string): JsonFault | undefined => {
  try {
    parseStrictJson(text)
    return undefined
  } catch (error) {
    if (error instanceof JsonError) return error.fault
    throw error
  }
}

describe('JSON from others', () => {
  it('is what JSON.parse makes of it, when each name stands once', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 2, '\t'), (text, space) => {
        const value: unknown = JSON.parse(text)
        expect(parseStrictJson(JSON.stringify(value, undefined, space))).toEqual(value)
      }),
    )
  })

  it.each([
    ['at the top', '{"a":1,"a":1}'],
    ['with another value', '{"a":1,"b":2,"a":3}'],
    ['within', '[{"x":{"a":1,"b":[{}],"a":2}}]'],
    ['after an object of the same name', '{"a":{"a":1},"a":2}'],
    ['spelled with an escape', '{"tenant":1,"ten\\u0061nt":2}'],
    ['with an escaped quote', String.raw`{"a\"":1,"a\u0022":2}`],
    ['that ends with a backslash', String.raw`{"a\\":1,"a\\":2}`],
    ['with space around it', '{ "a" : 1 ,\n\t"a"\r\n:2}'],
    ['that every object has', '{"__proto__":1,"__proto__":2}'],
    ['that is empty', '{"":1,"":2}'],
    ['after a text that looks like one', '{"a":"\\"b\\":1","b":1,"b":2}'],
  ])('is refused with a name twice: %s', (_, text) => {
    expect(() => void JSON.parse(text)).not.toThrow()
    expect(faultOf(text)).toBe('repeated-name')
  })

  it.each([
    ['in two objects', '[{"a":1},{"a":1}]'],
    ['as name and value', '{"a":"a","b":"a"}'],
    ['as values of a list', '["a","a"]'],
    ['in a text', String.raw`{"a":"{\"a\":1,\"a\":2}","b":"\\"}`],
    ['in another case', '{"a":1,"A":1}'],
    ['in an object and one in it', '{"a":{"a":{"a":1}}}'],
  ])('may have the same text more than once: %s', (_, text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text))
  })

  it.each(['', '{', '{"a":1,}', 'undefined', "{'a':1}", '{"a":1}x', '\ufeff{}', '{"a'])(
    'is refused when it is none: %s',
    (text) => {
      expect(faultOf(text)).toBe('not-json')
    },
  )

  it('may have 100 levels and no more', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    expect(faultOf(nested(100))).toBeUndefined()
    expect(faultOf(nested(101))).toBe('too-deep')
    expect(faultOf(nested(400_000))).toBe('too-deep')
  })

  it.each([
    ['many names', JSON.stringify(Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`n${index}`, 1])))],
    ['backslashes', JSON.stringify('\\'.repeat(500_000))],
    ['escaped quotes', JSON.stringify('"'.repeat(500_000))],
    ['backslashes before quotes', JSON.stringify('\\"'.repeat(250_000))],
    ['space', `[${' '.repeat(1_000_000)}]`],
    ['space after texts', `["a"${' '.repeat(500_000)},"b"${' '.repeat(500_000)}]`],
  ])('of a megabyte is not read again for each of its parts: %s', (_, text) => {
    // What is quadratic takes hours of the processor, whatever else the machine does.
    const before = process.cpuUsage()
    parseStrictJson(text)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(10)
  })
})
