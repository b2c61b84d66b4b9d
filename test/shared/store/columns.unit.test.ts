import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { carriedColumns, fromColumns, toColumns } from '../../../shared/store/columns.ts'

/** What a service gives back for what it was sent: numbers come without their type. */
const wire = (columns: ReturnType<typeof toColumns>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, typeof column === 'object' ? column.value : column]),
  )
const roundTrip = (value: Record<string, unknown>): Record<string, unknown> =>
  fromColumns(Object.keys(value), wire(toColumns(value)))

describe('toColumns and fromColumns', () => {
  it('give back every JSON value as it was', () => {
    const text = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) })
    const json = fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)
    fc.assert(
      fc.property(fc.oneof(text, json), (field) => {
        expect(roundTrip({ field })).toEqual({ field })
      }),
    )
  })

  it('give back null, empty text, large integers and fractions, and leave out undefined', () => {
    const value = { none: null, empty: '', large: 2 ** 53, beyond: 2 ** 31, least: -(2 ** 31), part: 0.1, yes: false }
    expect(roundTrip(value)).toEqual(value)
    expect(toColumns({ left: undefined })).toEqual({})
  })

  it('give numbers beyond 32 bits the type that they need on the wire', () => {
    expect(toColumns({ a: 7, b: 2 ** 31, c: 1.5 })).toEqual({
      a: { value: 7, type: 'Int32' },
      b: { value: 2 ** 31, type: 'Double' },
      c: { value: 1.5, type: 'Double' },
    })
  })

  it('split long text over columns without parting the halves of a character', () => {
    const body = `${'x'.repeat(31_999)}😀${'y'.repeat(40_000)}`
    const columns = toColumns({ body })
    expect(Object.keys(columns)).toEqual(['body', 'body__1', 'body__2'])
    for (const piece of Object.values(columns)) {
      const text = typeof piece === 'string' ? piece : ''
      expect(text.isWellFormed()).toBe(true)
      expect(text.length).toBeLessThanOrEqual(32_000)
    }
    expect(fromColumns(['body'], columns)).toEqual({ body })
  })

  it('split long JSON as well', () => {
    const list = Array.from({ length: 20_000 }, (_, index) => index)
    expect(Object.keys(toColumns({ list }))).toContain('list__json__1')
    expect(roundTrip({ list })).toEqual({ list })
  })

  it('write text that the wire could alter as escaped JSON', () => {
    const columns = toColumns({ a: 'null\u0000', b: 'lone \uD800', c: 'del \u007F', d: '\uFFFE' })
    for (const [name, column] of Object.entries(columns)) {
      expect(name).toMatch(/__json$/)
      expect(column).toMatch(/^[\u0020-\u007E]*$/)
    }
  })

  it.each([
    ['a Date', { at: new Date(0) }, 'at'],
    ['a nested Date', { a: { b: [new Date(0)] } }, 'a.b.0'],
    ['NaN', { count: Number.NaN }, 'count'],
    ['undefined in an array', { list: [undefined] }, 'list.0'],
    ['a Map', { map: new Map() }, 'map'],
    ['a bigint', { big: 1n }, 'big'],
  ])('refuse %s and say where it is', (_, value, path) => {
    expect(() => toColumns(value)).toThrow(`${path} is not JSON`)
  })
})

describe('carriedColumns', () => {
  it('finds what belongs to no field, with a type for its numbers', () => {
    expect(carriedColumns(['a'], { a: 'x', a__1: 'y', a__json: '1', b: 3_000_000_000, c__json: '[]' })).toEqual({
      b: { value: 3_000_000_000, type: 'Double' },
      c__json: '[]',
    })
    expect(carriedColumns(['a'], { a: 'x' })).toBeUndefined()
  })
})
