// The links that an answer may have: those that its context has, letter by letter, on hosts that are allowed.
import { matchesOf } from '../../text/matches.ts'

export type LinkRules = {
  /** As a browser writes them (`URL.href`). */
  readonly urls: ReadonlySet<string>
  /** E-mail addresses, in lower case. One whose domain is no allowed host is shown so that nothing makes a link of it. */
  readonly addresses: ReadonlySet<string>
  /** `portal.contoso.com`, `portal.contoso.com:8443`. */
  readonly hosts: ReadonlySet<string>
}

const urlsMax = 5_000

/**
 * @param texts of the context, as the model sees them
 * @param allowedHosts exact ones, with the port when it is not that of the scheme. None of them may forward to an address, or fetch one, that
 * stands in its own URLs: it would carry an answer to anywhere
 */
export const contextLinksOf = (texts: readonly string[], allowedHosts: readonly string[]): LinkRules => {
  const urls = new Set<string>()
  const addresses = new Set<string>()
  for (const text of texts) {
    for (const [found] of matchesOf(urlShape, text))
      for (const candidate of candidatesOf(found)) {
        const href = canonicalUrl(candidate)
        if (href !== undefined && urls.size < urlsMax) urls.add(href)
      }
    for (const [found] of matchesOf(addressShape, text))
      if (addresses.size < urlsMax) addresses.add(found.toLowerCase())
  }
  return { urls, addresses, hosts: new Set(allowedHosts.map((host) => host.toLowerCase())) }
}

/** Up to white space and what no URL is written with. */
export const urlShape = /https?:\/\/[^\s<>"'`\\^{}|]{1,2000}/gi

export const addressShape = /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}\p{N}-]{2,63}/gu

/** What follows a URL in a sentence or in Markdown is not told from its end: each beginning that it may be, the longest first. */
export const candidatesOf = (found: string): readonly string[] => {
  const candidates = [found]
  const trimmed = found.replace(/[.,;:!?*_~)\]]+$/, '')
  for (const end of [trimmed, found.split(')')[0], found.split(']')[0], found.split('](')[0]])
    if (end !== undefined && !candidates.includes(end)) candidates.push(end, end.replace(/[.,;:!?*_~]+$/, ''))
  return candidates
}

/** Undefined for what is no http(s) URL, and for one with a user or a password: these are there to mislead, or let somebody in. */
export const canonicalUrl = (text: string): string | undefined => {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined
  return url.href
}

/** Of a link to an address of the context on an allowed host, with nothing else in it: the address. */
export const addressOf = (url: string, { addresses, hosts }: LinkRules): string | undefined => {
  const address = /^mailto:([^?]*)$/i.exec(url)?.[1]?.toLowerCase() ?? ''
  return addresses.has(address) && hosts.has(address.split('@')[1] ?? '') ? address : undefined
}

/** `allowed`: may be a link. `known`: stands in the context, on a host that is not allowed: may be shown, but not as a link. */
export const standingOf = (href: string | undefined, rules: LinkRules): 'allowed' | 'known' | 'foreign' => {
  if (href === undefined || !rules.urls.has(href)) return 'foreign'
  const { host, pathname, search, hash } = new URL(href)
  // Also on an allowed host: it may send who follows it on to the address that it holds.
  return rules.hosts.has(host) && !innerAddress.test(pathname + search + hash) ? 'allowed' : 'known'
}

const innerAddress = /:\/\/|%3a(?:\/|%2f)|=(?:\/|%2f|\\|%5c){2}/i
