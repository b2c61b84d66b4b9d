// A search that found nothing would let every leak through.
import { expect, it } from 'vitest'
import { createTextSearch } from './text-search.ts'
import { seededRandom } from './seeded-random.ts'

it('finds what a search one by one finds, wherever it stands', () => {
  const random = seededRandom(7)
  const letters = (length: number): string =>
    Array.from({ length }, () => 'abé"\u{1f600}'.charAt(random.below(6))).join('')
  for (let round = 0; round < 8; round += 1) {
    const text = letters(3_000)
    const wanted = [
      ...Array.from({ length: 20 }, () => letters(8 + random.below(4))),
      text.slice(0, 8),
      text.slice(0, 30),
      text.slice(1_234, 1_260),
      text.slice(-8),
      text,
      `${text}x`,
    ]
    expect(createTextSearch(wanted)(text)).toEqual(new Set(wanted.filter((one) => text.includes(one))))
  }
})

it('finds those that begin alike, and nothing in a text that is too short', () => {
  const search = createTextSearch(['password-1', 'password-22', 'password-333'])
  expect(search('it is password-22!')).toEqual(new Set(['password-22']))
  expect(search('passwor')).toEqual(new Set())
})

it('refuses to look for what is too short to tell apart', () => {
  expect(() => createTextSearch(['short'])).toThrow('"short" is too short')
})
