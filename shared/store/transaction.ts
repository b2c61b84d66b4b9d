// Writes to several rows of one partition: all of them or none.
import type { AppError } from '../errors.ts'
import { storeError } from './store-error.ts'
import type { Connection } from './connection.ts'
import { type Row, hasEnded, unknownEtag } from './entity.ts'
import type { Refusal } from './failure.ts'
import { type Operation, checkOperations, toAction } from './operation.ts'
import { readStored } from './rows.ts'
import { describeTransaction } from './transaction-body.ts'

const reasons = { exists: 'exists already', changed: 'was changed', missing: 'is gone', 'no-table': 'has no table' }

const conflict = (table: string, operations: readonly Operation[], { reason, index }: Refusal): AppError => {
  const operation = index === undefined ? undefined : operations[index]
  const which = operation ? `operation ${index} (${operation.action} ${operation.named.kind})` : 'one operation'
  return storeError(
    'conflict',
    `Nothing of a transaction in ${table} was written, since the row of ${which} ${reasons[reason]}. ` +
      'Read again and repeat the change.',
  )
}

/** The row that stands in the way of an insert may have ended: then the insert becomes a replacement of exactly that row. */
const overEnded = async (
  connection: Connection,
  operations: readonly Operation[],
  { reason, index }: Refusal,
  now: number,
): Promise<readonly Operation[] | undefined> => {
  const blocked = index === undefined ? undefined : operations[index]
  if (reason !== 'exists' || index === undefined || blocked?.action !== 'insert') return undefined
  const stored = await readStored(connection, blocked.named, blocked.entity)
  if (stored === undefined || !hasEnded(stored, now)) return undefined
  return operations.with(index, { ...blocked, action: 'update', etag: String(stored['etag']) })
}

const rowOf = (operation: Operation, etag: string | undefined): Row | undefined =>
  operation.action === 'delete'
    ? undefined
    : {
        value: operation.value,
        etag: etag ?? unknownEtag,
        ...(operation.action === 'update' && operation.carried && { carried: operation.carried }),
      }

/**
 * At most 100 operations and 4 MiB, in one partition, each on another row.
 * @returns the written rows in the order of the operations; undefined for a deleted one
 * @throws AppError `conflict` naming the operation whose condition was not met, `value-too-large`, `storage-unavailable`;
 * `internal` when the operations cannot be one transaction
 */
export const runTransaction = async (
  connection: Connection,
  table: string,
  given: readonly Operation[],
  now: () => number,
): Promise<readonly (Row | undefined)[]> => {
  if (given.length === 0) return []
  checkOperations(table, given)
  let operations = given
  // Each repetition turns another insert into an update.
  for (let repetitions = 0; repetitions <= given.length; repetitions += 1) {
    const current = operations
    const outcome = await connection.run(`write a transaction in ${table}`, (client, abortSignal) => {
      describeTransaction(
        abortSignal,
        current.map((operation) => ({
          rowKey: operation.entity.rowKey,
          ...(operation.action === 'delete' && operation.etag !== undefined && { deleteIfEtag: operation.etag }),
        })),
      )
      return client.submitTransaction(current.map(toAction), { abortSignal })
    })
    if (!outcome.refused)
      return current.map((operation, index) => rowOf(operation, outcome.done.subResponses[index]?.etag?.trim()))
    const changed = await overEnded(connection, current, outcome.refused, now())
    if (!changed) throw conflict(table, current, outcome.refused)
    operations = changed
  }
  throw storeError('conflict', `A transaction in ${table} was overtaken again and again. Repeat it later.`)
}
