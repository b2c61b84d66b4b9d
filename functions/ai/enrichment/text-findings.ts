// What a page says of its organization in words and links, by patterns in English and German.
import { type Finding, confidences } from './candidate.ts'
import { contactFindings } from './contact-findings.ts'
import type { Link, PageText, Passage } from './page-text.ts'
import { linkedInAddress } from './structured-findings.ts'

export const findingsInText = ({ passages, links, description }: PageText): readonly Finding[] => [
  ...passages.flatMap((passage) => [...employees(passage), ...founded(passage)]),
  ...links.flatMap(linkedIn),
  ...contactFindings({ passages, links }, (text) => ofOthers.test(text)),
  ...(description ? [stated('description', description, description.text, description.text)] : []),
]

const stated = (
  field: Finding['field'],
  { from, to }: Pick<Passage, 'from' | 'to'>,
  value: string,
  quote: string,
): Finding => ({
  field,
  value: value.slice(0, 1_000),
  quote,
  from,
  to,
  confidence: confidences.stated,
  rule: 'page-text',
})

const staff = String.raw`(?:employees|staff|team members|professionals|experts|Mitarbeiter(?:innen|:innen|\*innen)?|Beschäftigte)`
const number = String.raw`(\d{1,3}(?:[.,]\d{3})+|\d{1,6})`
/** "we employ 120 people", "a team of 45", "with more than 200 employees". */
const employeePatterns = [
  new RegExp(String.raw`\b${number}\s+${staff}\b`, 'iu'),
  new RegExp(
    String.raw`\b(?:we employ|team of|beschäftigen|beschäftigt)\s+(?:around |about |over |more than |rund |über |mehr als )?${number}\b`,
    'iu',
  ),
]
/** What is true of others: of customers, of partners, of an association. */
const ofOthers =
  /\b(?:customers?|clients?|kunden|companies with|unternehmen mit|organizations with|partners?|partnern|suppliers?|lieferanten|associations?|verband|verein|verbands|vereins)\b/i
/** What was so once: "In 2009 we had only 12 employees". */
const once = /\b(?:in|im jahr)\s+(?:1[89]|20)\d\d\b[^.]{0,40}\b(?:had|were|employed|hatten|waren|beschäftigten)\b/i

const employees = (passage: Passage): readonly Finding[] => {
  if (ofOthers.test(passage.text) || once.test(passage.text)) return []
  for (const pattern of employeePatterns) {
    const match = pattern.exec(passage.text)
    const [said, count] = match ?? []
    if (match === null || said === undefined || count === undefined) continue
    const before = boundBefore.exec(passage.text.slice(0, match.index))?.[0] ?? ''
    const quote = before + said
    // Up to so many says nothing of how many there are.
    if (most.test(quote)) return []
    return [stated('employees', passage, count.replaceAll(/[.,]/g, '') + (least.test(quote) ? '+' : ''), quote)]
  }
  return []
}

const boundBefore =
  /\b(?:more than|over|at least|up to|fewer than|less than|mehr als|mindestens|bis zu|weniger als)\s+$|(?<!\p{L})über\s+$/iu
const least = /\b(?:more than|over|at least|mehr als|mindestens)\b|(?<!\p{L})über /iu
const most = /\b(?:up to|fewer than|less than|bis zu|weniger als)\b/i

const foundedPattern =
  /\b(?:founded|established|(?:was )?started|gegründet|in business since|family[- ]owned since|seit)\b[^.\d]{0,20}\b(1[89]\d\d|20\d\d)\b|\b(?:im Jahr|in)\s+(1[89]\d\d|20\d\d)\s+gegründet\b/iu

const founded = (passage: Passage): readonly Finding[] => {
  if (ofOthers.test(passage.text)) return []
  const [quote, after, before] = foundedPattern.exec(passage.text) ?? []
  const year = after ?? before
  return quote === undefined || year === undefined ? [] : [stated('foundedYear', passage, year, quote)]
}

/** An organization links to its own page there; those of others are in articles, not in a company's address. */
const linkedIn = ({ href, from, to }: Link): readonly Finding[] => {
  const address = linkedInAddress(href.trim(), 'company')
  if (address === undefined) return []
  return [{ field: 'linkedIn', value: address, quote: href, from, to, confidence: confidences.stated, rule: 'link' }]
}
