// A value that was found on a page, with all that is needed to look whether it stands there.
import type { CrmField, CrmProvenance } from '../../../shared/peers/crm/enrichment-contract.ts'
import { normalizedText } from '../../../shared/text/normalized-text.ts'
import type { Page } from '../../../shared/web/site-visit.ts'

export type Candidate = {
  /** `c1`, `c2`: in the order in which they were found. */
  readonly id: string
  readonly field: CrmField
  readonly value: string
  readonly confidence: number
  readonly provenance: CrmProvenance
}

/** What a rule has found, before it has an id and is held against the page. */
export type Finding = Pick<Candidate, 'field' | 'value' | 'confidence'> &
  Pick<CrmProvenance, 'from' | 'to' | 'quote' | 'rule'>

/** How sure a value is by the way in which it stands on an organization's own page. */
export const confidences = { structured: 0.95, stated: 0.8 } as const

const quoteMax = 500

/** Each is undefined when its quote does not stand where it is said to, or the value is not in it: whatever a rule has made of it, it was not found. */
export const candidatesOf = (page: Page): ((finding: Finding, number: number) => Candidate | undefined) => {
  const stands = standing(page.html)
  return (finding, number) => {
    const { field, value, confidence, from, to, rule } = finding
    const quote = finding.quote.slice(0, quoteMax)
    if (value === '' || !stands({ from, to, quote })) return undefined
    return {
      id: `c${number}`,
      field,
      value,
      confidence,
      provenance: { url: page.url, pageSha256: page.sha256, fetchedAt: page.fetchedAt, from, to, quote, rule },
    }
  }
}

type Place = Pick<CrmProvenance, 'from' | 'to' | 'quote'>

/**
 * Whether a quote stands at its place. Escapes, markup and white space may differ: what a browser, or a reader of JSON, makes of the characters is
 * compared. Hundreds of findings stand in one block: it is read once.
 */
export const standing = (html: string): ((place: Place) => boolean) => {
  const read = new Map<string, readonly string[]>()
  const textsAt = (from: number, to: number): readonly string[] => {
    const slice = html.slice(from, to)
    return [slice, withoutMarkup(slice)].map((text) => spaced(unescaped(text)))
  }
  return ({ from, to, quote }) => {
    const place = `${from}-${to}`
    const texts = read.get(place) ?? textsAt(from, to)
    read.set(place, texts)
    const said = spaced(quote)
    return said !== '' && texts.some((text) => text.includes(said))
  }
}

/** A tag ends before the next one begins: so nothing is read to its end from each of many that have none. */
const withoutMarkup = (text: string): string => text.replaceAll(/<br\b[^<>]*>/gi, ' ').replaceAll(/<[^<>]*>/g, '')

const unescaped = (text: string): string =>
  text
    .replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/\\(["\\/])/g, '$1')
    .replaceAll(/&#x([0-9a-fA-F]{1,6});/g, (_, hex: string) => characterOf(Number.parseInt(hex, 16)))
    .replaceAll(/&#(\d{1,7});/g, (_, number: string) => characterOf(Number(number)))
    .replaceAll(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, name: keyof typeof named) => named[name])

const spaced = (text: string): string => normalizedText(text.replaceAll(/\s+/g, ' '), 'NFC').trim()

const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' } as const

const characterOf = (code: number): string => (code <= 0x10_ff_ff ? String.fromCodePoint(code) : ' ')
