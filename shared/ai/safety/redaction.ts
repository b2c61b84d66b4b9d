// Takes out of a text what must not leave for a model: secrets for good, and numbers of persons for placeholders that the answer may have.
import { randomInt } from 'node:crypto'
import { redactSecrets } from '../../text/secret-redaction.ts'
import { type FinderOptions, type PersonalKind, personalNumbers } from './number-shapes.ts'

/** Of one call: placeholders of another one mean nothing here. */
export type Redaction = {
  readonly redact: (text: string) => string
  /** Puts back what this call took out. A placeholder that it did not make stays as it is. */
  readonly restore: (text: string) => string
  /** As `restore`, for one text that comes in pieces. */
  readonly restoring: () => Restoring
}

type Restoring = {
  /** What is whole by now: a placeholder that the next piece may go on with waits for it. */
  readonly next: (piece: string) => string
  readonly rest: () => string
}

/** The same number has one placeholder, however often it occurs. */
const placeholdersMax = 5_000

/** Loads the rules; the function that it returns begins the redaction of a call. */
export const redaction = async (options: FinderOptions): Promise<() => Redaction> => {
  const find = await personalNumbers(options)
  return () => {
    // Nobody who writes a text that is shown to the model can know it.
    const callMark = Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join('')
    const placeholders = new Map<string, string>()
    const originals = new Map<string, string>()
    const placeholderOf = (kind: PersonalKind, original: string): string => {
      const known = placeholders.get(`${kind} ${original}`)
      if (known !== undefined) return known
      if (placeholders.size >= placeholdersMax) return `[${kind.toLowerCase()}]`
      const placeholder = `${kind}-${placeholders.size + 1}-${callMark}`
      placeholders.set(`${kind} ${original}`, placeholder)
      originals.set(placeholder, original)
      return placeholder
    }
    const restore = (text: string): string => text.replace(placeholderShape, (found) => originals.get(found) ?? found)
    return {
      redact: (text) => {
        const safe = redactSecrets(text, 'text')
        let kept = ''
        let read = 0
        for (const { kind, start, end } of find(safe)) {
          kept += safe.slice(read, start) + placeholderOf(kind, safe.slice(start, end))
          read = end
        }
        return kept + safe.slice(read)
      },
      restore,
      restoring: () => {
        let waiting = ''
        return {
          next: (piece) => {
            const text = waiting + piece
            const end = begunPlaceholder.exec(text)?.index ?? text.length
            waiting = text.slice(end)
            return restore(text.slice(0, end))
          },
          rest: () => restore(waiting),
        }
      },
    }
  }
}

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'
const placeholderShape = /(?:CARD|IBAN|PHONE|ID|EMAIL)-\d{1,4}-[a-z0-9]{6}/g
/** The end of a text that may be the beginning of one. */
const begunPlaceholder =
  /(?:C(?:A(?:RD?)?)?|I(?:B(?:AN?)?)?|P(?:H(?:O(?:NE?)?)?)?|ID|E(?:M(?:A(?:IL?)?)?)?|(?:CARD|IBAN|PHONE|ID|EMAIL)-(?:\d{0,4}|\d{1,4}-[a-z0-9]{0,5}))$/
