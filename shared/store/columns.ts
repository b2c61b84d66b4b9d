// A value as columns of Table Storage and back. Text, booleans and numbers are columns of their own; objects, arrays, null and text
// that the wire could alter are JSON in a column named `<field>__json`. Text over 32,000 units goes on in `<column>__1`, `__2`, …
import { AppError } from '../errors.ts'

/** A property is at most 64 KiB of UTF-16. */
const unitsPerColumn = 32_000

/** The wire form of a number says its type: without one, Azure takes a number beyond 32 bits for a broken Int32. */
export type NumberColumn = { readonly value: number; readonly type: 'Int32' | 'Double' }
export type Column = string | boolean | NumberColumn
export type Columns = Readonly<Record<string, Column>>

const isInt32 = (value: number): boolean => (value | 0) === value

const numberColumn = (value: number): NumberColumn => ({ value, type: isInt32(value) ? 'Int32' : 'Double' })

// Characters that XML has no place for: a storage service may refuse them, or a proxy alter them.
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]/g

const isPlainText = (text: string): boolean => text.isWellFormed() && text.search(unsafe) === -1

const escapeUnsafe = (json: string): string =>
  json.replace(unsafe, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const pieces = (text: string): string[] => {
  const result: string[] = []
  let start = 0
  do {
    let end = start + unitsPerColumn
    // Both halves of a character stay together: alone, they would not survive UTF-8.
    if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1
    result.push(text.slice(start, end))
    start = end
  } while (start < text.length)
  return result
}

const textColumns = (column: string, text: string): [string, Column][] =>
  pieces(text).map((piece, index) => [index === 0 ? column : `${column}__${index}`, piece])

/** Where a value stops being JSON, or nothing. JSON.stringify would lose it without a word. */
const nonJsonPath = (value: unknown, path: string): string | undefined => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path
  if (Array.isArray(value))
    return value.map((item, index) => nonJsonPath(item, `${path}.${index}`)).find((found) => found !== undefined)
  if (typeof value !== 'object' || ![Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null))
    return path
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => nonJsonPath(item, `${path}.${key}`))
    .find((found) => found !== undefined)
}

const fieldColumns = (field: string, value: unknown): [string, Column][] => {
  if (value === undefined) return []
  if (typeof value === 'boolean') return [[field, value]]
  if (typeof value === 'number' && Number.isFinite(value)) return [[field, numberColumn(value)]]
  if (typeof value === 'string' && isPlainText(value)) return textColumns(field, value)
  const path = nonJsonPath(value, field)
  if (path !== undefined)
    throw new AppError('internal', `${path} is not JSON. Store times as ISO 8601 text and omit undefined values.`)
  return textColumns(`${field}__json`, escapeUnsafe(JSON.stringify(value)))
}

/**
 * The columns of a value. JSON values come back exactly, except −0, which comes back as 0.
 * @throws AppError `internal` for what is not JSON (a Date, NaN, undefined in an array), with its path
 */
export const toColumns = (value: Readonly<Record<string, unknown>>): Columns =>
  Object.fromEntries(Object.entries(value).flatMap(([field, item]) => fieldColumns(field, item)))

/** The field that a column belongs to. */
export const fieldOf = (column: string): string => column.split('__', 1)[0] ?? column

const joinedText = (stored: Readonly<Record<string, unknown>>, column: string): string => {
  let text = String(stored[column])
  for (let index = 1; `${column}__${index}` in stored; index += 1) text += String(stored[`${column}__${index}`])
  return text
}

/**
 * The named fields from stored columns, untyped: the caller checks them. Other columns are left alone.
 * @throws SyntaxError when a JSON column is damaged
 */
export const fromColumns = (
  fields: readonly string[],
  stored: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const value: Record<string, unknown> = {}
  for (const field of fields) {
    const json = `${field}__json`
    if (json in stored) value[field] = JSON.parse(joinedText(stored, json))
    else if (typeof stored[field] === 'string') value[field] = joinedText(stored, field)
    else if (stored[field] !== undefined && stored[field] !== null) value[field] = stored[field]
  }
  return value
}

/** What was read and belongs to no field, ready to be written again. */
export const carriedColumns = (
  fields: readonly string[],
  stored: Readonly<Record<string, unknown>>,
): Columns | undefined => {
  const unknown = Object.entries(stored).filter(([column]) => !fields.includes(fieldOf(column)))
  if (unknown.length === 0) return undefined
  return Object.fromEntries(
    unknown.map(([column, value]) => [column, typeof value === 'number' ? numberColumn(value) : (value as Column)]),
  )
}
