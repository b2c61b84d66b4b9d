// Marks retrieved text as data ("spotlighting", arXiv 2403.14720): a character that is new for each request stands between its words, and
// delimiters around it that nobody can guess. What could pose as either is taken out of the text before.
import { randomBytes, randomInt } from 'node:crypto'
import { visibleText } from './visible-text.ts'

export type Datamark = {
  /** Two characters of private use, which no text from outside has: they are taken out of all. */
  readonly marker: string
  /** Stands in the delimiters: 80 bits, as 20 hex digits. */
  readonly seal: string
}

export const newDatamark = (): Datamark => ({
  marker: String.fromCharCode(privateUse(), privateUse()),
  seal: randomBytes(10).toString('hex'),
})

const privateUse = (): number => randomInt(0xe000, 0xf900)

/** Each line begins with the marker, and it stands for the blanks between words (in scripts without blanks: after their punctuation). */
export const mark = (text: string, { marker, seal }: Datamark): string =>
  withoutSeal(visibleText(text), seal)
    .split('\n')
    .map(
      (line) =>
        marker +
        line
          .trim()
          .replace(/[\t \u00a0\u3000]+/g, marker)
          .replace(/[、，；！？。]/g, `$&${marker}`),
    )
    .join('\n')

/** Also when taking it out of the middle puts another one together. */
const withoutSeal = (text: string, seal: string): string => {
  let kept = text
  while (kept.includes(seal)) kept = kept.replaceAll(seal, '')
  return kept
}
