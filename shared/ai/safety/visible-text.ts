// What a person sees of a text: invisible characters, marks of direction and control sequences carry orders that only a model reads.

import { normalizedText } from '../../text/normalized-text.ts'

/** Colours and cursor movements of terminals. */
const terminalSequence =
  // oxlint-disable-next-line no-control-regex
  /(?:\u001b\[|\u009b)[0-?]{0,50}[ -/]{0,10}[@-~]|\u001b\][^\u0007\u001b\n]{0,500}(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/gu

/** Emoji are put together with joiners and selectors, and some scripts need joiners between their letters. */
const needed =
  /(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})|(?<=\p{Extended_Pictographic})\ufe0f|(?<=[0-9#*])\ufe0f(?=\u20e3)|(?<=[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}])[\u200c\u200d](?=[\p{L}\p{M}])/gu

/** Tags, selectors, zero-width characters, marks of direction, soft hyphens, fillers; and what is private to some font. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Private_Use}\ufff9-\ufffb\u2800]/gu

/** Of C0 and C1 only tab and line feed are text. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

// oxlint-disable-next-line no-control-regex
const isPlain = (text: string): boolean => !/[^\n\t\u0020-\u007e]/.test(text)

/** In NFC, lines ended by LF. Half a surrogate pair becomes U+FFFD. Twice is as good as once. */
export const visibleText = (text: string): string => {
  if (isPlain(text)) return text
  const lines = text.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n').replace(terminalSequence, '')
  const kept = new Set<number>()
  for (const { index } of lines.matchAll(needed)) kept.add(index)
  const visible = lines
    .replace(invisible, (character, index: number) => (kept.has(index) ? character : ''))
    .replace(control, '')
    .toWellFormed()
  return normalizedText(visible, 'NFC')
}
