// Text cut to the limits of other products.

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Longer than any character that people write, so that marks heaped upon marks do not swallow the text. */
const characterLengthMax = 64
/** A word that is longer is cut within. */
const wordLengthMax = 40
const fence = /^ {0,3}(`{3,}|~{3,})([^\n]*)$/gm

/**
 * At most `lengthMax` UTF-16 units (at least 1), ending in `…` where something was left out. Never cut within a character, and between
 * words where that costs little. A fence of Markdown that was opened is closed, so that it does not swallow what comes after the text.
 */
export const shorten = (text: string, lengthMax: number): string => {
  if (text.length <= lengthMax) return text
  // Read with its mark, which makes of a fence that closes a block one that does not. Shorter each time, by what closes the block that is open there.
  for (let room = 0; ;) {
    const cut = `${cutOff(text, lengthMax - 1 - room)}…`
    const open = openFence(cut)
    const closing = open === undefined ? '' : `\n${open}`
    if (closing.length <= room) return cut + closing
    room = closing.length
  }
}

const cutOff = (text: string, end: number): string => {
  if (end <= 0) return ''
  // What stands far before it says nothing about where a character begins.
  const from = Math.max(0, end - 4 * characterLengthMax)
  const near = graphemes.segment(text.slice(from, end + characterLengthMax))
  const start = from + (near.containing(end - from)?.index ?? end - from)
  const cut = text.slice(0, end - start <= characterLengthMax ? start : end)
  // Half a surrogate pair is all that can be left over.
  const whole = cut.isWellFormed() ? cut : cut.slice(0, -1)
  const lastWord = /\s\S{0,40}$/.exec(whole.slice(-wordLengthMax - 1))?.[0]
  const isCutWithin = lastWord !== undefined && /^\S/.test(text.slice(whole.length))
  const between = isCutWithin && whole.length - lastWord.length >= end / 2 ? whole.slice(0, -lastWord.length) : whole
  // Without the line end or indentation before it, so that the mark does not stand at the margin.
  return between.trimEnd()
}

/** The fence that a text leaves open. */
export const openFence = (text: string): string | undefined => {
  let open: string | undefined
  for (const [, marks = '', rest = ''] of text.matchAll(fence)) {
    if (open === undefined) open = marks.startsWith('`') && rest.includes('`') ? undefined : marks
    else if (marks.startsWith(open) && rest.trim() === '') open = undefined
  }
  return open
}
