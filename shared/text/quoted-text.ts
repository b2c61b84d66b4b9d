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
 * As a part of a line of ours: without what Markdown makes a link, a picture, an element or code of, and without naming anybody.
 */
export const inline = (text: string): string =>
  oneLine(text)
    .replace(/\[redacted\]|[[\]<>`]/g, (mark) => (mark.length > 1 ? mark : `\\${mark}`))
    .replace(/(?<![\w.])@(?=\w)/g, '@\u2060')

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
