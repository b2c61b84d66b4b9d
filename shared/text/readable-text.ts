// Text as it would be read by who unpacks it: what stands between the letters of a secret does not hide it.

import { matchesOf } from './matches.ts'

/** What a text says, and from where in the text each of its UTF-16 units is. */
export type Reading = {
  readonly text: string
  /** One more than there are units: the last is where the text ends. Undefined where it is the text itself. */
  readonly origins: readonly number[] | undefined
}

/** Deeper than anybody packs by accident. */
const unpackingsMax = 3

/** The text without invisible characters and in plain letters, and that with its percent, JSON and HTML escapes unpacked, once or more. */
export const readingsOf = (text: string): readonly Reading[] => {
  const readings = [plain({ text, origins: undefined })]
  for (let depth = 0; depth < unpackingsMax; depth += 1) {
    const [last] = readings.slice(-1)
    const unpacked = last && unpack(last)
    if (!unpacked) break
    readings.push(plain(unpacked))
  }
  return readings
}

/** Characters that are not seen: zero-width ones, soft hyphens, marks of direction, fillers, variation selectors. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/u

const plainlyOf = (character: string): string =>
  character < '\u0080' ? character : invisible.test(character) ? '' : character.normalize('NFKC')

// oxlint-disable-next-line no-control-regex
const foreign = /[^\u0000-\u007f]/gu

/** Most texts are plain, with umlauts and dashes or without: then there is nothing to write anew. */
const isChanged = (text: string): boolean =>
  matchesOf(foreign, text).some(([character]) => plainlyOf(character) !== character)

const plain = ({ text, origins }: Reading): Reading => {
  if (!isChanged(text)) return { text, origins }
  let said = ''
  const plainOrigins: number[] = []
  let at = 0
  for (const character of text) {
    const plainly = plainlyOf(character)
    for (let unit = 0; unit < plainly.length; unit += 1) plainOrigins.push(origins?.[at] ?? at)
    said += plainly
    at += character.length
  }
  plainOrigins.push(origins?.[at] ?? at)
  return { text: said, origins: plainOrigins }
}

const escapes =
  /%[0-7][0-9a-f]|%[c-f][0-9a-f](?:%[89ab][0-9a-f]){1,3}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\["'\\/nrt]|&(?:quot|apos|amp|lt|gt|colon|equals|#\d{1,4}|#x[0-9a-f]{1,4});/gi

const named: Readonly<Record<string, string>> = {
  '\\n': '\n',
  '\\r': '\r',
  '\\t': '\t',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&colon;': ':',
  '&equals;': '=',
}

const unescaped = (escape: string): string => {
  const lower = escape.toLowerCase()
  const known = named[lower]
  if (known !== undefined) return known
  if (lower.startsWith('&#x')) return String.fromCharCode(Number.parseInt(lower.slice(3), 16))
  if (lower.startsWith('&#')) return String.fromCharCode(Number(lower.slice(2, -1)))
  if (lower.startsWith('%')) return Buffer.from(lower.replaceAll('%', ''), 'hex').toString('utf8')
  return /^\\[ux]/.test(lower) ? String.fromCharCode(Number.parseInt(lower.slice(2), 16)) : escape.slice(1)
}

/** Undefined when nothing is packed. */
const unpack = ({ text, origins }: Reading): Reading | undefined => {
  let said = ''
  let next: number[] | undefined
  let read = 0
  const take = (from: number, to: number): void => {
    said += text.slice(from, to)
    for (let unit = from; unit < to; unit += 1) next?.push(origins?.[unit] ?? unit)
  }
  for (const { 0: escape, index } of matchesOf(escapes, text)) {
    next ??= []
    take(read, index)
    const character = unescaped(escape)
    for (let unit = 0; unit < character.length; unit += 1) next.push(origins?.[index] ?? index)
    said += character
    read = index + escape.length
  }
  if (!next) return undefined
  take(read, text.length)
  next.push(origins?.[text.length] ?? text.length)
  return { text: said, origins: next }
}
