// What a page says: its structured data, its links and its text, each with the characters at which it stands.
import { type Handler, Parser } from 'htmlparser2'

export type Span = { readonly from: number; readonly to: number }
export type Link = Span & { readonly href: string }
export type Passage = Span & { readonly text: string }
/** One object of JSON-LD, with the block that it stands in. */
export type Thing = Span & { readonly value: Readonly<Record<string, unknown>> }

export type PageText = {
  readonly title: string
  /** The name that the page gives its site. */
  readonly siteName: string
  readonly description: Passage | undefined
  readonly things: readonly Thing[]
  readonly links: readonly Link[]
  /** Of paragraphs, headings, cells: what a person reads. */
  readonly passages: readonly Passage[]
  /** The page asks not to be read by programs that learn. */
  readonly isClosed: boolean
}

/** Of one page: beyond that it is no page of an organization about itself. */
const most = {
  things: 200,
  links: 2_000,
  hrefCharacters: 2_000,
  passages: 4_000,
  passageCharacters: 2_000,
  nameCharacters: 300,
  blockCharacters: 200_000,
  /** The parser takes time by the square of it. */
  depth: 1_000,
}

const silent = new Set(['script', 'style', 'noscript', 'template', 'svg', 'iframe', 'select', 'textarea'])
/** Text goes on through these; every other element begins another passage. */
const inline = new Set([
  'a',
  'abbr',
  'b',
  'br',
  'em',
  'i',
  'mark',
  'small',
  'span',
  'strong',
  'sub',
  'sup',
  'time',
  'u',
  'wbr',
])

export const readPageText = (html: string): PageText => {
  const found = { title: '', siteName: '', description: undefined as Passage | undefined, isClosed: false }
  const [blocks, links, passages]: [Passage[], Link[], Passage[]] = [[], [], []]
  let passage: Passage | undefined
  let block: Passage | undefined
  let silence = 0
  let isTitle = false

  const endPassage = (): void => {
    if (passage && /\p{L}|\d/u.test(passage.text) && passages.length < most.passages)
      passages.push({ ...passage, text: passage.text.replaceAll(/\s+/g, ' ').trim().slice(0, most.passageCharacters) })
    passage = undefined
  }
  const parser = new Parser(
    noDeeper({
      onopentag: (name, attributes) => {
        const span = { from: parser.startIndex, to: parser.endIndex + 1 }
        if (!inline.has(name)) endPassage()
        if (name === 'br' && passage) passage = { ...passage, text: `${passage.text} ` }
        if (silent.has(name)) silence += 1
        if (name === 'title') isTitle = true
        if (name === 'script' && /^application\/ld\+json\b/i.test(attributes['type'] ?? ''))
          block = { from: span.to, to: span.to, text: '' }
        const { href } = attributes
        if (name === 'a' && href !== undefined && isKept(href, links)) links.push({ ...span, href })
        if (name === 'meta') noteMeta(found, attributes, span)
      },
      ontext: (text) => {
        const span = { from: parser.startIndex, to: parser.endIndex + 1 }
        if (block) block = { from: block.from, to: span.to, text: block.text + text }
        else if (isTitle) found.title = (found.title + text).slice(0, most.nameCharacters)
        else if (silence === 0)
          passage = { from: passage?.from ?? span.from, to: span.to, text: (passage?.text ?? '') + text }
      },
      onclosetag: (name) => {
        if (!inline.has(name)) endPassage()
        if (silent.has(name)) silence -= 1
        if (name === 'title') isTitle = false
        if (name === 'script' && block) {
          if (block.text.length <= most.blockCharacters) blocks.push(block)
          block = undefined
        }
      },
    }),
    { decodeEntities: true, lowerCaseTags: true },
  )
  parser.end(html)
  endPassage()
  return {
    ...found,
    title: found.title.trim(),
    things: blocks.flatMap(thingsOf).slice(0, most.things),
    links,
    passages,
  }
}

const isKept = (href: string, links: readonly Link[]): boolean =>
  href.length <= most.hrefCharacters && links.length < most.links

/** Ends where elements are within each other deeper than they are on any page. */
const noDeeper = ({ onopentag, onclosetag, ...handler }: Partial<Handler>): Partial<Handler> => {
  let depth = 0
  let parser: Parser | undefined
  return {
    ...handler,
    onparserinit: (begun) => {
      parser = begun
    },
    onopentag: (...tag) => {
      depth += 1
      if (depth > most.depth) parser?.pause()
      onopentag?.(...tag)
    },
    onclosetag: (...tag) => {
      depth -= 1
      onclosetag?.(...tag)
    },
  }
}

type Meta = { siteName: string; description: Passage | undefined; isClosed: boolean }

const noteMeta = (found: Meta, attributes: Readonly<Record<string, string>>, span: Span): void => {
  const name = (attributes['name'] ?? attributes['property'] ?? '').toLowerCase()
  const text = (attributes['content'] ?? '').trim()
  if (name === 'og:site_name') found.siteName = text.slice(0, most.nameCharacters)
  if ((name === 'description' || name === 'og:description') && text !== '')
    found.description ??= { ...span, text: text.slice(0, most.passageCharacters) }
  if (name === 'robots' && /\b(?:noai|none)\b/i.test(text)) found.isClosed = true
}

/** A block that is no JSON says nothing: what it was to say would be a guess. */
const thingsOf = ({ from, to, text }: Passage): readonly Thing[] => {
  try {
    return flatten(JSON.parse(text) as unknown, 0).map((value) => ({ from, to, value }))
  } catch {
    return []
  }
}

/** Lists, `@graph`, and what things are about: a page describes its organization within many others. */
const flatten = (value: unknown, depth: number): readonly Readonly<Record<string, unknown>>[] => {
  if (depth > 6 || typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((one) => flatten(one, depth + 1))
  const thing = value as Readonly<Record<string, unknown>>
  const within = ['@graph', 'publisher', 'about', 'mainEntity', 'author', 'employee', 'member', 'founder', 'worksFor']
  return [thing, ...within.flatMap((name) => flatten(thing[name], depth + 1))]
}
