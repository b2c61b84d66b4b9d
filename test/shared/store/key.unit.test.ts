import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascending, encodePart, newestFirst, partitionKeyOf, rowKeyOf, rowKeyRange } from '../../../shared/store/key.ts'

/** Any UTF-16 text, lone surrogates and control characters included. */
const part = fc.oneof(
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 300 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '=', 'h', '0', '!', '|', '/', '%', "'", '') }),
)
const parts = fc.array(part, { minLength: 1, maxLength: 3 })
const safe = /^[A-Za-z0-9._:@=-]*$/

describe('encodePart', () => {
  it('gives different parts different encodings', () => {
    fc.assert(fc.property(part, part, (a, b) => (encodePart(a) === encodePart(b)) === (a === b)))
  })

  it('writes only characters that Azure takes in a key, at most 120 of them', () => {
    fc.assert(
      fc.property(part, (text) => {
        expect(encodePart(text)).toMatch(safe)
        expect(encodePart(text).length).toBeLessThanOrEqual(120)
      }),
    )
  })

  it('tells lone surrogates apart, which UTF-8 does not', () => {
    expect(encodePart('\uD800')).not.toBe(encodePart('\uD801'))
    expect(encodePart(`${'x'.repeat(200)}\uD800`)).not.toBe(encodePart(`${'x'.repeat(200)}\uD801`))
  })

  it('leaves ids, times and addresses readable', () => {
    expect(encodePart('2026-11-22T02:32:34.123Z')).toBe('2026-11-22T02:32:34.123Z')
    expect(encodePart('jo@example.com')).toBe('jo@example.com')
    expect(encodePart('a/b')).toBe('a=002Fb')
  })

  it('has a form for the empty part that no other part has', () => {
    expect(encodePart('')).toBe('=')
    expect(encodePart('=')).toBe('=003D')
  })
})

describe('keys', () => {
  it('are different for different lists of parts', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b)
        expect(partitionKeyOf(a) === partitionKeyOf(b)).toBe(same)
        expect(rowKeyOf('ticket', a) === rowKeyOf('ticket', b)).toBe(same)
      }),
    )
  })

  it('stay within 1 KiB of UTF-16 or are refused', () => {
    expect(rowKeyOf('k'.repeat(40), ['x'.repeat(1_000), 'y'.repeat(1_000), 'z'.repeat(1_000)]).length).toBeLessThan(512)
    expect(() => partitionKeyOf(Array.from({ length: 60 }, () => 'x'.repeat(30)))).toThrow('too long')
  })

  it('need at least one part for a partition', () => {
    expect(() => partitionKeyOf([])).toThrow('tenant first')
    expect(partitionKeyOf([''])).toBe('=')
  })
})

describe('rowKeyRange', () => {
  const within = (key: string, { from, before }: { from: string; before: string }): boolean =>
    key >= from && key < before

  it('holds exactly the keys under the given parts', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 2 }), fc.array(part, { maxLength: 3 }), (under, key) => {
        const isUnder = under.every((text, index) => key[index] === text)
        expect(within(rowKeyOf('ticket', key), rowKeyRange('ticket', under, under))).toBe(isUnder)
      }),
    )
  })

  it('never holds keys of a kind with a longer name', () => {
    expect(within(rowKeyOf('ticketLink', ['x']), rowKeyRange('ticket'))).toBe(false)
    expect(within(rowKeyOf('ticket', ['x']), rowKeyRange('ticket'))).toBe(true)
    expect(within(rowKeyOf('ticket', []), rowKeyRange('ticket'))).toBe(true)
  })

  it('includes both ends', () => {
    const range = rowKeyRange('ticket', ['b'], ['d'])
    const found = ['a', 'b', 'c', 'd', 'e'].filter((text) => within(rowKeyOf('ticket', [text, 'more']), range))
    expect(found).toEqual(['b', 'c', 'd'])
  })

  it('keeps the order of parts, whatever follows them', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-', '0', 'Z'), minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(word, word, word, word, (a, b, x, y) => {
        fc.pre(a < b)
        expect(rowKeyOf('ticket', [a, x]) < rowKeyOf('ticket', [b, y])).toBe(true)
      }),
    )
  })
})

describe('newestFirst', () => {
  it('sorts newer times before older ones, with one width for all', () => {
    // Far from any year of ours, a number has no place for milliseconds.
    const time = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T00:00:00Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(time, time, (a, b) => {
        expect(newestFirst(a) < newestFirst(b)).toBe(a > b)
        expect(newestFirst(a)).toHaveLength(newestFirst(b).length)
      }),
    )
  })

  it('reads ISO text with an offset', () => {
    expect(newestFirst('2026-01-01T01:00:00+01:00')).toBe(newestFirst(new Date('2026-01-01T00:00:00Z')))
  })

  it('refuses what is no time', () => {
    expect(() => newestFirst('yesterday')).toThrow('ISO 8601')
  })
})

describe('ascending', () => {
  it('sorts numbers by size and refuses what is not a whole number from 0', () => {
    const number = fc.nat({ max: Number.MAX_SAFE_INTEGER })
    fc.assert(fc.property(number, number, (a, b) => ascending(a) < ascending(b) === a < b))
    expect(() => ascending(-1)).toThrow('integer')
    expect(() => ascending(0.5)).toThrow('integer')
  })
})
