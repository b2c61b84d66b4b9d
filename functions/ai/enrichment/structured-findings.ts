// What the structured data of a page says of its organization, or of a person in it (schema.org).
import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import type { CrmField } from '../../../shared/peers/crm/enrichment-contract.ts'
import { type Finding, confidences } from './candidate.ts'
import type { Thing } from './page-text.ts'

/** @param isOurs whether the thing is the organization, or the person, that is meant */
export const findingsInThings = (
  things: readonly Thing[],
  kind: 'company' | 'contact',
  isOurs: (thing: Thing['value']) => boolean,
): readonly Finding[] =>
  things
    .filter(({ value }) => isOfKind(value, kind) && isOurs(value))
    .flatMap(({ from, to, value }) =>
      (kind === 'company' ? ofOrganization(value) : ofPerson(value)).map(([field, said, quote]) => ({
        field,
        value: said.slice(0, valueMax),
        quote,
        from,
        to,
        confidence: confidences.structured,
        rule: 'structured-data' as const,
      })),
    )

const valueMax = 1_000

/** The field, what it comes to, and the text that stands there. */
type Said = readonly [field: CrmField, value: string, quote: string]

const typesOf = (thing: Thing['value']): readonly string[] =>
  [thing['@type']].flat().filter((type): type is string => typeof type === 'string')

const organizationType =
  /(?:Organization|Corporation|Business|Company|Store|Agency|Service|Firm|Attorney|Clinic|School)$/

const isOfKind = (thing: Thing['value'], kind: 'company' | 'contact'): boolean =>
  typesOf(thing).some((type) => (kind === 'contact' ? type === 'Person' : organizationType.test(type)))

/** Of one member: nobody has more names, numbers or pages, and each is read. */
const textsMax = 20

/** Texts of a member that may be one, or several: the first of them. */
export const textsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value.slice(0, textsMax).flat() : [value])
    .slice(0, textsMax)
    .map((one) => (typeof one === 'number' && Number.isFinite(one) ? String(one) : one))
    .filter((one): one is string => typeof one === 'string')
    .map((text) => text.trim())
    .filter((text) => text !== '')

const asIs = (field: CrmField, texts: readonly string[]): readonly Said[] =>
  texts.map((text) => [field, text.replaceAll(/\s+/g, ' '), text])

const ofOrganization = (thing: Thing['value']): readonly Said[] => [
  ...employees(thing['numberOfEmployees']),
  ...asIs(
    'website',
    textsOf(thing['url']).filter((url) => url.startsWith('https://')),
  ),
  ...linkedIn(thing['sameAs'], 'company'),
  ...phones(thing['telephone']),
  ...asIs('description', textsOf(thing['description'])),
  ...asIs('industry', textsOf(thing['industry'])),
  ...foundedIn(thing['foundingDate']),
  ...asIs('vatId', textsOf(thing['vatID'])),
  ...address(thing['address']),
]

const ofPerson = (thing: Thing['value']): readonly Said[] => [
  ...asIs('jobTitle', textsOf(thing['jobTitle'])),
  ...linkedIn(thing['sameAs'], 'in'),
  ...phones(thing['telephone']),
]

/** A number, `51-200`, or a thing that says so. */
const employees = (value: unknown): readonly Said[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return textsOf(value)
      .filter((text) => /^\d{1,7}(?:\s*[-–]\s*\d{1,7})?\+?$/.test(text))
      .map((text) => ['employees', text.replaceAll(/\s/g, '').replace('–', '-'), text])
  const { value: exact, minValue, maxValue } = value as Readonly<Record<string, unknown>>
  const [[one], [least], [most]] = [textsOf(exact), textsOf(minValue), textsOf(maxValue)]
  if (one !== undefined) return employees(one)
  return least !== undefined && most !== undefined ? [['employees', `${least}-${most}`, least]] : []
}

const linkedInUrl = /^https:\/\/(?:[a-z]{2,3}\.)?linkedin\.com\/(company|in)\/([\w%.-]{1,100})\/?$/i

/** The address without what tells where somebody came from; undefined for another page. */
export const linkedInAddress = (text: string, of: 'company' | 'in'): string | undefined => {
  const [, kind = '', name = ''] = linkedInUrl.exec(text.split(/[?#]/, 1)[0] ?? '') ?? []
  return kind.toLowerCase() === of ? `https://www.linkedin.com/${of}/${name}` : undefined
}

const linkedIn = (value: unknown, of: 'company' | 'in'): readonly Said[] =>
  textsOf(value).flatMap((text): Said[] => {
    const address = linkedInAddress(text, of)
    return address === undefined ? [] : [['linkedIn', address, text]]
  })

/** Only one that names its country: of another nobody can say which it is. */
const phones = (value: unknown): readonly Said[] =>
  textsOf(value).flatMap((text): Said[] => {
    const number = parsePhoneNumberFromString(text)
    return number?.isValid() ? [['phone', number.number, text]] : []
  })

const foundedIn = (value: unknown): readonly Said[] =>
  textsOf(value).flatMap((text): Said[] => {
    const year = /^(1[89]\d\d|20\d\d)(?:-\d\d(?:-\d\d)?)?$/.exec(text)?.[1]
    return year === undefined ? [] : [['foundedYear', year, text]]
  })

const address = (value: unknown): readonly Said[] => {
  const [one]: unknown[] = [value].flat()
  if (typeof one !== 'object' || one === null) return asIs('address', textsOf(one))
  const parts = one as Readonly<Record<string, unknown>>
  const [[street], [code], [place], [country]] = [
    textsOf(parts['streetAddress']),
    textsOf(parts['postalCode']),
    textsOf(parts['addressLocality']),
    textsOf(parts['addressCountry']),
  ]
  if (street === undefined || place === undefined) return []
  const line = [street, [code, place].filter(Boolean).join(' '), country]
    .filter((part) => part !== undefined)
    .join(', ')
  return [['address', line, street]]
}
