// Text of others as it stands in ours.
import { describe, expect, it } from 'vitest'
import { indented, inline, oneLine } from '../../../shared/text/quoted-text.ts'

describe('a text of others in one line', () => {
  it('has no line ends, control characters or marks of direction', () => {
    expect(oneLine('  a\r\nb\u2028c\u0007\td\u202ee\u2066 ')).toBe('a b c de')
  })
})

describe('a text of others in a line of ours', () => {
  it('makes no link, picture, element or code, and names nobody', () => {
    expect(inline('![x](y) <b> `c` @mia mail@contoso.example')).toBe(
      '!\\[x\\](y) \\<b\\> \\`c\\` @\u2060mia mail@contoso.example',
    )
    expect(inline('The key is [redacted].')).toBe('The key is [redacted].')
  })
})

describe('a text of others below ours', () => {
  it('stands away from the margin, line by line, whatever ends its lines', () => {
    expect(indented('\n# a\r\n\n\n\nb\rc\u2028d \u202e\u0007\n')).toBe('    # a\n\n    b\n    c\n    d')
    expect(indented(' \n\t')).toBe('')
  })
})
