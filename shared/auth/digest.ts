// Random ids and their digests: what we hand out is random, what we keep is its hash, and both are compared in constant time.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits in base64url: 43 characters. */
export const randomToken = (): string => randomBytes(32).toString('base64url')

export const randomTokenShape = /^[A-Za-z0-9_-]{43}$/

/** SHA-256 in base64url. Enough at rest for values of 128 random bits and more (ASVS 5.0, 6.5.2). */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')

export const equalInConstantTime = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
