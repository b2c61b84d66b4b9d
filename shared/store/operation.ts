// The operations of a transaction, and what can be said against them before anything is sent.
import type { TransactionAction } from '@azure/data-tables'
import { storeError } from './store-error.ts'
import type { Entity, Keys, NamedKind, Row } from './entity.ts'

/** A checked write that waits for its transaction. */
export type Operation =
  | { readonly action: 'insert' | 'upsert'; readonly named: NamedKind; readonly entity: Entity; readonly value: object }
  | {
      readonly action: 'update'
      readonly named: NamedKind
      readonly entity: Entity
      readonly value: object
      readonly etag: string
      readonly carried?: NonNullable<Row['carried']>
    }
  | { readonly action: 'delete'; readonly named: NamedKind; readonly entity: Keys; readonly etag?: string }

const operationsMax = 100
const bytesMax = 4 * 1024 * 1024
/** What the multipart form adds to each operation, beside its keys: boundary, request line, headers. */
const overheadBytes = 1_024

const bytesOf = ({ entity }: Operation): number =>
  overheadBytes + 3 * (entity.partitionKey.length + entity.rowKey.length) + Buffer.byteLength(JSON.stringify(entity))

const refuse = (what: string): never => {
  throw storeError('internal', what)
}

const checkSize = (table: string, operations: readonly Operation[]): void => {
  const sizes = operations.map(bytesOf)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  if (bytes <= bytesMax) return
  const largest = operations[sizes.indexOf(Math.max(...sizes))]
  throw storeError(
    'value-too-large',
    `A transaction in ${table} has ${bytes} bytes and cannot be stored (at most ${bytesMax}). ` +
      `Its largest row is of ${largest?.named.kind} with ${Math.max(...sizes)} bytes.`,
  )
}

/** @throws AppError `internal` when the operations cannot be one transaction, `value-too-large` over 4 MiB */
export const checkOperations = (table: string, operations: readonly Operation[]): void => {
  if (operations.length > operationsMax)
    refuse(`A transaction in ${table} has ${operations.length} operations; at most ${operationsMax} are allowed.`)
  const partitionKey = operations[0]?.entity.partitionKey
  const rowKeys = new Set<string>()
  for (const [index, { named, entity }] of operations.entries()) {
    const what = `Operation ${index} (${named.kind}) of a transaction in ${table}`
    if (named.table !== table) refuse(`${what} belongs to the table ${named.table}.`)
    if (entity.partitionKey !== partitionKey) refuse(`${what} is in a different partition than the first one.`)
    if (rowKeys.has(entity.rowKey)) refuse(`${what} writes a row that an earlier operation already writes.`)
    rowKeys.add(entity.rowKey)
  }
  checkSize(table, operations)
}

export const toAction = (operation: Operation): TransactionAction => {
  if (operation.action === 'insert') return ['create', operation.entity]
  if (operation.action === 'upsert') return ['upsert', operation.entity, 'Replace']
  if (operation.action === 'update') return ['update', operation.entity, 'Replace', { etag: operation.etag }]
  return ['delete', operation.entity]
}
