// Authenticated encryption (AES-256-GCM): what is encrypted in one context cannot be decrypted in another, nor after a change.
import { type KeyObject, createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'

export const keyBytes = 32
const algorithm = 'aes-256-gcm'
/** Drawn by lot, which is safe for 2^32 texts of one key (NIST SP 800-38D section 8.3). */
const nonceBytes = 12
const tagBytes = 16

export const newKey = (): KeyObject => createSecretKey(randomBytes(keyBytes))

/** @param context what the text belongs to, part by part. @returns nonce, tag and encrypted text */
export const encrypt = (key: KeyObject, text: Buffer | string, context: readonly string[]): Buffer => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(aadOf(context))
  const encrypted = Buffer.concat([
    typeof text === 'string' ? cipher.update(text, 'utf8') : cipher.update(text),
    cipher.final(),
  ])
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted])
}

/** @throws Error for another key, another context, or what was changed; it says no more than that */
export const decrypt = (key: KeyObject, encrypted: Buffer, context: readonly string[]): Buffer => {
  const [nonce, tag] = [encrypted.subarray(0, nonceBytes), encrypted.subarray(nonceBytes, nonceBytes + tagBytes)]
  // A shorter tag would be accepted otherwise, and is easier to guess.
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(aadOf(context)).setAuthTag(tag)
  return Buffer.concat([decipher.update(encrypted.subarray(nonceBytes + tagBytes)), decipher.final()])
}

/** As JSON, so that no two contexts are the same text. */
const aadOf = (context: readonly string[]): Buffer => Buffer.from(JSON.stringify(context))
