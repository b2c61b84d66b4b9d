// One page of one kind of rows in one partition, in key order.
import type { TableClient } from '@azure/data-tables'
import { storeError } from './store-error.ts'
import type { Connection } from './connection.ts'
import { fromCursor, toCursor } from './cursor.ts'
import { type NamedKind, type Row, toRow } from './entity.ts'
import { rowKeyRange } from './key.ts'

export type PageOptions = {
  /** 1 to 1,000. */
  readonly limit: number
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
  /** Leading parts of the first key, included. */
  readonly from?: readonly string[]
  /** Leading parts of the last key; every row that begins with them is included. */
  readonly to?: readonly string[]
}

export type EachOptions = Pick<PageOptions, 'from' | 'to'> & {
  /** Aborted when it is to end: after the row that was given last. */
  readonly signal?: AbortSignal
  /** How many are read at once, 1 to 1,000; 100 unless told. */
  readonly pageSize?: number
}

export type Page<Value = object> = { readonly rows: readonly Row<Value>[]; readonly nextCursor?: string }

type Stored = Readonly<Record<string, unknown>>

const limitMax = 1_000
/** The service may end a page early, and may give empty ones; rows that have ended are passed over. */
const requestsMax = 20

/** One answer of the service: at most `size` entities, and where it goes on. */
export const readEntities = async (
  client: TableClient,
  query: { readonly filter: string; readonly select?: string[] },
  settings: { readonly maxPageSize: number; readonly continuationToken?: string },
  signal: AbortSignal,
): Promise<{ readonly entities: readonly Stored[]; readonly continuationToken?: string }> => {
  const pages = client.listEntities<Stored>({ queryOptions: query, abortSignal: signal }).byPage(settings)
  const next = await pages.next()
  if (next.done) return { entities: [] }
  const { continuationToken } = next.value
  return { entities: next.value, ...(continuationToken !== undefined && { continuationToken }) }
}

const filterOf = (named: NamedKind, partitionKey: string, { cursor, from, to }: PageOptions): string => {
  const range = rowKeyRange(named.kind, from, to)
  const after = cursor === undefined ? '' : fromCursor(named, cursor)
  const start = after >= range.from ? `gt '${after}'` : `ge '${range.from}'`
  // Encoded keys hold no quotes.
  return `PartitionKey eq '${partitionKey}' and RowKey ${start} and RowKey lt '${range.before}'`
}

const checkLimit = ({ limit }: PageOptions): void => {
  if (!Number.isInteger(limit) || limit < 1 || limit > limitMax)
    throw storeError('internal', `A page has 1 to ${limitMax} rows, not ${limit}.`)
}

/**
 * @throws AppError `validation-failed` for a foreign cursor, `internal` for a row that does not fit its schema,
 * `storage-unavailable` when the service gives nothing but empty pages
 */
export const readPage = async (
  connection: Connection,
  named: NamedKind,
  partitionKey: string,
  options: PageOptions,
  now: number,
): Promise<Page> => {
  checkLimit(options)
  const { limit } = options
  const filter = filterOf(named, partitionKey, options)
  const rows: Row[] = []
  let last: string | undefined
  let continuationToken: string | undefined
  for (let request = 0; request < requestsMax; request += 1) {
    const maxPageSize = Math.min(limitMax, limit + 1 - rows.length)
    const settings = { maxPageSize, ...(continuationToken !== undefined && { continuationToken }) }
    const { done: answer = { entities: [] } } = await connection.run(
      `list ${named.kind} in ${named.table}`,
      (client, signal) => readEntities(client, { filter }, settings, signal),
    )
    for (const stored of answer.entities) {
      const row = toRow(named, stored, now)
      if (row && rows.length === limit) return { rows, nextCursor: toCursor(named, last ?? '') }
      if (row) rows.push(row)
      last = String(stored['rowKey'])
    }
    if (answer.continuationToken === undefined) return { rows }
    continuationToken = answer.continuationToken
  }
  if (last === undefined)
    throw storeError(
      'storage-unavailable',
      `Storage gave ${requestsMax} empty pages of ${named.kind} in ${named.table}.`,
    )
  return { rows, nextCursor: toCursor(named, last) }
}

export async function* eachRow(
  list: (options: PageOptions) => Promise<Page>,
  { signal, pageSize = 100, ...range }: EachOptions = {},
): AsyncGenerator<Row> {
  let cursor: string | undefined
  do {
    if (signal?.aborted) return
    const page = await list({ ...range, limit: pageSize, cursor })
    for (const row of page.rows) {
      if (signal?.aborted) return
      yield row
    }
    cursor = page.nextCursor
  } while (cursor !== undefined)
}
