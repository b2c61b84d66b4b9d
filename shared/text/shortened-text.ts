// Text cut to the limits of other products.

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
