// Secrets that are long and still the first that an attacker tries: sequences, repetitions and the examples of well-known pages.

/** From jwt.io, RFC 7515 and tutorials; lists for cracking HS256 begin with them. */
const examples = [
  'a-string-secret-at-least-256-bits-long',
  'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
  'your-256-bit-secret',
  'your-384-bit-secret',
  'your-512-bit-secret',
  'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
].map((example) => example.toLowerCase())

const sequences = [
  '01234567890123456789',
  '98765432109876543210',
  'abcdefghijklmnopqrstuvwxyz',
  'zyxwvutsrqponmlkjihgfedcba',
  'qwertyuiopasdfghjklzxcvbnm',
]

const stepsMin = 4
/** What must be left without them, in characters. */
const remainderUsual = 20

/** Whether little is left of the text once examples, sequences and repetitions are taken out of it. */
export const isGuessable = (secret: string, remainderMin = remainderUsual): boolean => {
  let text = secret.toLowerCase()
  for (const example of examples) text = text.replaceAll(example, '')
  text = withoutSequences(text)
  return Math.min(text.length, periodOf(text)) < remainderMin
}

/** Each run of at least four characters that stand next to each other in a sequence counts as nothing. */
const withoutSequences = (text: string): string => {
  let kept = ''
  for (let at = 0; at < text.length;) {
    const length = Math.max(...sequences.map((sequence) => runLength(text, at, sequence)))
    if (length < stepsMin) kept += text[at]
    at += length < stepsMin ? 1 : length
  }
  return kept
}

const runLength = (text: string, from: number, sequence: string): number => {
  let length = 1
  while (from + length < text.length && sequence.includes(text.slice(from, from + length + 1))) length++
  return length
}

/** The length of what the text repeats from its first to its last character: its own when it repeats nothing. */
const periodOf = (text: string): number => {
  for (let period = 1; period < text.length; period++) if (text.startsWith(text.slice(period))) return period
  return text.length
}
