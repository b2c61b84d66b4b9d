// Which programs, destinations and users a device has had in the last 30 days: digests with the day, none of the values themselves.
import { hash } from 'node:crypto'
import type { FamilyName } from './device-event.ts'
import { memoryDays } from './baseline.ts'

/** Days since 1970 on which each was last seen, by its digest. */
export type KnownValues = Map<number, number>

/** Of each family. More than this, and the device has so many that a new one says nothing. */
export const valuesMax = 300

export type DigestOf = (family: FamilyName, value: string) => number

/** 24 bits: of 300 values, a new one in 55,000 is taken for a known one. The same value has another digest on another device. */
export const digests = (deviceSalt: string): DigestOf => {
  const known = new Map<string, number>()
  return (family, value) => {
    const text = `${family} ${value}`
    const before = known.get(text)
    if (before !== undefined) return before
    const made = Number.parseInt(hash('sha256', JSON.stringify([deviceSalt, text]), 'hex').slice(0, 6), 16)
    if (known.size < 2_000) known.set(text, made)
    return made
  }
}

export const isKnown = (values: KnownValues, digest: number, day: number): boolean => {
  const seen = values.get(digest)
  return seen !== undefined && day - seen <= memoryDays
}

/** What was not seen for 30 days goes, and the longest unseen when there are too many. */
export const remember = (values: KnownValues, seen: Iterable<number>, day: number): void => {
  for (const digest of seen) {
    values.delete(digest)
    values.set(digest, day)
  }
  for (const [digest, last] of values) if (day - last > memoryDays) values.delete(digest)
  // Each was put at the end when it was seen: the first are the longest unseen.
  for (const digest of values.keys()) {
    if (values.size <= valuesMax) break
    values.delete(digest)
  }
}
