// The suite's storage: typed tables on Azure Table Storage.
import { type Connection, type StoreAccount, openAccount } from './connection.ts'
import type { Row } from './entity.ts'
import type { Operation } from './operation.ts'
import { type Rows, createRows } from './rows.ts'
import type { RowKind, RowTypes, Table } from './table.ts'
import { runTransaction } from './transaction.ts'

export type { Row }

export type TypesOf<Kind extends RowKind> = Kind extends RowKind<infer Types> ? Types : RowTypes

/** An open table: its kinds of rows by name, and transactions over all of them. */
export type OpenTable<Kinds extends Readonly<Record<string, RowKind>>> = {
  readonly [Kind in keyof Kinds]: Rows<TypesOf<Kinds[Kind]>>
} & {
  /**
   * All or nothing: at most 100 operations and 4 MiB, in one partition, each on another row.
   * @returns the written rows in the order of the operations; undefined for a deleted one
   * @throws AppError `conflict` naming the operation whose condition was not met; `internal` when they cannot be one transaction
   */
  readonly transaction: (operations: readonly Operation[]) => Promise<readonly (Row | undefined)[]>
}

export type Store = {
  readonly open: <Kinds extends Readonly<Record<string, RowKind>>>(table: Table<Kinds>) => OpenTable<Kinds>
  /** For retention and the like, which look below the rows. */
  readonly connection: (tableName: string) => Connection
  /** Resolves when the storage answers and may be read; throws AppError `storage-unavailable` within 2 s otherwise. */
  readonly check: () => Promise<void>
}

type StoreOptions = { readonly now?: () => number; readonly deadlineMs?: number }

/**
 * Does no I/O and loads nothing: the SDK is loaded by the first call, and a table is made when it turns out to be missing.
 * @param options.now the clock, for rows that end
 * @param options.deadlineMs for each call, its repetitions included (10 s)
 */
export const createStore = (account: StoreAccount, options: StoreOptions = {}): Store => {
  const { now = Date.now, deadlineMs } = options
  const { connection, probe } = openAccount(account, deadlineMs)
  return {
    connection,
    check: probe,
    open: <Kinds extends Readonly<Record<string, RowKind>>>({ name, kinds }: Table<Kinds>) => {
      const rows = Object.entries(kinds).map(([kind, definition]) => [
        kind,
        createRows({ connection: connection(name), named: { table: name, kind, definition }, now }),
      ])
      const transaction = (operations: readonly Operation[]): Promise<readonly (Row | undefined)[]> =>
        runTransaction(connection(name), name, operations, now)
      return { ...Object.fromEntries(rows), transaction } as OpenTable<Kinds>
    },
  }
}
