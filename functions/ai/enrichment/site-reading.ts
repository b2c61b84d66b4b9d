// Reads the pages of an organization, and finds in them what they say of it, or of one of its people.
import type { ReadCrmRecordFields } from '../../../shared/peers/crm/enrichment-client.ts'
import type { CrmEnrichableKind } from '../../../shared/peers/crm/enrichment-contract.ts'
import type { Page, SiteVisit } from '../../../shared/web/site-visit.ts'
import { type Candidate, candidatesOf } from './candidate.ts'
import type { PageRead } from './enrichment-table.ts'
import { type PageText, readPageText } from './page-text.ts'
import { type SiteDoubt, doubtOf, furtherPages, isNameOf } from './site.ts'
import { findingsInThings, textsOf } from './structured-findings.ts'
import { findingsInText } from './text-findings.ts'

export type SiteFindings = {
  readonly pages: readonly PageRead[]
  readonly candidates: readonly Candidate[]
  readonly doubt?: SiteDoubt
}

type About = Pick<ReadCrmRecordFields, 'name' | 'companyName'> & { readonly kind: CrmEnrichableKind }

const candidatesMax = 120
/** Of one page: each is looked for in the text that it is said to stand in. */
const findingsMax = 300

/** Never throws for a page: what could not be read is among the pages, with the reason. */
export const readSite = async (visit: SiteVisit, home: string, about: About): Promise<SiteFindings> => {
  const [pages, candidates]: [PageRead[], Candidate[]] = [[], []]
  const read = async (url: string): Promise<{ page: Page; text: PageText } | undefined> => {
    const outcome = await visit.read(url)
    if ('fault' in outcome) {
      pages.push({ url, fault: outcome.fault })
      return undefined
    }
    const { page } = outcome
    const text = readPageText(page.html)
    pages.push(text.isClosed ? { url: page.url, fault: 'forbidden-by-robots' } : { url: page.url, sha256: page.sha256 })
    return text.isClosed ? undefined : { page, text }
  }
  const first = await read(home)
  if (!first) return { pages, candidates }
  const doubt = doubtOf(first.text, about.companyName)
  if (doubt) return { pages, candidates, doubt }
  collect(candidates, first, about)
  for (const url of furtherPages(first.page.url, first.text, about.kind)) {
    const further = await read(url)
    if (further) collect(candidates, further, about)
  }
  return { pages, candidates }
}

const collect = (candidates: Candidate[], { page, text }: { page: Page; text: PageText }, about: About): void => {
  const findings = [
    ...findingsInThings(text.things, about.kind, isOf(about)),
    // Who works there is told in structured data, or not for certain.
    ...(about.kind === 'company' ? findingsInText(text) : []),
  ]
  const candidateOf = candidatesOf(page)
  for (const finding of findings.slice(0, findingsMax)) {
    if (candidates.length === candidatesMax) return
    const candidate = candidateOf(finding, candidates.length + 1)
    if (candidate) candidates.push(candidate)
  }
}

const isOf =
  ({ kind, name, companyName }: About) =>
  (thing: Readonly<Record<string, unknown>>): boolean =>
    ['name', 'legalName', 'alternateName']
      .flatMap((member) => textsOf(thing[member]))
      .some((other) => (kind === 'company' ? isNameOf(companyName, other) : isNameOf(name, other)))
