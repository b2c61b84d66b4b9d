// A row as an entity of Table Storage: its keys, its columns, when it ends; checked against its schema and the service's limits.
import type * as z from 'zod'
import { damagedRow, storeError } from './store-error.ts'
import { type Column, type Columns, carriedColumns, fieldOf, fromColumns, toColumns } from './columns.ts'
import { partitionKeyOf, rowKeyOf } from './key.ts'
import { type RowKind, keepUntilColumn } from './table.ts'

export type Keys = { readonly partitionKey: string; readonly rowKey: string }
export type Entity = Keys & Columns

/** A row as it was read or written. */
export type Row<Value = object> = {
  readonly value: Value
  /** Which version of the row it is: a write that gives it only succeeds while the row is still this version. */
  readonly etag: string
  /** Columns that this code does not know (newer code wrote them). `update` and `modify` write them back. */
  readonly carried?: Columns
}

/** A well-formed ETag that no row has: a write on the condition of it is refused as a conflict. */
export const unknownEtag = `W/"datetime'1601-01-01T00%3A00%3A00Z'"`

/** A kind of row with the names that its errors give. */
export type NamedKind = { readonly table: string; readonly kind: string; readonly definition: RowKind }

/** @throws AppError `internal` when a field that the key needs is missing */
export const keysOf = ({ kind, definition }: NamedKind, fields: object): Keys => ({
  partitionKey: partitionKeyOf(definition.partitionParts(fields)),
  rowKey: rowKeyOf(kind, definition.keyParts(fields)),
})

const pathsOf = (error: z.ZodError): string =>
  [...new Set(error.issues.map(({ path }) => path.join('.') || 'the row itself'))].slice(0, 10).join(', ')

/**
 * The entity to write.
 * @throws AppError `internal` naming the fields that do not fit the schema, `value-too-large` over a limit of the service
 */
export const toEntity = (
  named: NamedKind,
  input: unknown,
  now: number,
  carried: Columns = {},
): { readonly value: object; readonly entity: Entity } => {
  const parsed = named.definition.schema.safeParse(input)
  if (!parsed.success)
    throw storeError(
      'internal',
      `A row of ${named.kind} in ${named.table} does not fit its schema and was not written: ${pathsOf(parsed.error)}.`,
    )
  const value = parsed.data
  const end = named.definition.keepUntil(value, now)
  const columns: Record<string, Column> = { ...carried, ...toColumns(value) }
  if (end !== undefined) columns[keepUntilColumn] = new Date(end).toISOString()
  const entity: Entity = Object.assign(columns, keysOf(named, value))
  checkSize(named, entity)
  return { value, entity }
}

const entityBytesMax = 1024 * 1024
const columnsMax = 252

const columnBytes = (name: string, column: Column): number => {
  const data = typeof column === 'string' ? 4 + column.length * 2 : 8
  return 8 + name.length * 2 + data
}

/** Sizes as Azure counts them: https://learn.microsoft.com/archive/blogs/avkashchauhan/how-the-size-of-an-entity-is-caclulated-in-windows-azure-table-storage */
const checkSize = ({ table, kind }: NamedKind, { partitionKey, rowKey, ...columns }: Entity): void => {
  const entries = Object.entries(columns)
  const bytesOfField = new Map<string, number>()
  for (const [name, column] of entries)
    bytesOfField.set(fieldOf(name), (bytesOfField.get(fieldOf(name)) ?? 0) + columnBytes(name, column))
  const bytes =
    4 + (partitionKey.length + rowKey.length) * 2 + [...bytesOfField.values()].reduce((sum, n) => sum + n, 0)
  if (bytes <= entityBytesMax && entries.length <= columnsMax) return
  const [largest, size] = [...bytesOfField].reduce((a, b) => (b[1] > a[1] ? b : a))
  throw storeError(
    'value-too-large',
    `A row of ${kind} in ${table} has ${bytes} bytes in ${entries.length} columns and cannot be stored (at most ` +
      `${entityBytesMax} bytes, ${columnsMax} columns). Its largest field is ${largest} with ${size} bytes.`,
    { field: largest },
  )
}

/** Takes out what the schema does not know, at the paths where it says so. */
const withoutUnknownKeys = (stored: Record<string, unknown>, error: z.ZodError): void => {
  for (const issue of error.issues) {
    if (issue.code !== 'unrecognized_keys') continue
    const holder = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)[key], stored)
    for (const key of issue.keys) Reflect.deleteProperty(holder as object, key)
  }
}

const storedFields = ({ table, kind }: NamedKind, fields: string[], columns: Columns): Record<string, unknown> => {
  try {
    return fromColumns(fields, columns)
  } catch {
    // The cause is left out on purpose: it quotes what is stored.
    throw damagedRow(`A stored row of ${kind} in ${table} holds a damaged JSON column.`)
  }
}

/**
 * The row of a stored entity, or undefined once it has ended. Newer code may have written more: unknown columns are carried, and
 * unknown keys inside JSON columns are dropped, although the schema is strict.
 * @throws AppError `internal` with a `DamagedRow` that names the fields that do not fit the schema
 */
export const toRow = (named: NamedKind, stored: Readonly<Record<string, unknown>>, now: number): Row | undefined =>
  hasEnded(stored, now) ? undefined : toRowAnyway(named, stored)

/**
 * As `toRow`, for who looks for damage.
 * @throws AppError `internal` with a `DamagedRow` also for a row that stands elsewhere than its value belongs, such as one that was copied
 * to another tenant
 */
export const toRowInPlace = (
  named: NamedKind,
  stored: Readonly<Record<string, unknown>>,
  now: number,
): Row | undefined => {
  const row = toRow(named, stored, now)
  if (!row) return undefined
  const { partitionKey, rowKey } = keysOf(named, row.value)
  if (stored['partitionKey'] !== partitionKey || stored['rowKey'] !== rowKey)
    throw damagedRow(
      `A stored row of ${named.kind} in ${named.table} is not where its value belongs: it was put there.`,
    )
  return row
}

export const hasEnded = (stored: Readonly<Record<string, unknown>>, now: number): boolean => {
  const end = stored[keepUntilColumn]
  return typeof end === 'string' && Date.parse(end) <= now
}

/** The names that the service and the SDK add to what was written. */
const systemColumns = new Set(['partitionKey', 'rowKey', 'timestamp', 'etag', keepUntilColumn])

const toRowAnyway = (named: NamedKind, stored: Readonly<Record<string, unknown>>): Row => {
  const { schema } = named.definition
  const columns = Object.fromEntries(
    Object.entries(stored).filter(([column]) => !systemColumns.has(column) && !column.startsWith('odata.')),
  ) as Columns
  const fields = Object.keys(schema.shape)
  const found = storedFields(named, fields, columns)
  let parsed = schema.safeParse(found)
  if (!parsed.success) {
    withoutUnknownKeys(found, parsed.error)
    parsed = schema.safeParse(found)
  }
  if (!parsed.success)
    throw damagedRow(
      `A stored row of ${named.kind} in ${named.table} no longer fits its schema: ${pathsOf(parsed.error)}.`,
    )
  const carried = carriedColumns(fields, columns)
  return { value: parsed.data, etag: String(stored['etag']), ...(carried && { carried }) }
}
