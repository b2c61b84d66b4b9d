// The terms of a text: words without their endings, and whatever names a thing (versions, paths, addresses, error codes, ids) as it stands.

import { normalizedText } from '../../text/normalized-text.ts'

/** Words that say nothing about what a text is about, in English and German. */
const commonWords = new Set(
  `a an and are as at be been but by can could did do does for from had has have how i if in into is it its me my no not of on or our out please
  so than that the their them then there these they this to up us was we were what when where which who why will with would you your
  aber als am an auch auf aus bei bin bis das dass dem den der des die ein eine einem einen einer es für hat haben ich im in ist kann mit nach
  nicht noch nur oder sich sie sind über um und uns von vor war was wenn werden wie wir wird zu zum zur`.split(/\s+/),
)

/** A telephone number in any spelling is one term. */
const phone = /\+\d[\d ()/.-]{5,20}\d/g
const term = /[\p{L}\p{N}](?:[\p{L}\p{N}._:\\/@-]*[\p{L}\p{N}])?/gu

/** In their order, each as often as it stands there. */
export const termsOf = (text: string): readonly string[] => {
  const plain = normalizedText(text, 'NFC').toLowerCase()
  const numbers = (plain.match(phone) ?? []).map((number) => `+${number.replaceAll(/\D/g, '')}`)
  return [...wordsIn(plain.replace(phone, ' ')).map(stemOf), ...numbers]
}

/** Those that say something, as they stand there. */
export const wordsOf = (text: string): readonly string[] => wordsIn(normalizedText(text, 'NFC').toLowerCase())

const wordsIn = (plain: string): readonly string[] =>
  (plain.match(term) ?? []).filter((word) => word.length > 1 && !commonWords.has(word))

export const termSetOf = (text: string): ReadonlySet<string> => new Set(termsOf(text))

/** How many terms two texts have in common. */
export const commonTerms = (one: ReadonlySet<string>, other: ReadonlySet<string>): number => {
  let common = 0
  for (const said of one) if (other.has(said)) common += 1
  return common
}

/** From 0 to 1: how much of what the shorter one says, the other one says as well. */
export const overlapOf = (one: ReadonlySet<string>, other: ReadonlySet<string>): number =>
  commonTerms(one, other) / Math.max(1, Math.min(one.size, other.size))

/** So that "tickets" is found by "ticket", and "failed" by "fails". Nothing with a digit or a mark in it is touched. */
export const stemOf = (word: string): string =>
  /^\p{L}{5,}$/u.test(word) ? word.replace(/(?:ing|ed|es|s|en|er)$/u, '') : word
