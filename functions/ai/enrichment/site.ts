// The web site of an organization: where it may be, whether it is theirs, and which of its pages say something about them.
import { getDomain } from 'tldts'
import { termSetOf } from '../../../shared/ai/offline/terms.ts'
import type { PageText } from './page-text.ts'
import { textsOf } from './structured-findings.ts'

/** Mail of these says nothing of where somebody works. */
const mailProviders = new Set([
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'msn.com',
  'yahoo.com',
  'icloud.com',
  'me.com',
  'aol.com',
  'gmx.de',
  'gmx.net',
  'web.de',
  't-online.de',
  'freenet.de',
  'mail.com',
  'proton.me',
  'protonmail.com',
  'posteo.de',
  'mailbox.org',
])

/** By what CRM has, else by the addresses of its people; undefined when neither says anything. */
export const siteOf = ({
  website,
  emailDomains = [],
}: {
  readonly website?: string | null | undefined
  readonly emailDomains?: readonly string[] | undefined
}): string | undefined => {
  const known = website?.trim() ?? ''
  const url = known === '' ? null : URL.parse(httpsOf(known))
  // What somebody has noted there instead, as "none yet", is no address.
  if (url) return url.href
  const domain = emailDomains.map((name) => getDomain(name)).find((name) => name !== null && !mailProviders.has(name))
  return domain ? `https://www.${domain}/` : undefined
}

const httpsOf = (known: string): string =>
  /^https?:\/\//i.test(known) ? known.replace(/^http:/i, 'https:') : `https://${known}`

export const isSameSite = (one: string, other: string): boolean => {
  const domain = getDomain(one)
  return domain !== null && domain === getDomain(other)
}

const legalForms =
  /\b(?:gmbh(?: ?& ?co\.? ?kg)?|mbh|ug|ag|kg|ohg|se|ltd|limited|inc|llc|llp|plc|corp|corporation|co|company|group|holding|sa|sarl|bv|nv|ab|as|oy|spa|srl)\b\.?/giu

/** What distinguishes a name: `northwind traders`. */
const coreOf = (name: string): ReadonlySet<string> => {
  const core = termSetOf(name.replaceAll(legalForms, ' '))
  return core.size > 0 ? core : termSetOf(name)
}

/** Every word of the shorter name is in the other one: `Northwind` and `Northwind GmbH & Co. KG`, not `Northwind Energy` and `Contoso`. */
export const isNameOf = (name: string, other: string): boolean => {
  const [one, two] = [coreOf(name), coreOf(other)]
  if (one.size === 0 || two.size === 0) return squeezed(name) === squeezed(other)
  return [...one].every((term) => two.has(term)) || squeezed(name) === squeezed(other)
}

const squeezed = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(legalForms, '')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')

const parked =
  /\b(?:this domain (?:name )?(?:is|may be) for sale|buy this domain|domain (?:is )?parked|diese domain (?:steht zum verkauf|ist geparkt))\b/i

export type SiteDoubt = 'parked' | 'another-organization'

/** Why nothing of the site is taken; undefined when it is theirs. Its first page has to name them. */
export const doubtOf = ({ title, siteName, things, passages }: PageText, name: string): SiteDoubt | undefined => {
  if (passages.some(({ text }) => parked.test(text))) return 'parked'
  const names = [
    siteName,
    title,
    ...things.flatMap(({ value }) =>
      ['name', 'legalName', 'alternateName'].flatMap((member) => textsOf(value[member])),
    ),
  ]
  return names.some((other) => other !== '' && isNameOf(name, other)) ? undefined : 'another-organization'
}

const telling = {
  company: /about|ueber|über|company|unternehmen|firma|impressum|imprint|legal|contact|kontakt|team/i,
  contact: /team|people|about|ueber|über|kontakt|contact|management|leadership/i,
}
const pagesMax = 3

/** Pages of the same site that say most of an organization, or of who works there. */
export const furtherPages = (page: string, { links }: PageText, kind: 'company' | 'contact'): readonly string[] => {
  const urls = links.flatMap(({ href }) => {
    const url = URL.parse(href, page)
    if (!url || url.protocol !== 'https:' || !isSameSite(url.href, page)) return []
    url.hash = ''
    url.search = ''
    return telling[kind].test(readable(url.pathname)) && url.href !== page ? [url.href] : []
  })
  return [...new Set(urls)].slice(0, pagesMax)
}

/** As it stands where its escapes are of no UTF-8: whoever writes a page may write anything. */
const readable = (pathname: string): string => {
  try {
    return decodeURI(pathname)
  } catch {
    return pathname
  }
}
