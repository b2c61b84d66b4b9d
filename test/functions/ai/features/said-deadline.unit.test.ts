// Which deadlines of a recap were said in the call.
import { describe, expect, it } from 'vitest'
import { isSaid } from '../../../../functions/ai/features/voice/call-recap/said-deadline.ts'

describe('a deadline', () => {
  it.each([
    ['on Monday', 'I send it on Monday.'],
    ['monday', 'I send it on Monday.'],
    ['by Friday, 5 pm', 'You have it by Friday 5 pm, I promise.'],
    ['tomorrow', 'I am not in the office today, but I do it tomorrow.'],
    ['Friday', 'No later than Friday, and not later than Friday noon.'],
    ['Tuesday', 'Not Monday but Tuesday.'],
    ['on Monday', "Why don't you send it on Monday?"],
    ['tomorrow', 'If it does not work I come back tomorrow.'],
    ['bis zum 15. Dezember', 'Wir melden uns bis zum 15. Dezember.'],
    ['am Dienstag', 'Nicht am Montag, sondern am Dienstag.'],
    ['am Montag', 'Ich schicke es am Montag, nicht am Dienstag.'],
    ['bis Freitag', 'Nicht später als bis Freitag.'],
    ['morgen', 'Wenn es nicht geht, komme ich morgen.'],
    ['Monday', 'Do not send it on Monday. Well, do send it on Monday.'],
  ])('was said: %j in %j', (due, text) => {
    expect(isSaid(due, text)).toBe(true)
  })

  it.each([
    ['on', 'I send it on Monday.'],
    ['Mon', 'I send it on Monday.'],
    ['by the', 'You have it by the weekend.'],
    ['on Monday', 'Please do not send it on Monday, and nobody promised anything.'],
    ['Friday', "I won't be done by Friday."],
    ['Tuesday', 'I send it on Monday.'],
    ['bis zum', 'Bis zum Freitag.'],
    ['am Montag', 'Schicken Sie es nicht am Montag.'],
    ['bis Freitag', 'Das schaffe ich bis Freitag nicht.'],
  ])('was not said: %j in %j', (due, text) => {
    expect(isSaid(due, text)).toBe(false)
  })
})
