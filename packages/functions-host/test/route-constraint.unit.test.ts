import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConstraint } from '../src/route-constraint.ts'

describe('route constraints', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['int', ['0', '-2147483648', '+7', '007'], ['2147483648', '1.0', '', '0x1', '1e3', '१']],
    ['long', ['9223372036854775807', '-9223372036854775808'], ['9223372036854775808', 'x']],
    ['bool', ['true', 'FALSE'], ['1', 'yes', '']],
    [
      'guid',
      [
        '6F9619FF8B86D011B42D00CF4FC964FF',
        '{6f9619ff-8b86-d011-b42d-00cf4fc964ff}',
        '(6f9619ff-8b86-d011-b42d-00cf4fc964ff)',
      ],
      ['6f9619ff-8b86-d011-b42d-00cf4fc964f', '{6f9619ff-8b86-d011-b42d-00cf4fc964ff)', 'g'],
    ],
    ['alpha', ['abc', 'ABC'], ['a1', 'ä', 'a b']],
    ['decimal', ['1', '-1.5', '1,000.25', '.5'], ['1e3', 'NaN', '.', '']],
    ['double', ['1e3', '-1.5E-7', 'NaN', '-Infinity'], ['1e', 'x', '']],
    ['float', ['3.4'], ['3,4x']],
    [
      'datetime',
      ['2026-02-28', '2024-02-29T10:00:00Z', '12/31/2026', '1/2/2026 3:04 PM'],
      ['2026-02-29', '2026-13-01', '13/01/2026', 'now'],
    ],
    ['length(3)', ['abc'], ['ab', 'abcd']],
    ['length(2,3)', ['ab', 'abc'], ['a', 'abcd']],
    ['minlength(2)', ['ab'], ['a']],
    ['maxlength(2)', ['ab', ''], ['abc']],
    ['min(18)', ['18', '99999999999'], ['17', 'x']],
    ['max(18)', ['18', '-5'], ['19']],
    ['range(-2,2)', ['-2', '2'], ['-3', '3', '0.5']],
    ['regex(^a+$)', ['aaa', 'AA'], ['ab']],
    ['required', ['x'], ['']],
    ['file', ['a.txt', 'x/y.z'], ['a', 'a.', 'x.y/z']],
    ['nonfile', ['a'], ['a.txt']],
    ['INT', ['1'], ['x']],
  ])('%s takes %o and refuses %o', (text, good, bad) => {
    const constraint = parseConstraint(text)
    expect([good.map(constraint), bad.map(constraint)]).toEqual([good.map(() => true), bad.map(() => false)])
  })

  it.each(['integer', '', 'length', 'length(1,2,3)', 'min(x)', 'range(1)', 'regex', 'regex(()', 'bool(1)'])(
    'refuses the constraint "%s"',
    (text) => {
      expect(() => parseConstraint(text)).toThrow(/route constraint/)
    },
  )

  it('takes an int exactly when .NET would: 32 bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }), (number) => {
        expect(parseConstraint('int')(String(number))).toBe(BigInt.asIntN(32, number) === number)
      }),
    )
  })
})
