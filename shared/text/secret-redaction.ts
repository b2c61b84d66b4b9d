// Takes secrets out of text that comes from outside and goes to another product, a table or a log. In a time that grows with the
// length of the text, whatever stands in it.
import { matchesOf } from './matches.ts'
import { looksRandom } from './randomness.ts'
import { readingsOf } from './readable-text.ts'
import { secretShapes } from './secret-shapes.ts'
import { type Span, namedSecrets, placedSecrets } from './secret-words.ts'

export const redactedMark = '[redacted]'

/**
 * What a text may hold.
 * - `text`: words of people and scanners. What looks drawn by lot goes, hashes stay
 * - `strict`: words about a secret that was found. What might be a key goes as well
 * - `name`: ids and names, which may be drawn by lot. What goes is what shows by its shape or the words beside it
 */
export type Kind = 'text' | 'strict' | 'name'

/** The text with its secrets replaced by `[redacted]`. */
export const redactSecrets = (text: string, kind: Kind = 'text'): string => {
  const spans = secretsIn(text, kind)
  if (spans.length === 0) return text
  let kept = ''
  let read = 0
  for (const [start, end] of spans) {
    kept += text.slice(read, start) + redactedMark
    read = end
  }
  return kept + text.slice(read)
}

export const looksLikeSecret = (text: string, kind: Kind = 'name'): boolean => secretsIn(text, kind).length > 0

/** In order, apart from each other. */
const secretsIn = (text: string, kind: Kind): readonly Span[] => {
  const found = readingsOf(text).flatMap(({ text: said, origins }) =>
    [
      ...privateKeys(said),
      ...shapedSecrets(said),
      ...namedSecrets(said),
      ...placedSecrets(said),
      ...(kind === 'name' ? [] : randomWords(said, kind)),
    ].map(([start, end]): Span => (origins ? [origins[start] ?? start, origins[end] ?? end] : [start, end])),
  )
  return found.length === 0 ? [] : merged(withoutMarked(merged(found), text))
}

const mark = /\[redacted\]/g
/** Beside the marks of a list of secrets. */
const separators = /^[\s;,&"']*$/

/**
 * What is redacted already stays as it is: a text may come by twice. What is redacted in part goes whole, with its marks.
 * @param spans in order, apart from each other
 */
const withoutMarked = (spans: readonly Span[], text: string): readonly Span[] => {
  const marks = matchesOf(mark, text).map(({ index }): Span => [index, index + redactedMark.length])
  let next = 0
  return spans.flatMap(([start, end]): Span[] => {
    while ((marks[next]?.[1] ?? Infinity) <= start) next += 1
    let [rest, read] = ['', start]
    let [from, until] = [start, end]
    for (let at = next; (marks[at]?.[0] ?? Infinity) < end; at += 1) {
      const [markStart, markEnd] = marks[at] ?? [end, end]
      rest += text.slice(read, Math.max(read, markStart))
      read = markEnd
      from = Math.min(from, markStart)
      until = Math.max(until, markEnd)
    }
    rest += text.slice(read, end)
    return read > start && separators.test(rest) ? [] : [[from, until]]
  })
}

const merged = (spans: readonly Span[]): readonly Span[] => {
  const whole: [number, number][] = []
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
    const last = whole.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else if (end > start) whole.push([start, end])
  }
  return whole
}

/** One by one: together they are read more slowly, since each can be looked for by its first letters. */
const shapes = secretShapes.map((shape) => new RegExp(`(?<![A-Za-z0-9])(?:${shape})`, 'g'))
/** What is left of the word: a shape may be the beginning of a longer one. */
const restOfWord = /[A-Za-z0-9_+/=~-]{0,10000}/y

const shapedSecrets = (text: string): Span[] =>
  shapes.flatMap((shape) =>
    matchesOf(shape, text).map(({ 0: found, index }): Span => [index, endOfWord(text, index + found.length)]),
  )

const endOfWord = (text: string, at: number): number => {
  restOfWord.lastIndex = at
  return at + (restOfWord.exec(text)?.[0].length ?? 0)
}

const keyBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const keyEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
/** The lines of a key whose head is missing. */
const keyLines =
  /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{60,80}(?:\s{1,4}[A-Za-z0-9+/]{60,80})*(?:\s{1,4}[A-Za-z0-9+/]{1,79}={1,2}|={1,2})?(?![A-Za-z0-9+/=])/g

const privateKeys = (text: string): Span[] => {
  const spans: Span[] = []
  keyBegin.lastIndex = 0
  for (let begin = keyBegin.exec(text); begin; begin = keyBegin.exec(text)) {
    keyEnd.lastIndex = keyBegin.lastIndex
    const end = keyEnd.exec(text)
    // Without its end everything after may be the key.
    const until = end ? end.index + end[0].length : text.length
    spans.push([begin.index, until])
    keyBegin.lastIndex = until
  }
  for (const { 0: lines, index } of matchesOf(keyLines, text))
    if (/\s|^MI/.test(lines) && looksRandom(lines.slice(0, 60), text.slice(Math.max(0, index - 20), index), 'text'))
      spans.push([index, index + lines.length])
  return spans
}

/** Ends at what a secret is not written with. */
const words = /[A-Za-z0-9][A-Za-z0-9_+/~-]{11,2000}={0,2}/g
const addresses = /\bhttps?:\/\/[^\s?#"'<>]{1,2000}/g
const contextLength = 40

/** An address holds ids, which are drawn by lot and let nobody in. */
const randomWords = (text: string, strictness: 'text' | 'strict'): Span[] => {
  const known = matchesOf(addresses, text).map(({ 0: address, index }): Span => [index, index + address.length])
  let next = 0
  const spans: Span[] = []
  for (const { 0: word, index } of matchesOf(words, text)) {
    while ((known[next]?.[1] ?? Number.POSITIVE_INFINITY) <= index) next += 1
    const address = known[next]
    if (address && address[0] <= index) continue
    if (looksRandom(word, text.slice(Math.max(0, index - contextLength), index), strictness))
      spans.push([index, index + word.length])
  }
  return spans
}
