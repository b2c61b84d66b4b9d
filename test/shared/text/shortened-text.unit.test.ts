// Text that is cut to a length: whole characters, whole words where that costs little, and no code block that swallows what comes after.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openFence, shorten } from '../../../shared/text/shortened-text.ts'

describe('a text that is shortened', () => {
  it.each([
    ['stays as it is while it fits', 'a b', 3, 'a b'],
    ['ends between two words', 'The printer is broken today', 20, 'The printer is…'],
    ['ends within a word that is very long', 'x'.repeat(90), 50, `${'x'.repeat(49)}…`],
    ['keeps no half of a character', 'ab😀cd', 4, 'ab…'],
    ['keeps no part of a character that is put together', 'ab👩‍💻cd', 6, 'ab…'],
    ['keeps no letter without its mark', 'abcde\u0301fg', 6, 'abcd…'],
    ['keeps little more than nothing', 'abc', 1, '…'],
  ])('%s', (_, text, length, short) => {
    expect(shorten(text, length)).toBe(short)
  })

  it('keeps no half of a letter, also within a character that is put together of more than anybody reads', () => {
    const endless = '👩\u200d'.repeat(100)
    for (let length = 66; length < 90; length += 1) expect(shorten(endless, length).isWellFormed()).toBe(true)
  })

  it('closes the code block in which it ends', () => {
    const short = shorten(`Log:\n\`\`\`\`\n${'error of the disk '.repeat(20)}\n\`\`\`\`\nMore`, 100)
    expect(short).toMatch(/…\n`{4}$/)
    expect(openFence(short)).toBeUndefined()
  })

  it('leaves a code block closed that ends right where it is cut', () => {
    const short = shorten(`~~~~\nx\n~~~~\n${' '.repeat(30)}\nMore`, 22)
    expect([short.length <= 22, openFence(short)]).toEqual([true, undefined])
  })

  it('has room for the longest fence that it has to close', () => {
    const fence = '`'.repeat(12)
    const text = `${fence}\n${'code '.repeat(5)}\n${fence}\n~~~\n${'more '.repeat(20)}`
    for (let length = 20; length < text.length; length += 1) {
      const short = shorten(text, length)
      expect([short.length <= length, openFence(short)]).toEqual([true, undefined])
    }
  })

  it('is never longer than it may be, never half a character, and never in a code block at its end', () => {
    const piece = fc.constantFrom(
      'word ',
      'ä',
      '😀',
      '👩‍💻',
      'e\u0301',
      '\n',
      '```\n',
      '~~~~\n',
      '`````````\n',
      '    ',
      'x'.repeat(50),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 20, max: 120 }), (pieces, length) => {
        const short = shorten(pieces.join(''), length)
        expect(short.length).toBeLessThanOrEqual(length)
        expect(short.isWellFormed()).toBe(true)
        if (short !== pieces.join('')) expect(openFence(short)).toBeUndefined()
      }),
    )
  })
})
