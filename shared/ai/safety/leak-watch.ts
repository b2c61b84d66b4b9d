// Watches an answer on its way for a word of the instructions, also when it is spelled out, turned round or encoded.
import { AppError } from '../../errors.ts'
import { normalizedText } from '../../text/normalized-text.ts'

/** Letters and digits before the newest ones that are looked at again. */
const tailLength = 200

/**
 * @returns takes the next part of the answer
 * @throws AppError `answer-refused` by that function, from the part on with which the word is complete
 */
export const leakWatch = (word: string): ((part: string) => void) => {
  const forms = formsOf(word)
  let tail = ''
  return (part) => {
    const seen = tail + lettersOf(part)
    if (forms.some((form) => seen.includes(form)))
      throw new AppError(
        'answer-refused',
        'The answer was held back: it gives away instructions that are not for readers. Ask in other words.',
      )
    tail = seen.slice(-tailLength)
  }
}

const lettersOf = (text: string): string =>
  normalizedText(text, 'NFKC')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')

const formsOf = (word: string): readonly string[] => {
  const bytes = Buffer.from(word)
  // In a longer text that is encoded, a word begins at one of three places within four characters; its ends are mixed with what is beside it.
  const inBase64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 8) / 6)),
  )
  const turned = word.split('').toReversed().join('')
  const rotated = word.replace(/[a-z]/g, (letter) => String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97))
  return [word, turned, rotated, bytes.toString('hex'), ...inBase64].map(lettersOf)
}
