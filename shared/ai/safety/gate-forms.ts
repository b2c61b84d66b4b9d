// Writes what is left of a piece: as Markdown that no program reads as more than it is, or as plain text in which nothing becomes a link.
import { withSentencesApart, withoutBareDomains, withoutLoadedHosts } from './bare-domains.ts'
import type { LinkRules } from './context-links.ts'
import { hasForeignLink, removedLink, withoutForeignLinks } from './foreign-words.ts'
import type { Piece } from './gate-pieces.ts'
import { type InlinePart, inlinePartsOf } from './inline-parts.ts'
import { fileName } from './usual-names.ts'
import { visibleText } from './visible-text.ts'

/** `text`: for products that show text and make links of it by themselves, and that may read it as HTML. */
export type GateForm = (typeof gateForms)[number]

export const gateForms = ['markdown', 'text'] as const

export type PieceRules = {
  readonly links: LinkRules
  readonly form: GateForm
  /** Delimiters of the prompt have it: a word with it is left out. */
  readonly seal?: string | undefined
  readonly restore?: ((text: string) => string) | undefined
}

export const removedWord = '(text removed)'

export const writtenPiece = (piece: Piece, rules: PieceRules): string => {
  switch (piece.kind) {
    case 'blank':
      return piece.text
    case 'overlong':
      return removedWord
    case 'fence':
      return rules.form === 'text' ? '' : piece.fence + piece.language
    case 'code':
      return codeWord(readable(piece.text, rules), rules)
    case 'words':
      return words(readable(piece.text, rules), rules)
  }
}

const readable = (text: string, { seal, restore }: PieceRules): string => {
  const seen = visibleText(text)
  const restored = restore ? visibleText(restore(seen)) : seen
  return seal !== undefined && restored.includes(seal)
    ? restored.replace(/\S+/gu, (word) => (word.includes(seal) ? '' : word))
    : restored
}

