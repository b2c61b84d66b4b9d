// Digests that are told to others as ids and references. Whatever looks like a secret is taken out of what leaves, and one digest in some
// 175,000 begins like the key of some vendor (`sk-…`, `hf_…`): a ticket with such a reference would come back as another one, each time.
import { looksLikeSecret } from '../text/secret-redaction.ts'
import { sha256 } from './digest.ts'

/** Two in a row look like one once in 30 billion times: more than that comes of the prefix. */
const triesMax = 5

/**
 * The same for the same text, always: `sha256` of it, after the prefix and a hyphen if there is one; of the text with a count where that looks
 * like a secret.
 * @throws Error for a prefix with which every one looks like a secret
 */
export const plainDigest = (text: string, prefix?: string): string => {
  const named = (digest: string): string => (prefix === undefined ? digest : `${prefix}-${digest}`)
  for (let count = 0; count < triesMax; count += 1) {
    const found = named(sha256(count === 0 ? text : `${text}\n${count}`))
    if (!looksLikeSecret(found)) return found
  }
  throw new Error(`Every reference that begins with "${prefix}-" looks like a secret. Choose another prefix.`)
}
