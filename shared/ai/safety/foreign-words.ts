// Finds links in the words of an answer, however they are written, and takes out those that it may not have. A word is what stands between
// white space, as it is for the programs that make links of what they show.
import { readingsOf } from '../../text/readable-text.ts'
import { type LinkRules, addressShape, candidatesOf, canonicalUrl, standingOf, urlShape } from './context-links.ts'

export const removedLink = '(link removed)'
export const removedAddress = '(address removed)'

/** The text with its foreign links replaced, and those that may be seen but not be followed defanged (`hxxps://host[.]example`). */
export const withoutForeignLinks = (text: string, rules: LinkRules): string =>
  text.replace(/\S+/gu, (word) => checkedWord(word, rules))

/** Whether there is a link in it that the context does not have, or that is on no allowed host. */
export const hasForeignLink = (text: string, rules: LinkRules): boolean => withoutForeignLinks(text, rules) !== text

const checkedWord = (given: string, rules: LinkRules): string => {
  if (!mayBeLink.test(given)) return given
  // What is defanged is judged as what it stands for, so that twice is as good as once.
  const word = /hxxp/i.test(given) ? given.replace(/hxxp/gi, 'http').replaceAll('[.]', '.') : given
  let rest = ''
  let read = 0
  let checked = ''
  for (const { 0: found, index } of word.matchAll(urlShape)) {
    const { shown, length } = checkedUrl(found, rules)
    const after = word.slice(index + length)
    if (shown === undefined || !endOfLink.test(after)) return removedLink
    const apart = after === '' || plainEnd.test(after) ? '' : ' '
    rest += `${word.slice(read, index)} `
    checked += word.slice(read, index) + shown + apart
    read = index + length
  }
  rest += word.slice(read)
  checked += word.slice(read)
  // Known addresses are looked at apart, so that what stands around them is still judged.
  const withoutKnown = rest.replace(addressShape, (address) =>
    rules.addresses.has(address.toLowerCase()) ? ' ' : address,
  )
  const readings = spellingsOf(withoutKnown)
  if (readings.some((reading) => linkShapes.some((shape) => shape.test(reading)))) return removedLink
  if (readings.some((reading) => anyAddress.test(reading))) return removedAddress
  return checked.replace(addressShape, (address, offset: number) => {
    const [name, domain = ''] = address.split('@')
    if (version.test(domain)) return address
    if (!rules.hosts.has(domain.toLowerCase())) return `${name}@${domain.replaceAll('.', '[.]')}`
    // What stands beside it could be read as more of it.
    const before = openingMarks.test(checked.slice(0, offset)) ? '' : ' '
    return before + address + (endOfLink.test(checked.slice(offset + address.length)) ? '' : ' ')
  })
}

const openingMarks = /(?:^|\s)[("'«“‘<[*_~>#-]*$/u

/** What else follows it could be read as more of the link. */
const endOfLink = /^[.,;:!?)\]}>"'»”’*_~]*$/u

/** What every reader leaves out at the end of a link. */
export const plainEnd = /^\)?[.,;:!?]?$/

/** Most words have none of what a link needs. */
const mayBeLink = /[:@%&\\]|\/\/|www|[^\u0020-\u007e]/i

type CheckedUrl = { readonly shown: string | undefined; readonly length: number }

const checkedUrl = (found: string, rules: LinkRules): CheckedUrl => {
  for (const candidate of candidatesOf(found)) {
    const href = canonicalUrl(candidate)
    const standing = standingOf(href, rules)
    if (standing === 'allowed') return { shown: href, length: candidate.length }
    if (standing === 'known' && href !== undefined) return { shown: defanged(href), length: candidate.length }
  }
  return { shown: undefined, length: found.length }
}

/**
 * As analysts write what must not be followed. So are addresses in its path and its query: who shows it makes links of these by themselves, or goes on
 * reading behind the host.
 */
export const defanged = (href: string): string => {
  const { origin } = new URL(href)
  const inner = href.slice(origin.length).replace(/http(?=s?:)/gi, 'hxxp')
  return origin.replace(/^http/, 'hxxp').replaceAll('.', '[.]') + inner.replace(/\.(?=[A-Za-z%])/g, '[.]')
}

const linkShapes: readonly RegExp[] = [
  // Schemes that browsers and mail programs follow; with other slashes or fewer they do so as well.
  /(?<![a-z])(?:https?|ftps?|sftp|wss?|file|smb|gopher|ldaps?):[/\\]/i,
  /[a-z][a-z0-9+.-]{1,30}:\/\//i,
  /(?:mailto|xmpp):|(?:javascript|vbscript|ms-(?!settings:)[a-z-]{2,30}):\S/i,
  /data:(?:[a-z]+\/[a-z]|[;,])/i,
  // Programs that write to somebody: with a query, they have written already.
  /(?<![a-z])(?:sms|tel|callto|facetime|skype|sips?|magnet|geo):[^\s?]{0,200}\?/i,
  /(?<![\p{L}\p{N}])www\d{0,3}\./iu,
]

/** Also one whose domain is none: some programs mend it. */
const anyAddress =
  /[\p{L}\p{N}._%+-]@(?!\d{1,5}(?:\.\d{1,5}){1,2}(?:[^\p{L}\p{N}._-]|$))[\p{L}\p{N}\p{M}\p{So}._-]{0,250}\.[\p{L}\p{N}-]/u

/** Of a package: `lodash@4.17.21`. */
const version = /^\d{1,5}(?:\.\d{1,5}){1,2}$/

/** As it stands, unpacked, in plain letters, and without the marks of emphasis and escapes that are not seen once it is shown. */
const spellingsOf = (word: string): readonly string[] => {
  const readings = readingsOf(word).map(({ text }) => text)
  return [word, ...readings, ...readings.map((text) => text.replace(/[*_~\\`]/g, ''))]
}
