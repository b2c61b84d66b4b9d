// What a ticket says it is not about is left out of what it is compared by; what does not work is not.
import { describe, expect, it } from 'vitest'
import { withoutDenied } from '../../../../functions/ai/features/psa/ticket-suggest/denied-words.ts'

describe('the words of a ticket', () => {
  it.each([
    'Not a printer problem: the Wi-Fi is down',
    'The Wi-Fi is down, not the printer',
    'It has nothing to do with the printer, the Wi-Fi is down',
    'The printer is not the problem, the Wi-Fi is',
    'There is no problem with the printer, but with the Wi-Fi',
    'Not related to the printer but to the Wi-Fi',
    'Nicht der Drucker, das Wi-Fi ist weg',
    'Liegt nicht am Drucker. Das Wi-Fi ist weg.',
    'Kein Problem mit dem Drucker, sondern mit dem Wi-Fi',
    'Hat nichts mit dem Drucker zu tun, das Wi-Fi ist weg',
    'Kein Druckerproblem, das Wi-Fi ist weg',
  ])('are without what %j denies', (text) => {
    expect(withoutDenied(text)).not.toMatch(/printer|drucker/i)
    expect(withoutDenied(text)).toContain('Wi-Fi')
  })

  it.each([
    'The printer does not print',
    'It is not the first time that the printer jams',
    'No Wi-Fi',
    'Kein Internet.',
    'Keine Fehlermeldung, nur ein schwarzer Bildschirm',
    'The account is not locked',
  ])('%j are all of them', (text) => {
    expect(withoutDenied(text)).toBe(text)
  })

  it('are found in a text of nothing but denials', () => {
    expect(withoutDenied('not a '.repeat(20_000)).length).toBeGreaterThan(0)
  })
})
