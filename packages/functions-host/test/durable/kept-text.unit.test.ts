import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isLong, packText, rowsOfRef, toAscii, unpackText } from '../../src/durable/kept-text.ts'

describe('a text of any length', () => {
  it('comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 5_000 }), fc.nat(200), async (text, times) => {
        const json = JSON.stringify(text.repeat(times))
        expect(await unpackText(await packText(json))).toBe(json)
      }),
      { numRuns: 30 },
    )
  })

  it('fits into rows of a mebibyte and properties of 64 KiB, also when it cannot be compressed', async () => {
    const noise = Array.from({ length: 2_000_000 }, () => Math.random().toString(36)[2] ?? '').join('')
    const rows = await packText(noise)
    for (const row of rows) {
      const sizes = Object.values(row).map(({ length }) => length)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1_024)
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_000_000)
    }
    expect([rows.length > 1, await unpackText(rows)]).toEqual([true, noise])
  })

  it('is long by the length that it has in ASCII', () => {
    expect([isLong('a'.repeat(16_384)), isLong('a'.repeat(16_385)), isLong('ü'.repeat(3_000))]).toEqual([
      false,
      true,
      true,
    ])
  })

  it('names its rows', () => {
    expect(rowsOfRef('id:2')).toEqual(['p|id|0000', 'p|id|0001'])
  })
})

describe('JSON in ASCII', () => {
  it('holds ASCII only and says the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value)
        expect(toAscii(json)).toMatch(/^[ -~]*$/)
        expect(JSON.parse(toAscii(json))).toEqual(JSON.parse(json))
      }),
    )
    expect(toAscii('"\u2028é😀"')).toBe(String.raw`"\u2028\u00e9\ud83d\ude00"`)
  })
})
