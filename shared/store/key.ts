// Keys of Table Storage from any text. A key is a list of parts; rows sort part by part, and listing by leading parts is exact.
// Limits: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
import { createHash } from 'node:crypto'
import { AppError } from '../errors.ts'

/** 1 KiB of UTF-16. */
const keyUnitsMax = 512
const partUnitsMax = 120
/** Sorts below every character that an encoded part can hold, so that keys sort like lists of parts. */
const separator = '!'
/** The character after the separator: ends the range of keys that begin with given parts. */
const afterSeparator = '"'

const escapeUnit = (unit: string): string => `=${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`

/**
 * One part as text that Azure takes in a key: only `A-Z a-z 0-9 . _ : @ - =`. Injective, also for lone surrogates: every other
 * UTF-16 unit becomes `=XXXX`, the empty part `=`, and a part that would be longer than 120 units `=h` and its SHA-256 (such
 * parts are distinct, but no longer sort by their text).
 */
export const encodePart = (part: string): string => {
  if (part === '') return '='
  const encoded = part.length > partUnitsMax ? part : part.replace(/[^A-Za-z0-9._:@-]/g, escapeUnit)
  if (encoded.length <= partUnitsMax) return encoded
  return `=h${createHash('sha256').update(Buffer.from(part, 'utf16le')).digest('base64url')}`
}

const join = (parts: readonly string[]): string => {
  const key = parts.join(separator)
  if (key.length > keyUnitsMax)
    throw new AppError('value-too-large', `A key of ${parts.length} parts is too long to store. Use shorter ids.`)
  return key
}

/** @throws AppError `internal` without parts, `value-too-large` over 1 KiB */
export const partitionKeyOf = (parts: readonly string[]): string => {
  if (parts.length === 0) throw new AppError('internal', 'A partition needs at least one part, the tenant first.')
  return join(parts.map(encodePart))
}

/** @param kind letters and digits only, so it stands for itself */
export const rowKeyOf = (kind: string, parts: readonly string[]): string => join([kind, ...parts.map(encodePart)])

export type KeyRange = { readonly from: string; readonly before: string }

/**
 * The row keys of a kind from one position to another, both included. A position is the leading parts of a key, and all keys that
 * begin with the parts of `to` are within: the same parts at both ends are exactly the rows "under" these parts.
 */
export const rowKeyRange = (kind: string, from: readonly string[] = [], to: readonly string[] = []): KeyRange => ({
  from: rowKeyOf(kind, from),
  before: `${rowKeyOf(kind, to)}${afterSeparator}`,
})

/** The last millisecond that a `Date` can hold, and the first: between them every result has the same width. */
const lastMs = 8.64e15
const digits = String(2 * lastMs).length

/**
 * A key part that sorts newer times first.
 * @param time ISO 8601 with an offset, or a `Date`
 * @throws AppError `internal` when it is no time
 */
export const newestFirst = (time: string | Date): string => {
  const ms = new Date(time).getTime()
  if (Number.isNaN(ms)) throw new AppError('internal', 'newestFirst needs an ISO 8601 time.')
  return String(lastMs - ms).padStart(digits, '0')
}

/**
 * A key part that sorts whole numbers by their size.
 * @throws AppError `internal` when it is not a safe integer from 0
 */
export const ascending = (value: number): string => {
  if (!Number.isSafeInteger(value) || value < 0) throw new AppError('internal', 'ascending needs an integer from 0.')
  return String(value).padStart(digits, '0')
}
