// The memory of a device as text of about 2 KB: numbers with 11 bits of precision, digests in three bytes and the days since in one.
import { type Baseline, emptyBaseline } from './baseline.ts'
import { families } from './device-event.ts'
import type { DeviceMemory } from './device-memory.ts'
import type { KnownValues } from './known-values.ts'

/** Raised when the form or the order of anything in it changes: what was packed otherwise is learned anew. */
const form = 1

const headBytes = 5
/** Logarithms, so that a hundredth and a billion have the same precision: 0.05 % of the value. */
const perUnit = 2_200
const numberMax = 65_535

/** Everything but the hours that are open. In base64. */
export const packMemory = ({ baseline, known, day, daysSeen }: DeviceMemory): string => {
  const numbers = Object.values(baseline).flatMap((part) => [...part])
  const size = known.reduce((sum, values) => sum + 2 + 4 * values.size, headBytes + 2 * numbers.length)
  const bytes = Buffer.alloc(size)
  bytes.writeUInt8(form, 0)
  bytes.writeUInt16LE(day, 1)
  bytes.writeUInt16LE(daysSeen, 3)
  let at = headBytes
  for (const number of numbers) {
    bytes.writeUInt16LE(Math.min(numberMax, Math.round(Math.log1p(number) * perUnit)), at)
    at += 2
  }
  for (const values of known) {
    bytes.writeUInt16LE(values.size, at)
    at += 2
    for (const [digest, last] of values) {
      bytes.writeUIntLE(digest, at, 3)
      bytes.writeUInt8(Math.min(255, Math.max(0, day - last)), at + 3)
      at += 4
    }
  }
  return bytes.toString('base64')
}

/** Undefined for another form, or what was damaged. */
export const unpackMemory = (text: string): DeviceMemory | undefined => {
  const bytes = Buffer.from(text, 'base64')
  const baseline: Baseline = emptyBaseline()
  const numbersBytes = 2 * Object.values(baseline).reduce((sum, part) => sum + part.length, 0)
  if (bytes.length < headBytes + numbersBytes + 2 * families.length || bytes.readUInt8(0) !== form) return undefined
  const day = bytes.readUInt16LE(1)
  let at = headBytes
  for (const part of Object.values(baseline))
    for (let index = 0; index < part.length; index += 1) {
      part[index] = Math.expm1(bytes.readUInt16LE(at) / perUnit)
      at += 2
    }
  const known: KnownValues[] = []
  for (const _ of families) {
    const values: KnownValues = new Map()
    if (at + 2 > bytes.length) return undefined
    const end = at + 2 + 4 * bytes.readUInt16LE(at)
    if (end > bytes.length) return undefined
    for (at += 2; at < end; at += 4) values.set(bytes.readUIntLE(at, 3), day - bytes.readUInt8(at + 3))
    known.push(values)
  }
  return { baseline, known, day, daysSeen: bytes.readUInt16LE(3), open: [] }
}
