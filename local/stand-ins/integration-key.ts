// The integration keys with which the suite comes to a stand-in.
import { createHash, timingSafeEqual } from 'node:crypto'

/** By digests, so that the time tells nothing about a key. */
export const isSameKey = (known: string, given: string): boolean => timingSafeEqual(digest(known), digest(given))

export const isAcceptedKey = (given: string | undefined, keys: readonly string[]): boolean =>
  given !== undefined && keys.some((key) => isSameKey(key, given))

/** @throws Error when there is no key: nobody could call the stand-in */
export const refuseNoKeys = (standIn: string, keys: readonly string[]): void => {
  if (keys.length === 0) throw new Error(`The ${standIn} stand-in needs at least one integration key to accept.`)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
