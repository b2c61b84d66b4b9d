// Checks what an answer says about its sources: that they were given, and that the figures and names of a sentence stand in them.
import { addressShape } from './context-links.ts'
import { visibleText } from './visible-text.ts'

export type CitationCheck = { readonly supported: readonly string[]; readonly unsupported: readonly string[] }

/** Each id once, in the order in which it was cited. An id is supported when it was given, letter by letter. */
export const checkCitations = (cited: readonly string[], given: ReadonlySet<string>): CitationCheck => {
  const ids = [...new Set(cited)]
  return { supported: ids.filter((id) => given.has(id)), unsupported: ids.filter((id) => !given.has(id)) }
}

/**
 * Figures, dates, times, addresses, hosts, paths, hashes and ids of a sentence that occur in none of the texts of its evidence. Empty: each
 * of them does. How a number is grouped (`1,204`, `1 204`) makes no difference, and neither does how a host is defanged; a number that is
 * part of a longer one does not count as it.
 */
export const unsupportedFigures = (sentence: string, evidence: readonly string[]): readonly string[] => {
  const known = new Set(evidence.flatMap((text) => [...figuresOf(text)].map(([, normal]) => normal)))
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
  shapes.reduce((rest, shape) => rest.replace(shape, add), seen)
  return figures
}

const shapes: readonly RegExp[] = [
  /https?:\/\/[^\s<>"')\]]{1,2000}(?<![.,;:!?])/gi,
  addressShape,
  // Paths of Windows and of Unix.
  /(?<!\w)(?:[A-Za-z]:\\|\\\\)[^\s"'<>|,;]{1,500}(?<![.:!?)])/g,
  /(?<![\w/])(?:\/[\w.@+-]{1,100}){2,20}(?<!\.)/g,
  // ISO times, dates in the usual orders, times of the day.
  /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?/g,
  /(?<![\w.])\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?![\w]|[.-]\d)/g,
  /(?<![\w.])\d{1,2}:\d{2}(?::\d{2})?(?!\w)/g,
  // Names with a digit, a dot or a dash between their letters: hosts, ids, versions, hashes.
  /(?<![\w.-])(?=[\w.:-]{0,100}[A-Za-z])(?=[\w.:-]{0,100}\d)[A-Za-z0-9][\w.:-]{0,200}[A-Za-z0-9](?![\w])/g,
  /(?<![\w.-])[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?![\w-])/g,
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
