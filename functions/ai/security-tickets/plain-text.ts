// Makes text that others wrote harmless to read: it stays where it is put, and cannot look like something else.

/** Invisible marks that turn the direction of the text after them: with these a text can be made to read as another one. */
const directionMarks = /\p{Bidi_Control}/gu
const lineEnds = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g
const controlCharacters = /[^\P{Cc}\n\t]/gu

/** As one line without control characters. May come out empty; is never longer than it was. */
export const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(directionMarks, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()

/**
 * As indented lines: nothing at the margin, so none can pose as a heading of ours, and Markdown shows them as they are, without links or
 * pictures.
 */
export const indented = (text: string): string =>
  text
    .toWellFormed()
    .replace(directionMarks, '')
    .replace(lineEnds, '\n')
    .replace(controlCharacters, '')
    .split('\n')
    .map((line) => (line.trim() === '' ? '' : `    ${line.trimEnd()}`))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '')

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Longer than any character that people write, so that marks heaped upon marks do not swallow the text. */
const characterLengthMax = 64

/** At most `lengthMax` UTF-16 units (at least 1), never cut within a character. */
export const shorten = (text: string, lengthMax: number): string => {
  if (text.length <= lengthMax) return text
  const end = lengthMax - 1
  const start = graphemes.segment(text).containing(end)?.index ?? end
  const cut = text.slice(0, end - start <= characterLengthMax ? start : end)
  // Half a surrogate pair is all that can be left over.
  // Without the line end or indentation before it, so that the mark does not stand at the margin.
  return `${(cut.isWellFormed() ? cut : cut.slice(0, -1)).trimEnd()}…`
}
