// Unicode normalization in a time that grows with the length of the text.

/** More marks on one letter than any language writes: the limit of the Stream-Safe Text Format (UAX #15). */
const marksMax = 30
const manyMarks = new RegExp(String.raw`(\p{M}{${marksMax}})\p{M}+`, 'gu')

/**
 * Marks beyond the 30th of a run are left out: whoever normalizes sorts the marks of a run one by one, in a time that grows with its square, and
 * some 100 KB of them would hold the process for seconds.
 */
export const normalizedText = (text: string, form: 'NFC' | 'NFKC'): string =>
  text.replace(manyMarks, '$1').normalize(form)
