// Names of hosts in plain text: mail programs, PSA and chat make links of them, also without a scheme.
import { parse } from 'tldts'
import { type LinkRules, candidatesOf, canonicalUrl, standingOf, urlShape } from './context-links.ts'
import { plainEnd, removedLink } from './foreign-words.ts'
import { isUsualName } from './usual-names.ts'

/**
 * The text with each domain that exists by its ending written so that nothing makes a link of it: `evil[.]com`. With a path or a query it is
 * taken out, but not where it is a folder of a path. Names of allowed hosts stay.
 */
export const withoutBareDomains = (text: string, rules: LinkRules): string =>
  text.replace(/\S+/gu, (word) => {
    if (withoutScheme.test(word)) return removedLink
    const { shown, isLoaded } = judgedWord(word, rules)
    return isLoaded ? removedLink : shown
  })

/** The text without hosts that have a path or a query: some programs that show Markdown make links of them as well. */
export const withoutLoadedHosts = (text: string, rules: LinkRules): string =>
  text.replace(/\S+/gu, (word) => {
    if (!/[/\\?#]/.test(word)) return word
    const seen = word.replace(/\\(?=[!-/:-@[-`{-~])|\*\*|~~/g, '')
    return [word, seen].some((spelling) => judgedWord(spelling, rules).isLoaded) ? removedLink : word
  })

/** Where a blank was forgotten, and what is written so would be a host: `full.It was` becomes `full. It was`. */
export const withSentencesApart = (text: string, { hosts }: LinkRules): string =>
  text.replace(
    /(?<!\S)(["'(]*)(\p{Lu}?\p{Ll}+)\.(\p{Lu}\p{Ll}*)(?=[.,;:!?"')]*(?:\s|$))/gu,
    (found, mark: string, last: string, first: string) => {
      const name = `${last}.${first}`.toLowerCase()
      return hosts.has(name) || isUsualName(name) || !parse(name).isIcann ? found : `${mark}${last}. ${first}`
    },
  )

/** Of a name: also emoji and marks, which some registries sell. */
const letter = String.raw`[[\p{L}\p{N}\p{M}\p{S}\u200d\ufe0f]--[$+<=>^\`\|~]]`

const domainShape = new RegExp(
  String.raw`(?<!${letter}|[\p{L}\p{N}._%+\-]@)` +
    String.raw`(?:${letter}(?:(?:${letter}|-){0,61}${letter})?[.。．｡]){1,30}` +
    String.raw`(?:xn--[a-z0-9\-]{2,59}|\p{L}{2,24})(?![\p{L}\p{N}])`,
  'giv',
)

/** What follows a host and carries more than its name. */
const tail = /^(?::\d{1,5})?[/\\?#][^\s]/

/** A link that has the scheme of its page. A single name after it is a comment of a program, or a server of the own network. */
const withoutScheme = /(?<![\p{L}\p{N}:/])\/\/(?![a-z][\w-]*(?:[^\p{L}\p{N}_.。．｡:@%[\\-]|:?$))[\p{L}\p{N}[]/iu

type Judged = {
  readonly shown: string
  /** A host that is not allowed has more behind it than its name. */
  readonly isLoaded: boolean
}

const judgedWord = (word: string, rules: LinkRules): Judged => {
  if (!/[.。．｡]/.test(word) || /^(?:https?:\/\/|hxxps?:)/i.test(word)) return { shown: word, isLoaded: false }
  let isLoaded = false
  const shown = word.replace(domainShape, (domain, offset: number) => {
    const before = word.slice(0, offset)
    const after = word.slice(offset + domain.length)
    const name = domain.normalize('NFKC').replaceAll('。', '.').toLowerCase()
    const allowed = allowedHost(name, before, after, rules)
    if (allowed === 'foreign') isLoaded = true
    if (allowed !== undefined) return allowed === 'in full' ? `https://${domain}` : domain
    const isTailed = tail.test(after)
    if ((isUsualName(name) && !isTailed) || !isHost(name, rules)) return domain
    isLoaded ||= isTailed && (isUsualName(name) ? after.includes('?') : !isFolder(before, after))
    return domain.replace(/[.。．｡]/gu, '[.]')
  })
  return { shown, isLoaded }
}

/** By its ending, or by how it begins: some programs make a link of the beginning alone. Two names (`System.IO`) are no beginning. */
const isHost = (name: string, { hosts }: LinkRules): boolean => {
  const labels = name.split('.')
  const beginnings = labels.slice(3).map((_, at) => labels.slice(0, at + 3).join('.'))
  return [name, ...beginnings].some((one) => !hosts.has(one) && parse(one).isIcann === true)
}

/**
 * Whether a host may be shown with what follows it. Undefined: it is not allowed. `in full`: together they are a link of the context that
 * has lost its scheme.
 */
const allowedHost = (
  name: string,
  before: string,
  after: string,
  { hosts, ...rules }: LinkRules,
): 'as it is' | 'in full' | 'foreign' | undefined => {
  const port = /^:\d{1,5}(?!\d)/.exec(after)?.[0] ?? ''
  const host = hosts.has(name + port) ? name + port : hosts.has(name) ? name : undefined
  if (host === undefined) return undefined
  // What has a scheme was judged with it.
  if (before.endsWith('://') || !tail.test(after)) return 'as it is'
  const rest = after.slice(host.length - name.length)
  if (/^\/(?:[.,;:!?)\]"'*_]*)$/.test(rest)) return 'as it is'
  const [found = ''] = `https://${host}${rest}`.match(urlShape) ?? []
  const isOfContext = candidatesOf(found).some(
    (candidate) =>
      standingOf(canonicalUrl(candidate), { hosts, ...rules }) === 'allowed' &&
      plainEnd.test(`https://${host}${rest}`.slice(candidate.length)),
  )
  return isOfContext ? 'in full' : 'foreign'
}

/** Of a path: what looks like a host in it is a folder, and no program reads on behind it. */
const isFolder = (before: string, after: string): boolean =>
  !/[?#=&]/.test(after) && (pathOfUnix.test(before) || (pathOfWindows.test(before) && after.startsWith('\\')))

const pathOfUnix = /^["'(]*(?:~|\.{1,2})?\/(?!.*\/\/)(?!\/)/

const pathOfWindows = /^["'(]*(?:[a-z]:\\|\.{1,2}\\|\\{1,2}[\w-]+\\|HK[A-Z]{2,3}:?\\|%\w+%\\|\$env:\w+\\)/i
