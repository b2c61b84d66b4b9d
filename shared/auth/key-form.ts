// The form of an integration key: `tik_<environment>_<id>_<secret><checksum>`, recognisable to people and to scanners for secrets.
import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const shape = /^tik_(?:local|test|live)_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/

export type KeyEnvironment = 'local' | 'test' | 'live'

/** A new key with 256 random bits in its secret. */
export const newKey = (environment: KeyEnvironment): { readonly keyId: string; readonly key: string } => {
  const keyId = randomText(12)
  const body = `tik_${environment}_${keyId}_${randomText(43)}`
  return { keyId, key: `${body}${checksum(body)}` }
}

/** The public id of a key that is whole; typing errors are seen before anything is looked up. */
export const keyIdOf = (key: string): string | undefined => {
  const [, keyId] = shape.exec(key) ?? []
  return keyId !== undefined && checksum(key.slice(0, -6)) === key.slice(-6) ? keyId : undefined
}

const randomText = (length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

/** Six base-62 digits of the CRC-32 over all that stands before. */
const checksum = (text: string): string => {
  let [rest, digits] = [crc32(text), '']
  for (let count = 0; count < 6; count++) {
    digits = `${alphabet[rest % alphabet.length]}${digits}`
    rest = Math.floor(rest / alphabet.length)
  }
  return digits
}