/** A word that only a fence has would end the block for a reader of Markdown. */
const codeWord = (text: string, { links, form }: PieceRules): string => {
  if (/^\s*(?:`{3,}|~{3,})\s*$/.test(text)) return ''
  const checked = withoutForeignLinks(text, links)
  return form === 'text' ? plain(checked, links) : checked
}

/** Nothing in it is written differently in Markdown, and none of it can be part of a link. */
const isHarmless = (text: string): boolean => /^[A-Za-z0-9,;?'"()*_#|+=$^{}-]*[.]?$/.test(text) && !/www/i.test(text)

const words = (text: string, rules: PieceRules): string => {
  if (isHarmless(text)) return rules.form === 'text' ? withoutEmphasis(text) : text
  const parts = inlinePartsOf(text, rules.links)
  return rules.form === 'markdown' ? asMarkdown(parts, rules.links) : asText(parts, rules.links)
}

const asMarkdown = (parts: readonly InlinePart[], links: LinkRules): string => {
  const checked = parts.map((part) => {
    if (part.kind === 'link') return part
    const text = withoutForeignLinks(part.text, links)
    return { ...part, text: part.kind === 'text' ? withoutLoadedHosts(text, links) : text }
  })
  // What no part is by itself, two of them may be together once they are shown.
  const shown = checked.map((part) => (part.kind === 'link' ? part.label : part.text)).join('')
  if (checked.length > 1 && hasForeignLink(withoutSelf(checked, shown), links)) return removedLink
  return checked
    .map((part, at) => {
      if (part.kind === 'link') {
        const label = honestLabel(part.label, part.href, links)
        return linkAsMarkdown(
          part.href,
          label && (part.isCode ? codeAsMarkdown(label) : escaped(label, true).replaceAll('|', '\\|')),
        )
      }
      return part.kind === 'code' ? codeAsMarkdown(part.text) : escaped(part.text, at + 1 < checked.length)
    })
    .join('')
}

/** A label that is its own link is none besides it. */
const withoutSelf = (parts: readonly InlinePart[], shown: string): string =>
  parts.reduce((text, part) => (part.kind === 'link' ? text.replace(part.href, ' ') : text), shown)

/** A label that names another place than the link leads to is not shown. */
const honestLabel = (label: string, href: string, links: LinkRules): string | undefined => {
  const text = label.trim()
  if (text === '' || text === href || hasForeignLink(text, links)) return undefined
  const rest = text.replace(fileName, ' ')
  return rest === URL.parse(href)?.host || !/[\p{L}\p{N}][.。．｡]\p{L}{2}|@|:\/\//u.test(rest) ? text : undefined
}

/** @param label as Markdown */
const linkAsMarkdown = (href: string, label: string | undefined): string => {
  const target = href.replaceAll('|', '%7C')
  if (label === undefined) return `<${target}>`
  return `[${label}](${/[()]/.test(target) ? `<${target}>` : target})`
}

/** In a row of a table, a bar ends the cell and with it the code: what would be read anew then is written as text. */
const codeAsMarkdown = (code: string): string => {
  if (/(?<!(?<!\\)\\)\|/.test(code) && /[[\]<&\\]/.test(code)) return escaped(code, true)
  const longest = Math.max(0, ...(code.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = /^`|`$|^ .* $/.test(code) ? ' ' : ''
  return fence + pad + code + pad + fence
}

/** @param isFollowed by a part that is no text */
const escaped = (text: string, isFollowed: boolean): string =>
  text.replace(/\\[!-/:-@[-`{-~]|\\$|[[\]`]|<(?=[A-Za-z/!?])|!(?=\[|$)|&(?=#?\w{1,40};)|~{3,}/g, (found) => {
    if (found === '\\') return isFollowed ? '\\\\' : found
    if (found.startsWith('\\') || (found === '!' && !isFollowed)) return found
    return found.replace(/./g, '\\$&')
  })

const asText = (parts: readonly InlinePart[], links: LinkRules): string => {
  let written = ''
  let run = ''
  let isAfterLink = false
  const takeRun = (isBeforeLink: boolean): void => {
    const inner = isBeforeLink ? run.replace(/(?:[*_]{1,3}|~~)$/, '') : run
    const text = plain(withoutForeignLinks(withoutEmphasis(inner), links), links)
    // Else it would be read as more of the link before it.
    written += (isAfterLink && !/^\)?[.,;:!?]?(?:\s|$)/.test(text) ? ' ' : '') + text
    run = ''
    isAfterLink = false
  }
  for (const [at, part] of parts.entries()) {
    if (part.kind === 'link') {
      takeRun(true)
      const label = honestLabel(part.label, part.href, links)
      const target = part.href.replace(/^mailto:/, '')
      const apart = written === '' || /[\s([]$/.test(written) ? '' : ' '
      written += apart + (label === undefined ? target : `${plain(withoutEmphasis(label), links)} (${target}) `)
      isAfterLink = label === undefined
    } else if (part.kind === 'text') {
      const seen = parts[at - 1]?.kind === 'link' ? part.text.replace(/^(?:[*_]{1,3}|~~)/, '') : part.text
      run += withSentencesApart(withoutEscapes(seen), links)
    } else run += part.text
  }
  takeRun(false)
  return written.replace(/\) (?=[.,;:!?)]{0,5}(?:\s|$))/g, ')')
}

/** Backslashes of paths stay: `\\fs01\home`, `C:\$Recycle.Bin`. */
const withoutEscapes = (text: string): string =>
  text.replace(/\S+/g, (word) => (path.test(word) ? word : word.replace(/\\([!-/:-@[-`{-~])/g, '$1')))

const path = /^["'(]*(?:\\\\[\w?.]|[A-Za-z]:\\|\.{1,2}\\|%\w+%\\|[A-Z][A-Z\d-]{1,14}\\|\S*[\w%}*:]\\[A-Za-z\d%$({])/

/** Rules and the names of Python stay: `***`, `__init__`. */
const withoutEmphasis = (text: string): string =>
  /^[*_]+$/.test(text) ? text : text.replace(marks, (found) => (/[a-z]/.test(found) ? found : ''))

const marks =
  /__(?:all|call|class|dict|file|init|main|name|pycache|repr|str)__|\*{2,3}|(?<![\w_])__(?=\w)|(?<=\w)__(?![\w_])/g

/** A product that reads HTML finds no tag in it. */
const plain = (text: string, links: LinkRules): string =>
  withoutBareDomains(text, links).replace(/<(?=[A-Za-z/!?])/g, '‹')
