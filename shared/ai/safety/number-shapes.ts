// Knows numbers that belong to a person: cards, bank accounts, phones, national ids. What only looks like one is told by its check digits.
import type { CountryCode } from 'libphonenumber-js/min'
import { matchesOf } from '../../text/matches.ts'
import { addressShape } from './context-links.ts'

export type PersonalKind = 'CARD' | 'IBAN' | 'PHONE' | 'ID' | 'EMAIL'

export type PersonalNumber = { readonly kind: PersonalKind; readonly start: number; readonly end: number }

/** In their order, apart from each other. */
export type Finder = (text: string) => readonly PersonalNumber[]

export type FinderOptions = {
  /** Where numbers without a country code are from. Without it these are found beside a word such as "phone" alone. */
  readonly country?: CountryCode
  readonly emails?: boolean
}

/** Loads the rules of the countries. What begins earlier comes first; of two that overlap, the surer one is kept. */
export const personalNumbers = async ({ country, emails = false }: FinderOptions): Promise<Finder> => {
  const [phones, ids] = await Promise.all([phoneFinder(country), idFinders()])
  const finders: readonly Finder[] = [ibans, cards, ...ids, ...(emails ? [addresses] : []), phones]
  return (text) => finders.reduce<readonly PersonalNumber[]>((found, finder) => withThose(found, finder(text)), [])
}

/** Both in their order and apart from each other, as the result. Those that overlap one that is there are left out. */
const withThose = (found: readonly PersonalNumber[], more: readonly PersonalNumber[]): readonly PersonalNumber[] => {
  let next = 0
  const fresh = more.filter(({ start, end }) => {
    while ((found[next]?.end ?? Infinity) <= start) next += 1
    return (found[next]?.start ?? Infinity) >= end
  })
  return fresh.length === 0 ? found : [...found, ...fresh].toSorted((a, b) => a.start - b.start)
}

const ibanShape = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/gi

const ibans: Finder = (text) =>
  matchesOf(ibanShape, text).flatMap(({ 0: found, index }) => {
    // The words after it may look like its last groups.
    for (let rest = found; rest.length >= 15; rest = rest.replace(/[ -]?[^ -]*$/, '')) {
      if (isIban(rest)) return [{ kind: 'IBAN' as const, start: index, end: index + rest.length }]
      if (!/[ -]/.test(rest)) break
    }
    return []
  })

/** ISO 7064, mod 97-10. */
const isIban = (text: string): boolean => {
  const bare = text.replace(/[ -]/g, '').toUpperCase()
  if (bare.length < 15 || bare.length > 34) return false
  let remainder = 0
  for (const character of bare.slice(4) + bare.slice(0, 4))
    for (const digit of String(Number.parseInt(character, 36))) remainder = (remainder * 10 + Number(digit)) % 97
  return remainder === 1
}

const cardShape =
  /(?<![\w.-])[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w-])|(?<![\w.-])3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?![\w-])/g

const cards: Finder = (text) =>
  matchesOf(cardShape, text)
    .filter(([found]) => isLuhn(found.replace(/\D/g, '')))
    .map(({ 0: found, index }) => ({ kind: 'CARD', start: index, end: index + found.length }))

const isLuhn = (digits: string): boolean => {
  const sum = digits
    .split('')
    .toReversed()
    .reduce((total, digit, at) => {
      const value = Number(digit) * (at % 2 === 0 ? 1 : 2)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
  return digits.length >= 13 && digits.length <= 19 && sum % 10 === 0
}

const addresses: Finder = (text) =>
  matchesOf(addressShape, text).map(({ 0: found, index }) => ({
    kind: 'EMAIL',
    start: index,
    end: index + found.length,
  }))

const phoneShape = /(?<![\w.:/+-])(?:\+|00)?\(?\d[\d ()./\u00a0-]{5,22}\d(?![\w-]|[.:,]\d)/g
const phoneWord =
  /(?:tel|phone|mobile|cell|fax|handy|mobil|telefon|teléfono|móvil|téléphone|portable)\w{0,6}\W{0,4}(?:(?:no|nr|number|nummer|is|ist)\W{1,3}){0,2}$/i
const notPhone = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|^\d{1,3}(?:\.\d{1,3}){3}$/

const phoneFinder = async (country: CountryCode | undefined): Promise<Finder> => {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min')
  const isPhone = (found: string, before: string): boolean => {
    const digits = found.replace(/\D/g, '').length
    if (digits < 7 || digits > 17 || notPhone.test(found)) return false
    if (phoneWord.test(before)) return true
    if (/^(?:\+|00)/.test(found)) return parsePhoneNumberFromString(found.replace(/^00/, '+'))?.isPossible() ?? false
    return country !== undefined && (parsePhoneNumberFromString(found, country)?.isValid() ?? false)
  }
  return (text) =>
    matchesOf(phoneShape, text)
      .filter(({ 0: found, index }) => isPhone(found, text.slice(Math.max(0, index - 40), index)))
      .map(({ 0: found, index }) => ({ kind: 'PHONE', start: index, end: index + found.length }))
}

type Validator = { readonly validate: (text: string) => { readonly isValid: boolean } }

/** The surest first. */
const idFinders = async (): Promise<readonly Finder[]> =>
  (await idRules()).map(
    ({ shape, validator }) =>
      (text) =>
        matchesOf(shape, text)
          .filter(([found]) => validator.validate(found).isValid)
          .map(({ 0: found, index }) => ({ kind: 'ID', start: index, end: index + found.length })),
  )

const whole = (shape: string): RegExp => new RegExp(`(?<![\\w.-])(?:${shape})(?![\\w-])`, 'gi')

const idRules = async (): Promise<readonly { readonly shape: RegExp; readonly validator: Validator }[]> => {
  const { idnr, ssn, nino, nir, dni, nie, codiceFiscale, pesel, bsn, personnummer, ahv } =
    await import('./id-validators.ts')
  return [
    { shape: whole('\\d{2} ?\\d{3} ?\\d{3} ?\\d{3}'), validator: idnr },
    { shape: whole('\\d{3}-\\d{2}-\\d{4}'), validator: ssn },
    { shape: whole('[A-Z]{2} ?\\d{2} ?\\d{2} ?\\d{2} ?[A-D]'), validator: nino },
    { shape: whole('[12] ?\\d{2} ?\\d{2} ?[0-9AB]{2} ?\\d{3} ?\\d{3} ?\\d{2}'), validator: nir },
    { shape: whole('\\d{8}-?[A-Z]'), validator: dni },
    { shape: whole('[XYZ]-?\\d{7}-?[A-Z]'), validator: nie },
    { shape: whole('[A-Z]{6}\\d{2}[A-Z]\\d{2}[A-Z]\\d{3}[A-Z]'), validator: codiceFiscale },
    { shape: whole('\\d{11}'), validator: pesel },
    { shape: whole('\\d{9}'), validator: bsn },
    { shape: whole('(?:\\d{2})?\\d{6}[-+]\\d{4}'), validator: personnummer },
    { shape: whole('756\\.?\\d{4}\\.?\\d{4}\\.?\\d{2}'), validator: ahv },
  ]
}
