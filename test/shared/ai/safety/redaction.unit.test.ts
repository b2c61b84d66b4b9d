import { describe, expect, it } from 'vitest'
import { redaction } from '../../../../shared/ai/safety/redaction.ts'
import { growthOf } from '../../../support/processor-time.ts'

const begin = await redaction({ emails: true, country: 'DE' })

describe('redaction', () => {
  it.each([
    ['Call +44 20 7946 0958 or 0171 2345678.', 'Call PHONE or PHONE.'],
    ['My mobile is 555 123 4567', 'My mobile is PHONE'],
    ['Card 4111 1111 1111 1111, 3782 822463 10005', 'Card CARD, CARD'],
    ['IBAN DE89 3704 0044 0532 0130 00 and GB29NWBK60161331926819.', 'IBAN IBAN and IBAN.'],
    ['SSN 536-90-4399, NINO AB 12 34 56 C, DNI 54362315-K', 'SSN ID, NINO ID, DNI ID'],
    ['RSSMRA85T10A562S 756.9217.0769.85 44051401359', 'ID ID ID'],
    ['Steuer-ID 86 095 742 719, NIR 2 55 08 14 168 025 38, NIE X1234567L', 'Steuer-ID ID, NIR ID, NIE ID'],
    ['BSN 111222333, personnummer 811228-9874', 'BSN ID, personnummer ID'],
    ['mia@contoso.example wrote', 'EMAIL wrote'],
  ])('takes the personal numbers out of %j and puts them back', (text, expected) => {
    const { redact, restore } = begin()
    const redacted = redact(text)
    expect(redacted.replace(/-\d+-[a-z0-9]{6}/g, '')).toBe(expected)
    expect(restore(redacted)).toBe(text)
  })

  it.each([
    'Ticket 4711 of 2026-11-28 21:30, version 10.0.22631.4460, host 10.1.2.3:443',
    'Card 4111 1111 1111 1112, IBAN DE88 3704 0044 0532 0130 00',
    'KB5031455, CVE-2026-12345, 0x80040115, 99.95 % of 1,204 devices',
    'id 3f2504e0-4f89-11d3-9a0c-0305e82c3301',
  ])('leaves %j as it is', (text) => {
    expect(begin().redact(text)).toBe(text)
  })

  it('takes secrets out for good', () => {
    const { redact, restore } = begin()
    const redacted = redact('password: Hunter2!x and +44 20 7946 0958')
    expect(redacted).not.toContain('Hunter2')
    expect(restore(redacted)).toBe('password: [redacted] and +44 20 7946 0958')
  })

  it('puts them back in a text that comes in pieces, wherever it is cut', () => {
    const { redact, restore, restoring } = begin()
    const redacted = redact('CARD 4111 1111 1111 1111, EMAIL mia@contoso.example, PHONE-1 or ID- +44 20 7946 0958')
    for (let size = 1; size < 20; size += 1) {
      const pieces = restoring()
      const shown: string[] = []
      for (let at = 0; at < redacted.length; at += size) shown.push(pieces.next(redacted.slice(at, at + size)))
      expect([...shown, pieces.rest()].join('')).toBe(restore(redacted))
      expect(restoring().next('words wait for nothing')).toBe('words wait for nothing')
    }
  })

  it('puts nothing back that this call did not take out', () => {
    const [one, other] = [begin(), begin()]
    const mine = one.redact('+44 20 7946 0958')
    const theirs = other.redact('+44 20 7946 0000')
    expect(one.restore(`${theirs} PHONE-1-abcdef PHONE-1`)).toBe(`${theirs} PHONE-1-abcdef PHONE-1`)
    expect(one.restore(mine)).toBe('+44 20 7946 0958')
    expect(one.redact('+44 20 7946 0958')).toBe(mine)
  })

  it.each(['1234 5678 9012 3456 ', '111222333 ', '4111 1111 1111 1111 ', '+', 'a@'])(
    'takes a time that grows with the text alone: %j',
    (bit) => {
      const { ms, msMax } = growthOf((text) => begin().redact(text), bit)
      expect(ms).toBeLessThan(msMax)
    },
  )
})
