// Texts from outside, by what they are.
import { describe, expect, it } from 'vitest'
import { OpaqueId, name, paragraphs, webLink } from '../../../shared/text/text-schema.ts'

describe('a name', () => {
  it.each(['Northwind', ' Contoso GmbH & Co. KG ', 'שלום'])('may be %j', (text) => {
    expect(name(40).parse(text)).toBe(text.trim())
  })

  it.each(['', ' ', 'a\nb', 'a\u0000b', 'invoice\u202efdp.exe', 'a\u2066b', 'x'.repeat(41), 'password=hunter2x'])(
    'may not be %j',
    (text) => {
      expect(name(40).safeParse(text).success).toBe(false)
    },
  )
})

describe('an id', () => {
  it.each(['finding-0001', 'a b', 'Zx81kPq0aB7Zx81kPq0aB7Zx81kPq0aB7'])('may be %j', (text) => {
    expect(OpaqueId.parse(text)).toBe(text)
  })

  it.each(['', 'a\tb', 'x'.repeat(201), 'token: Zx81kPq0aB7'])('may not be %j', (text) => {
    expect(OpaqueId.safeParse(text).success).toBe(false)
  })
})

describe('a text of several lines', () => {
  it('loses control characters, marks of direction and secrets', () => {
    expect(paragraphs().parse(' a\r\nb\u0007\u202e\nPassword: hunter2x ')).toBe('a\nb\nPassword: [redacted]')
  })
})

describe('a link', () => {
  it('keeps what lets nobody in, and is refused where it is none', () => {
    expect(webLink.parse('https://mia:pw@code.example/a?tab=1&token=2')).toBe('https://code.example/a?tab=1')
    for (const text of ['javascript:alert(1)', `https://code.example/${'a'.repeat(2_000)}`])
      expect(webLink.safeParse(text).success).toBe(false)
  })
})
