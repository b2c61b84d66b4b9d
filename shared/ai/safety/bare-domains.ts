// Names of hosts in plain text: mail programs, PSA and chat make links of them, also without a scheme.
import { parse } from 'tldts'
import type { LinkRules } from './context-links.ts'
import { removedLink } from './foreign-words.ts'

const domainShape =
  /(?<![\p{L}\p{N}]|[\p{L}\p{N}._%+-]@)(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?[.。．｡]){1,30}(?:xn--[a-z0-9-]{2,59}|\p{L}{2,24})(?![\p{L}\p{N}-])/giu

/** What follows a host and carries more than its name. */
const tail = /^(?::\d|[/\\?#][^\s])/

/** A link that has the scheme of its page. */
const withoutScheme = /(?<![\p{L}\p{N}:/])\/\/[\p{L}\p{N}[]/u

/** Platforms that are named like a domain. */
const platforms = new Set(['asp.net', 'ado.net', 'vb.net', 'ml.net', 'socket.io'])

/**
 * The text with each domain that exists by its ending written so that nothing makes a link of it: `evil[.]com`. With a path, a query or a
 * port it is taken out. Names of allowed hosts stay.
 */
export const withoutBareDomains = (text: string, rules: LinkRules): string =>
  text.replace(/\S+/gu, (word) => {
    if (withoutScheme.test(word)) return removedLink
    if (!/[.。．｡]/.test(word) || /^(?:https?:\/\/|hxxps?:)/i.test(word)) return word
    let isRemoved = false
    const shown = word.replace(domainShape, (domain, offset: number) => {
      const name = domain.normalize('NFKC').replaceAll('。', '.').toLowerCase()
      if (rules.hosts.has(name) || platforms.has(name) || !parse(name).isIcann) return domain
      isRemoved ||= tail.test(word.slice(offset + domain.length))
      return domain.replace(/[.。．｡]/gu, '[.]')
    })
    return isRemoved ? removedLink : shown
  })
