// Cuts a text into sentences, word for word. A point inside a version, an address, a path or an abbreviation ends none.

const abbreviations = new Set([
  'e.g',
  'i.e',
  'etc',
  'approx',
  'no',
  'mr',
  'mrs',
  'dr',
  'vs',
  'incl',
  'ca',
  'z.b',
  'd.h',
  'bzw',
  'nr',
  'hr',
  'ggf',
  'evtl',
  'inkl',
  'vgl',
])

/** What a point stands behind that ends nothing, by what follows: "z. B.", and in German "15. Dezember", "15. 12. 2026", "3. Stock". */
const marks = [
  [/(?<!\p{L})[zdu]$/iu, /^\. [bha]\./i],
  [/(?<!\p{L})[zdu]\. [bha]$/iu, /^\./],
  [
    /(?<![\p{L}\p{N}.,:])\d{1,2}$/u,
    /^\.\s+(?:(?:(?:jan|feb|aug|sept|okt|nov|dez)\p{L}*|jänner|märz|april|mai|juni|juli|stock|etage|quartal)(?!\p{L})|\d{1,2}\.)/iu,
  ],
  [/\d\. ?\d{1,2}$/, /^\.\s+20\d\d\b/],
] as const

/** No more is looked at before a point: a line may have a thousand abbreviations, and no sentence. */
const abbreviationLengthMax = Math.max(...[...abbreviations].map(({ length }) => length))

/** Of what follows an ordinal: a point, a few spaces, a month. */
const ordinalLengthMax = 20

/** Longer ones are no sentence that anybody would quote: a dump, a log. */
const sentenceLengthMax = 600

/** @returns at most `max` sentences in their order, without blank ends */
export const sentencesOf = (text: string, max: number): readonly string[] => {
  const sentences: string[] = []
  for (const line of text.split(/\r?\n|\u2028|\u2029/)) {
    for (const sentence of sentencesOfLine(line)) {
      const trimmed = sentence.replace(/^[\s*•>#-]+/, '').trim()
      if (/[\p{L}\p{N}]/u.test(trimmed) && trimmed.length <= sentenceLengthMax) sentences.push(trimmed)
      if (sentences.length === max) return sentences
    }
  }
  return sentences
}

const sentencesOfLine = (line: string): string[] => {
  const sentences: string[] = []
  let start = 0
  // A mark that is followed by a space and something that can begin a sentence.
  const end = /[.!?]["')\]]*\s+(?=["'([]?[\p{Lu}\p{N}])/gu
  for (let match = end.exec(line); match; match = end.exec(line)) {
    const wordFrom = Math.max(start, match.index - abbreviationLengthMax - 1)
    if (line[match.index] === '.' && isWithin(line.slice(wordFrom, match.index), line, match.index)) continue
    sentences.push(line.slice(start, end.lastIndex))
    start = end.lastIndex
  }
  sentences.push(line.slice(start))
  return sentences
}

/** Whether the point at `at` belongs to the word before it. */
const isWithin = (before: string, line: string, at: number): boolean => {
  const word = /[\p{L}.]+$/u.exec(before)?.[0].toLowerCase() ?? ''
  if (abbreviations.has(word)) return true
  const from = line.slice(at, at + ordinalLengthMax)
  return marks.some(([one, next]) => one.test(before) && next.test(from))
}
