// Checks what an answer says about its sources: that they were given, and that the figures and names of a sentence stand in them.
import { addressShape } from './context-links.ts'
import { spelledNumbers } from './spelled-numbers.ts'
import { visibleText } from './visible-text.ts'

export type CitationCheck = { readonly supported: readonly string[]; readonly unsupported: readonly string[] }

/** Each id once, in the order in which it was cited. An id is supported when it was given, letter by letter. */
export const checkCitations = (cited: readonly string[], given: ReadonlySet<string>): CitationCheck => {
  const ids = [...new Set(cited)]
  return { supported: ids.filter((id) => given.has(id)), unsupported: ids.filter((id) => !given.has(id)) }
}

/**
 * Figures, dates, times, addresses, hosts, accounts, paths, hashes and ids of a sentence that occur in none of the texts of its evidence.
 * Empty: each of them does. How a number is grouped (`1,204`, `1 204`) makes no difference, and neither does how a host is defanged, or
 * whether a number from ten on is written in words; a number that is part of a longer one does not count as it. Of a moment, a URL and a
 * path, the day, the time, the host and the last name may be told alone.
 */
export const unsupportedFigures = (sentence: string, evidence: readonly string[]): readonly string[] => {
  const known = new Set(
    evidence.flatMap((text) => [...figuresOf(text)].flatMap(([figure, normal]) => [normal, ...partsOf(figure)])),
  )
  return [...figuresOf(sentence)].filter(([, normal]) => !known.has(normal)).map(([figure]) => figure)
}

/** As they are written, with what they are compared by. */
const figuresOf = (text: string): ReadonlyMap<string, string> => {
  const figures = new Map<string, string>()
  const add = (figure: string): string => {
    figures.set(figure, normalOf(figure))
    return ' '
  }
  const seen = visibleText(text).replaceAll('[.]', '.').replace(/hxxp/gi, 'http')
  // What is found is taken out, so that the numbers in an address are not figures by themselves.
  const rest = shapes.reduce((left, shape) => left.replace(shape, add), seen)
  for (const [words, value] of spelledNumbers(rest)) figures.set(words, String(value))
  return figures
}

const isoTime = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?/g

const shapes: readonly RegExp[] = [
  /https?:\/\/[^\s<>"')\]]{1,2000}(?<![.,;:!?])/gi,
  addressShape,
  // Paths of Windows and of Unix; keys of the registry and accounts of a domain, which are written in the same way.
  /(?<!\w)(?:[A-Za-z]:\\|\\\\?)[^\s"'<>|,;()]{1,500}(?<![.:!?])/g,
  /(?<![\w\\])[\w.-]{1,100}(?:\\[\w.$@-]{1,100}){1,30}(?<!\.)/g,
  /(?<![\w/])(?:\/[\w.@+-]{1,100}){2,20}(?<!\.)/g,
  // ISO times, dates in the usual orders, times of the day.
  isoTime,
  /(?<![\w.])\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?![\w]|[.-]\d)/g,
  /(?<![\w.])\d{1,2}:\d{2}(?::\d{2})?(?!\w)/g,
  // Names with a digit, a dot or a dash between their letters: hosts, ids, versions, hashes.
  /(?<![\w.-])(?=[\w.:-]{0,100}[A-Za-z])(?=[\w.:-]{0,100}\d)[A-Za-z0-9][\w.:-]{0,200}[A-Za-z0-9](?![\w])/g,
  /(?<![\w.-])(?=[\d.-]{0,100}[A-Za-z])[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?![\w-])/g,
  // Names in capitals that a dash holds together: DC-EAST.
  /(?<![\w.-])[A-Z]{2,30}(?:-[A-Z]{2,30}){1,4}(?![\w-])/g,
  // Addresses and versions of digits alone.
  /(?<![\w.])\d{1,5}(?:\.\d{1,5}){2,6}(?!\w)/g,
  /(?<![\w.])#?\d{1,3}(?:[,.' \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\d)/g,
  /\d+(?:[.,]\d+)*/g,
]

const normalOf = (figure: string): string => {
  const lower = figure.toLowerCase()
  if (!/^#?[\d.,' \u00a0\u202f]+$/.test(lower)) return lower
  const bare = lower.replace('#', '')
  const groups = /^\d{1,3}(?:([,.' \u00a0\u202f])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?$/.exec(bare)
  const ungrouped = groups?.[1] === undefined ? bare : bare.replaceAll(groups[1], '')
  const decimal = ungrouped.replace(',', '.')
  return /^\d+\.\d+$/.test(decimal) ? decimal.replace(/\.?0+$/, '') : decimal
}

/** What of a figure may be told alone, as it is compared. */
const partsOf = (figure: string): readonly string[] => {
  const lower = figure.toLowerCase()
  const moment = /^(\d{4}-\d{2}-\d{2})t((\d{2}:\d{2})(?::\d{2})?)/.exec(lower)
  if (moment) return [moment[1] ?? '', moment[2] ?? '', moment[3] ?? '']
  const host = /^https?:\/\/([^/:?#]+)/.exec(lower)?.[1]
  if (host !== undefined) return [host]
  const name = /[\\/]([^\\/]+)$/.exec(lower)?.[1]
  if (name !== undefined) return [name, name.replace(/\.\w{1,5}$/, '')]
  // A program is often told without its ending.
  const program = /^([\w-]+)\.(?:exe|dll|com|bat|cmd|ps1)$/.exec(lower)?.[1]
  return program === undefined ? [] : [program]
}
