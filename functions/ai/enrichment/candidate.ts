// A value that was found on a page, with all that is needed to look whether it stands there.
import type { CrmField, CrmProvenance } from '../../../shared/peers/crm/enrichment-contract.ts'
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

/** Undefined when the quote does not stand where it is said to, or the value is not in it: whatever a rule has made of it, it was not found. */
export const candidateOf = (page: Page, finding: Finding, number: number): Candidate | undefined => {
  const { field, value, confidence, from, to, rule } = finding
  const quote = finding.quote.slice(0, quoteMax)
  if (value === '' || !standsAt(page.html, { from, to, quote })) return undefined
  return {
    id: `c${number}`,
    field,
    value,
    confidence,
    provenance: { url: page.url, pageSha256: page.sha256, fetchedAt: page.fetchedAt, from, to, quote, rule },
  }
}

/** Escapes, markup and white space may differ: what a browser, or a reader of JSON, makes of the characters is compared. */
export const standsAt = (html: string, { from, to, quote }: Pick<CrmProvenance, 'from' | 'to' | 'quote'>): boolean => {
  const said = spaced(quote)
  const slice = html.slice(from, to)
  return said !== '' && [slice, withoutMarkup(slice)].some((text) => spaced(unescaped(text)).includes(said))
}

const withoutMarkup = (text: string): string => text.replaceAll(/<br\b[^>]*>/gi, ' ').replaceAll(/<[^>]*>/g, '')

const unescaped = (text: string): string =>
  text
    .replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/\\(["\\/])/g, '$1')
    .replaceAll(/&#x([0-9a-fA-F]{1,6});/g, (_, hex: string) => characterOf(Number.parseInt(hex, 16)))
    .replaceAll(/&#(\d{1,7});/g, (_, number: string) => characterOf(Number(number)))
    .replaceAll(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, name: keyof typeof named) => named[name])

const spaced = (text: string): string => text.replaceAll(/\s+/g, ' ').normalize('NFC').trim()

const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' } as const

const characterOf = (code: number): string => (code <= 0x10_ff_ff ? String.fromCodePoint(code) : ' ')
