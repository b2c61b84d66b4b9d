// Checks what an answer says about its sources: that they were given, and that the figures and names of a sentence stand in them.
import { type ClockTime, clockShape, clockTime, partsOfMoment } from './clock-times.ts'
import { addressShape } from './context-links.ts'
import { withPlainDigits } from './plain-digits.ts'
import { askedBy, quantitiesIn, toldBy } from './quantities.ts'
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
 * Empty: each of them does. How a number is grouped (`1,204`, `1 204`) makes no difference, and neither does how a host is defanged, in
 * which script digits are, or whether a number from ten on is written in words; a number that is part of a longer one does not count as
 * it. A sign, a currency, a percent sign and a time zone must not contradict the evidence. Of a moment, a URL and a path, the day, the
 * time, the host and the last name may be told alone.
 */
export const unsupportedFigures = (sentence: string, evidence: readonly string[]): readonly string[] =>
  figuresBeyond(sentence, evidence.map(figuresTold))

/** What a text supports, for many sentences that rest on it. */
export type FiguresTold = ReadonlySet<string>
export const figuresTold = (text: string): FiguresTold => new Set(figuresOf(text).flatMap(({ told }) => told))

/** As `unsupportedFigures`, with the evidence read already. */
export const figuresBeyond = (sentence: string, evidence: readonly FiguresTold[]): readonly string[] => {
  const unsupported = figuresOf(sentence).filter(
    ({ asked }) => !asked.some((one) => evidence.some((known) => known.has(one))),
  )
  return [...new Set(unsupported.map(({ written }) => written))]
}

type Figure = ClockTime & { readonly written: string }

const figuresOf = (text: string): readonly Figure[] => {
  const figures: Figure[] = []
  const take =
    (told: (written: string) => ClockTime) =>
    (written: string): string => {
      figures.push({ written, ...told(written) })
      return ' '
    }
  const seen = withPlainDigits(visibleText(text)).replaceAll('[.]', '.').replace(/hxxp/gi, 'http')
  // What is found is taken out, so that the numbers in an address are not figures by themselves.
  const named = shapes.reduce(
    (left, shape) => left.replace(shape, take(shape === clockShape ? clockTime : plainly)),
    seen,
  )
  const rest = named.replace(/[\p{No}\p{Nl}]+/gu, take(plainly))
  const quantities = quantitiesIn(rest).map((one) => ({ written: one.written, told: toldBy(one), asked: askedBy(one) }))
  // Not across what was a figure.
  const spelled = spelledNumbers(rest.replace(/\d/g, '#')).map(([written, value]) => ({
    written,
    told: [String(value), `${value} *`],
    asked: [String(value)],
  }))
  return [...figures, ...quantities, ...spelled]
}

const plainly = (written: string): ClockTime => {
  const normal = written.toLowerCase()
  return { told: [normal, ...partsOf(normal)], asked: [normal] }
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
  clockShape,
  // Names with a digit, a dot or a dash between their letters: hosts, ids, versions, hashes.
  /(?<![\w.-])(?=[\w.:-]{0,100}[A-Za-z])(?=[\w.:-]{0,100}\d)[A-Za-z0-9][\w.:-]{0,200}[A-Za-z0-9](?![\w])/g,
  /(?<![\w.-])(?=[\d.-]{0,100}[A-Za-z])[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?![\w-])/g,
  // Names in capitals that a dash holds together: DC-EAST.
  /(?<![\w.-])[A-Z]{2,30}(?:-[A-Z]{2,30}){1,4}(?![\w-])/g,
  // Addresses and versions of digits alone.
  /(?<![\w.])\d{1,5}(?:\.\d{1,5}){2,6}(?!\w)/g,
]

const isMoment = /^\d{4}-\d{2}-\d{2}t\d/

/** What of a figure may be told alone, as it is compared. */
const partsOf = (figure: string): readonly string[] => {
  if (isMoment.test(figure)) return partsOfMoment(figure)
  const host = /^https?:\/\/([^/:?#]+)/.exec(figure)?.[1]
  if (host !== undefined) return [host]
  const name = /[\\/]([^\\/]+)$/.exec(figure)?.[1]
  if (name !== undefined) return [name, name.replace(/\.\w{1,5}$/, '')]
  // A program is often told without its ending.
  const program = /^([\w-]+)\.(?:exe|dll|com|bat|cmd|ps1)$/.exec(figure)?.[1]
  return program === undefined ? [] : [program]
}
