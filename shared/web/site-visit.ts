// A visit to the pages of one organization on the public web: few pages, one at a time, as their robots.txt allows.
import { lookup as systemLookup } from 'node:dns'
import { setTimeout as sleep } from 'node:timers/promises'
import { toAppError } from '../errors.ts'
import { log } from '../telemetry/log.ts'
import { AddressRefused, type Lookup, refusedUrl } from './public-address.ts'
import { TooLarge, type WebAccess, type WebAnswer, agentName, digestOf, requestPage } from './page-request.ts'
import { type Robots, robotsOf } from './robots.ts'

export type Page = {
  /** Where it was found, after redirects. */
  readonly url: string
  /** Of its bytes, hexadecimal. */
  readonly sha256: string
  readonly fetchedAt: string
  readonly html: string
}

/** Why a page is not there, in the words of the progress. */
export const pageFaults = [
  'address-refused',
  'forbidden-by-robots',
  'not-html',
  'too-large',
  'too-many-redirects',
  'not-found',
  'unreachable',
  'too-many-pages',
] as const
export type PageFault = (typeof pageFaults)[number]

export type PageOutcome = { readonly page: Page } | { readonly fault: PageFault }

export type SiteVisit = {
  /** Never throws. The next page of a host is asked for a second after the last one. */
  readonly read: (url: string) => Promise<PageOutcome>
}

type Options = {
  readonly standIn?: string | undefined
  readonly lookup?: Lookup
  readonly now: () => Date
  readonly signal: AbortSignal
  /** Between two requests to one host, in milliseconds; one second unless a test has less. */
  readonly pauseMs?: number
  /** That one answer may take, in milliseconds; ten seconds unless a test has less. */
  readonly pageMs?: number
}

const pagesMax = 5
const redirectsMax = 3
const pageBytesMax = 2_000_000
const robotsBytesMax = 500_000

export const openSiteVisit = (options: Options): SiteVisit => {
  const { now, signal, pauseMs = 1_000, pageMs = 10_000, standIn, lookup = systemLookup } = options
  const access: WebAccess = { lookup, standIn }
  const askedAt = new Map<string, number>()
  const robots = new Map<string, Promise<Robots>>()
  let left = pagesMax

  const ask = async (url: URL, bytesMax: number): Promise<WebAnswer> => {
    const wait = (askedAt.get(url.host) ?? 0) + pauseMs - performance.now()
    if (wait > 0 && askedAt.has(url.host)) await sleep(wait, undefined, { signal })
    askedAt.set(url.host, performance.now())
    return requestPage(access, url, { bytesMax, signal: AbortSignal.any([signal, AbortSignal.timeout(pageMs)]) })
  }

  /** Every step of the way is checked as the first one. */
  const follow = async (start: URL, bytesMax: number, isAllowed: (url: URL) => Promise<boolean>): Promise<Followed> => {
    let url = start
    for (let hops = 0; ; hops += 1) {
      if (refusedUrl(url.href) !== undefined) throw new AddressRefused(`${url.host} is not of the public web.`)
      if (!(await isAllowed(url))) return { url, answer: undefined }
      const answer = await ask(url, bytesMax)
      const { location } = answer.headers
      const next = isRedirect(answer.status) && location !== undefined ? URL.parse(location, url.href) : null
      if (!next) return { url, answer }
      if (hops === redirectsMax) throw new TooManyRedirects(`${start.host} redirects more than ${redirectsMax} times.`)
      url = next
    }
  }

  const robotsAt = (url: URL): Promise<Robots> => {
    const known = robots.get(url.host)
    if (known) return known
    const read = readRobots(url, (from) => follow(from, robotsBytesMax, () => Promise.resolve(true)))
    robots.set(url.host, read)
    return read
  }

  return {
    read: async (text) => {
      if (refusedUrl(text) !== undefined) return { fault: 'address-refused' }
      if (left === 0) return { fault: 'too-many-pages' }
      left -= 1
      try {
        const isAllowed = async (url: URL): Promise<boolean> => {
          const allows = await robotsAt(url)
          // What could not be read in time forbids nothing: the visit is over.
          signal.throwIfAborted()
          return allows(url.href)
        }
        const { url, answer } = await follow(new URL(text), pageBytesMax, isAllowed)
        return answer ? outcomeOf(url, answer, now()) : { fault: 'forbidden-by-robots' }
      } catch (error) {
        signal.throwIfAborted()
        const fault = faultOf(error)
        log.info('web.page.not_read', { host: URL.parse(text)?.host, fault, error: toAppError(error) })
        return { fault }
      }
    },
  }
}

type Followed = { readonly url: URL; readonly answer: WebAnswer | undefined }

class TooManyRedirects extends Error {
  override readonly name = 'TooManyRedirects'
}

class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)

/** RFC 9309: without one everything is allowed, and nothing while it cannot be read: then the site cannot be reached. */
const readRobots = async (url: URL, get: (from: URL) => Promise<Followed>): Promise<Robots> => {
  const from = new URL('/robots.txt', url)
  try {
    const { answer } = await get(from)
    const status = answer?.status ?? 0
    if (status >= 400 && status < 500) return () => true
    if (status >= 500) throw new Unreachable(`${from.href} answered ${status}.`)
    if (!answer || status !== 200) return () => false
    return robotsOf(from.href, answer.bytes.toString('utf8'), agentName)
  } catch (error) {
    log.info('web.robots.not_read', { host: url.host, error: toAppError(error) })
    if (faultOf(error) === 'unreachable') throw error
    return () => false
  }
}

const outcomeOf = (url: URL, { status, headers, bytes }: WebAnswer, at: Date): PageOutcome => {
  if (status !== 200) return { fault: status >= 500 || status === 429 ? 'unreachable' : 'not-found' }
  const type = headers['content-type'] ?? ''
  if (!/^(?:text\/html|application\/xhtml\+xml)\b/i.test(type)) return { fault: 'not-html' }
  if (/\b(?:noai|none)\b/i.test(String(headers['x-robots-tag'] ?? ''))) return { fault: 'forbidden-by-robots' }
  const page = { url: url.href, sha256: digestOf(bytes), fetchedAt: at.toISOString(), html: decoded(bytes, type) }
  return { page }
}

/** By the header, else by the page's own word, else UTF-8. */
const decoded = (bytes: Buffer, type: string): string => {
  const named = /charset\s*=\s*["']?([\w-]+)/i
  const label = named.exec(type)?.[1] ?? named.exec(bytes.subarray(0, 2_048).toString('latin1'))?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

const faultOf = (error: unknown): PageFault => {
  if (error instanceof TooLarge) return 'too-large'
  if (error instanceof TooManyRedirects) return 'too-many-redirects'
  if (error instanceof AddressRefused || (error as Error).cause instanceof AddressRefused) return 'address-refused'
  return 'unreachable'
}
