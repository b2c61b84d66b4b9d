// One page of one kind of rows in one partition, in key order.
import { createHash } from 'node:crypto'
import type { TableClient } from '@azure/data-tables'
import { isDamagedRow, storeError } from './store-error.ts'
import type { Connection } from './connection.ts'
import { fromCursor, toCursor } from './cursor.ts'
import { type NamedKind, type Row, toRow, toRowInPlace } from './entity.ts'
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

/** A row as it was found: read, or what can be said of one that is damaged. */
export type Found<Value = object> =
  | { readonly rowKey: string; readonly row: Row<Value> }
  | {
      readonly rowKey: string
      readonly row?: undefined
      /** SHA-256 in base64url of what is stored. */
      readonly digest: string
      readonly etag: string
    }

export type FoundPage<Value = object> = { readonly found: readonly Found<Value>[]; readonly nextCursor?: string }

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

type Reading = { readonly connection: Connection; readonly named: NamedKind; readonly partitionKey: string }

/**
 * @throws AppError `validation-failed` for a foreign cursor, `internal` for a row that is damaged, `storage-unavailable` when the service
 * gives nothing but empty pages
 */
export const readPage = async (reading: Reading, options: PageOptions, now: number): Promise<Page> => {
  const { items, nextCursor } = await readItems(reading, options, (stored) => toRow(reading.named, stored, now))
  return { rows: items, ...(nextCursor !== undefined && { nextCursor }) }
}

/** As `readPage`, and damaged rows are among them instead of being an error. */
export const readFound = async (reading: Reading, options: PageOptions, now: number): Promise<FoundPage> => {
  const { items, nextCursor } = await readItems(reading, options, (stored) => toFound(reading.named, stored, now))
  return { found: items, ...(nextCursor !== undefined && { nextCursor }) }
}

const toFound = (named: NamedKind, stored: Stored, now: number): Found | undefined => {
  const rowKey = String(stored['rowKey'])
  try {
    const row = toRowInPlace(named, stored, now)
    return row && { rowKey, row }
  } catch (error) {
    if (!isDamagedRow(error)) throw error
    return { rowKey, digest: digestOf(stored), etag: String(stored['etag']) }
  }
}

/** Of the columns as they are stored, in the order of their names; when and how they were written is not among them. */
const digestOf = (stored: Stored): string => {
  const columns = Object.entries(stored)
    .filter(([name]) => !['etag', 'timestamp'].includes(name) && !name.startsWith('odata.'))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
  const text = JSON.stringify(columns, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  return createHash('sha256').update(text).digest('base64url')
}

const readItems = async <Item>(
  { connection, named, partitionKey }: Reading,
  options: PageOptions,
  itemOf: (stored: Stored) => Item | undefined,
): Promise<{ readonly items: Item[]; readonly nextCursor?: string }> => {
  checkLimit(options)
  const { limit } = options
  const filter = filterOf(named, partitionKey, options)
  const items: Item[] = []
  let last: string | undefined
  let continuationToken: string | undefined
  for (let request = 0; request < requestsMax; request += 1) {
    const maxPageSize = Math.min(limitMax, limit + 1 - items.length)
    const settings = { maxPageSize, ...(continuationToken !== undefined && { continuationToken }) }
    const { done: answer = { entities: [] } } = await connection.run(
      `list ${named.kind} in ${named.table}`,
      (client, signal) => readEntities(client, { filter }, settings, signal),
    )
    for (const stored of answer.entities) {
      const item = itemOf(stored)
      if (item && items.length === limit) return { items, nextCursor: toCursor(named, last ?? '') }
      if (item) items.push(item)
      last = String(stored['rowKey'])
    }
    if (answer.continuationToken === undefined) return { items }
    continuationToken = answer.continuationToken
  }
  if (last === undefined)
    throw storeError(
      'storage-unavailable',
      `Storage gave ${requestsMax} empty pages of ${named.kind} in ${named.table}.`,
    )
  return { items, nextCursor: toCursor(named, last) }
}

export const eachRow = (list: (options: PageOptions) => Promise<Page>, options?: EachOptions): AsyncGenerator<Row> =>
  eachItem(async (page) => {
    const { rows, nextCursor } = await list(page)
    return { items: rows, nextCursor }
  }, options)

export const eachFound = (
  list: (options: PageOptions) => Promise<FoundPage>,
  options?: EachOptions,
): AsyncGenerator<Found> =>
  eachItem(async (page) => {
    const { found, nextCursor } = await list(page)
    return { items: found, nextCursor }
  }, options)

async function* eachItem<Item>(
  list: (options: PageOptions) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | undefined }>,
  { signal, pageSize = 100, ...range }: EachOptions = {},
): AsyncGenerator<Item> {
  let cursor: string | undefined
  do {
    if (signal?.aborted) return
    const page = await list({ ...range, limit: pageSize, cursor })
    for (const item of page.items) {
      if (signal?.aborted) return
      yield item
    }
    cursor = page.nextCursor
  } while (cursor !== undefined)
}
