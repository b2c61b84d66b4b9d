// Where an organization is reached, as its pages say it in words and links: telephone, address, VAT number. In English and German.
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { type Finding, confidences } from './candidate.ts'
import type { Link, PageText, Passage } from './page-text.ts'

/** @param isOfOthers whether a text speaks of somebody else */
export const contactFindings = (
  { passages, links }: Pick<PageText, 'passages' | 'links'>,
  isOfOthers: (text: string) => boolean,
): readonly Finding[] => {
  const own = passages.filter(({ text }) => !isOfOthers(text) && !ofOffices.test(text))
  const vatIds = own.flatMap(vatId)
  const country = countryOf(vatIds)
  return [
    ...only(vatIds),
    ...own.flatMap((passage) => phones(passage, country)),
    ...links.flatMap(phoneLink),
    ...only(own.flatMap(addresses)),
  ]
}

/** Whom an imprint has to name beside the organization, and who made the page. */
const ofOffices =
  /aufsichtsbehörde|schlichtung|kammer\b|datenschutzbeauftragt|registergericht|amtsgericht .{0,30}straße|hosting|webdesign|authority|data protection officer|ombudsman/iu

/** Of several that differ nobody can say which is the organization's. */
const only = (findings: readonly Finding[]): readonly Finding[] =>
  new Set(findings.map(({ value }) => value.replaceAll(/\W/g, '').toLowerCase())).size === 1 ? findings : []

const stated = (
  field: Finding['field'],
  { from, to }: Pick<Passage, 'from' | 'to'>,
  [value, quote]: readonly [string, string],
): Finding => ({ field, value, quote, from, to, confidence: confidences.stated, rule: 'page-text' })

const vatPattern =
  /\b(?:USt\.?[- ]?Id(?:ent)?(?:Nr)?|Umsatzsteuer[- ]?(?:ID|Ident)|VAT|UID)(?:[\p{L}.\- ]{0,40}[:#]?|[^:]{0,60}:)\s{0,3}((?:DE|ATU|GB|IE|NL|BE|FR|IT|ES|PL|SE|DK|FI|LU)\s?\d[\dA-Z]*(?: ?[\dA-Z]{2,4}){0,3})(?![\p{L}\p{N}])/iu

const vatId = (passage: Passage): readonly Finding[] => {
  const [quote, value = ''] = vatPattern.exec(passage.text) ?? []
  const digits = value.replaceAll(/\D/g, '').length
  if (quote === undefined || digits < 8 || digits > 12 || (/^DE/i.test(value) && digits !== 9)) return []
  return [stated('vatId', passage, [value.replaceAll(/\s/g, '').toUpperCase(), quote])]
}

/** The country of numbers that name none: that of the VAT number on the same page. */
const countryOf = ([found]: readonly Finding[]): CountryCode | undefined => {
  const country = found?.value.slice(0, 2)
  return country !== undefined && isSupportedCountry(country) ? country : undefined
}

/** Not of a fax: who writes one names it. */
const phonePattern =
  /(?<![\p{L}-])(?:tel(?:ephone|efon)?|phone|fon|call(?: us)?(?: at| on)?|reach us (?:at|on)|ruf(?:en sie)? uns an)\b\.?[:\s]{0,3}(\+?[\d(][\d ()/.–-]{5,24}\d)/giu

const phones = (passage: Passage, country: CountryCode | undefined): readonly Finding[] =>
  [...passage.text.matchAll(phonePattern)].flatMap(([quote, said = '']) => {
    const number = parsePhoneNumberFromString(said, country)
    return number?.isValid() ? [stated('phone', passage, [number.number, quote])] : []
  })

const phoneLink = ({ href, from, to }: Link): readonly Finding[] => {
  const said = /^tel:(\+[\d().\- /]{7,25})$/i.exec(href.trim().replaceAll('%20', ' '))?.[1]
  const number = said === undefined ? undefined : parsePhoneNumberFromString(said)
  if (!number?.isValid()) return []
  return [{ field: 'phone', value: number.number, quote: href, from, to, confidence: confidences.stated, rule: 'link' }]
}

const germanAddress =
  /(?<![\p{L}\p{N}])((?:\p{Lu}[\p{L}-]{1,30} ?(?:straße|strasse|str\.|weg|allee|platz|gasse|ring|damm|ufer|chaussee|Straße|Str\.|Weg|Allee|Platz|Ring|Damm)|(?:Am|An der|Im|Auf der|Zum|Zur) \p{Lu}[\p{L}-]{1,30}) \d{1,4} ?[a-z]?)(?:,| -| ·| \|)? (?:D-)?(\d{5}) (\p{Lu}[\p{L}-]{1,30}(?: (?:am|an der|im|bei) \p{Lu}[\p{L}-]{1,20})?)(?!\p{L})/u
const britishAddress =
  /(?<![\p{L}\p{N}])(\d{1,4}[a-z]? (?:\p{Lu}[\p{L}'’-]{1,20} ){1,3}(?:Street|Road|Lane|Avenue|Square|Way|Drive|Close|Court|Place|Quay))\.?,? (\p{Lu}[\p{L}-]{1,20}(?: \p{Lu}[\p{L}-]{1,20})?),? ([A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})(?![\p{L}\p{N}])/u

const addresses = (passage: Passage): readonly Finding[] => {
  const [german, street, code, city] = germanAddress.exec(passage.text) ?? []
  if (german !== undefined) return [stated('address', passage, [`${street}, ${code} ${city}`, german])]
  const [british, road, town, postcode] = britishAddress.exec(passage.text) ?? []
  return british === undefined ? [] : [stated('address', passage, [`${road}, ${town} ${postcode}`, british])]
}
