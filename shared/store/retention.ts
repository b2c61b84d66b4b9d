// Deletes the rows whose time has ended (`keepFor`), a bounded number in each run.
import { AppError } from '../errors.ts'
import type { LogFields } from '../telemetry/log.ts'
import type { Connection } from './connection.ts'
import { readEntities } from './page.ts'
import type { Store } from './store.ts'
import { type Table, keepUntilColumn } from './table.ts'
import { describeTransaction } from './transaction-body.ts'

type Ended = { readonly partitionKey: string; readonly rowKey: string; readonly etag: string }

type Options = {
  readonly now: Date
  /** At most so many rows in one run, over all tables. */
  readonly rowsMax: number
  readonly log: { readonly info: (event: string, fields?: LogFields) => void; readonly error: Options['log']['info'] }
}

const pageSize = 1_000
/** Table Storage gives empty pages while it scans. */
const requestsMax = 1_000
const operationsMax = 100

const batchesOf = (rows: readonly Ended[]): Ended[][] => {
  const batches: Ended[][] = []
  // The service gives them in key order: those of one partition stand together.
  for (const row of rows) {
    const last = batches.at(-1)
    if (last && last.length < operationsMax && last[0]?.partitionKey === row.partitionKey) last.push(row)
    else batches.push([row])
  }
  return batches
}

/** One at a time: those that were renewed or deleted since they were read are passed over. */
const deleteSingly = async (connection: Connection, table: string, rows: readonly Ended[]): Promise<number> => {
  let deleted = 0
  for (const { partitionKey, rowKey, etag } of rows) {
    const outcome = await connection.run(`delete an ended row in ${table}`, (client, abortSignal) =>
      client.deleteEntity(partitionKey, rowKey, { etag, abortSignal }),
    )
    if (!outcome.refused) deleted += 1
  }
  return deleted
}

const deleteBatch = async (connection: Connection, table: string, rows: readonly Ended[]): Promise<number> => {
  const outcome = await connection.run(`delete ended rows in ${table}`, (client, abortSignal) => {
    describeTransaction(
      abortSignal,
      rows.map(({ rowKey, etag }) => ({ rowKey, deleteIfEtag: etag })),
    )
    return client.submitTransaction(
      rows.map(({ partitionKey, rowKey }) => ['delete', { partitionKey, rowKey }]),
      { abortSignal },
    )
  })
  return outcome.refused ? deleteSingly(connection, table, rows) : rows.length
}

const deleteInTable = async (
  connection: Connection,
  table: string,
  now: Date,
  rowsMax: number,
  onDeleted: (rows: number) => void,
): Promise<void> => {
  const query = { filter: `${keepUntilColumn} lt '${now.toISOString()}'`, select: ['PartitionKey', 'RowKey'] }
  let seen = 0
  let continuationToken: string | undefined
  for (let request = 0; request < requestsMax && seen < rowsMax; request += 1) {
    const maxPageSize = Math.min(pageSize, rowsMax - seen)
    const settings = { maxPageSize, ...(continuationToken !== undefined && { continuationToken }) }
    const { done: page } = await connection.run(`find ended rows in ${table}`, (client, signal) =>
      readEntities(client, query, settings, signal),
    )
    if (!page) return
    const rows = page.entities as readonly Ended[]
    seen += rows.length
    for (const batch of batchesOf(rows)) onDeleted(await deleteBatch(connection, table, batch))
    if (page.continuationToken === undefined) return
    continuationToken = page.continuationToken
  }
}

/**
 * Deletes what has ended, page by page and in transactions per partition, each row only as it was found: one that was renewed in
 * between stays. A table that fails does not keep the others from their turn.
 * @returns how many rows were deleted in each table
 * @throws AppError `storage-unavailable` at the end when a table failed, with all reasons in `cause`
 */
export const deleteExpired = async (
  store: Store,
  tables: readonly Table[],
  { now, rowsMax, log }: Options,
): Promise<Readonly<Record<string, number>>> => {
  const deleted: Record<string, number> = {}
  const failures: unknown[] = []
  let left = rowsMax
  for (const { name } of tables) {
    deleted[name] = 0
    try {
      await deleteInTable(store.connection(name), name, now, left, (rows) => {
        deleted[name] = (deleted[name] ?? 0) + rows
        left -= rows
      })
    } catch (error) {
      failures.push(error)
      log.error('store.retention.failed', { table: name, error })
    }
  }
  log.info('store.retention.completed', { deleted, tablesFailed: failures.length })
  if (failures.length > 0)
    throw new AppError('storage-unavailable', `Expired rows could not be deleted in ${failures.length} tables.`, {
      cause: new AggregateError(failures),
    })
  return deleted
}
