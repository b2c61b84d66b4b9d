// Reading and writing one kind of rows.
import type { AppError } from '../errors.ts'
import { storeError } from './store-error.ts'
import type { Connection, Outcome } from './connection.ts'
import { toCursor } from './cursor.ts'
import {
  type Entity,
  type Keys,
  type NamedKind,
  type Row,
  hasEnded,
  keysOf,
  toEntity,
  toRow,
  unknownEtag,
} from './entity.ts'
import { partitionKeyOf } from './key.ts'
import {
  type EachOptions,
  type Found,
  type FoundPage,
  type Page,
  type PageOptions,
  eachFound,
  eachRow,
  readFound,
  readPage,
} from './page.ts'
import type { RowTypes } from './table.ts'
import type { Operation } from './operation.ts'
import { retryOnConflict } from './retry-on-conflict.ts'

/**
 * Every call may also throw AppError `storage-unavailable`, and every write `internal` for a value that does not fit its schema
 * and `value-too-large`.
 */
export type Rows<Types extends RowTypes> = {
  readonly get: (key: Types['key']) => Promise<Row<Types['value']> | undefined>
  /** @throws AppError `conflict` when the row exists */
  readonly insert: (value: Types['input']) => Promise<Row<Types['value']>>
  readonly upsert: (value: Types['input']) => Promise<Row<Types['value']>>
  /** Replaces the row as it was read. @throws AppError `conflict` when it was changed since or is gone */
  readonly update: (row: Row<Types['value']>, value: Types['input']) => Promise<Row<Types['value']>>
  /** By key: whatever is there. A row as it was read: throws AppError `conflict` when it was changed. Deleting what is gone is fine. */
  readonly delete: (rowOrKey: Row<Types['value']> | Types['key']) => Promise<void>
  /**
   * Read, change, write; again from the start when another was faster. `change` may run several times; when it returns `current`
   * itself nothing is written. @throws AppError `conflict` when others were faster every time
   */
  readonly modify: (
    key: Types['key'],
    change: (current: Types['value'] | undefined) => Types['input'] | Promise<Types['input']>,
  ) => Promise<Row<Types['value']>>
  readonly list: (partition: Types['partition'], options: PageOptions) => Promise<Page<Types['value']>>
  /** The cursor with which a list goes on after this row. */
  readonly cursorAfter: (key: Types['key']) => string
  /** All rows in key order, read page by page as they are asked for. */
  readonly each: (partition: Types['partition'], options?: EachOptions) => AsyncIterable<Row<Types['value']>>
  /** As `list`, for who looks for damage: damaged rows are among them instead of being an error. */
  readonly listFound: (partition: Types['partition'], options: PageOptions) => Promise<FoundPage<Types['value']>>
  /** As `each`, with the damaged rows. */
  readonly eachFound: (partition: Types['partition'], options?: EachOptions) => AsyncIterable<Found<Types['value']>>
  readonly toInsert: (value: Types['input']) => Operation
  readonly toUpsert: (value: Types['input']) => Operation
  readonly toUpdate: (row: Row<Types['value']>, value: Types['input']) => Operation
  readonly toDelete: (rowOrKey: Row<Types['value']> | Types['key']) => Operation
}

type Context = { readonly connection: Connection; readonly named: NamedKind; readonly now: () => number }

const isRow = (rowOrKey: object): rowOrKey is Row => 'etag' in rowOrKey

const conflict = ({ kind, table }: NamedKind, why: string): AppError =>
  storeError('conflict', `A row of ${kind} in ${table} ${why}. Read it again and repeat the change.`)

const updatedEntity = (named: NamedKind, row: Row, value: unknown, now: number) => {
  const before = keysOf(named, row.value)
  const made = toEntity(named, value, now, row.carried)
  if (made.entity.rowKey !== before.rowKey || made.entity.partitionKey !== before.partitionKey)
    throw storeError(
      'internal',
      `An update cannot change the key of a row of ${named.kind} in ${named.table}. Insert and delete instead.`,
    )
  return made
}

type Written = { readonly etag?: string }

const written = (value: object, carried: Row['carried'], { etag }: Written): Row => ({
  value,
  etag: etag ?? unknownEtag,
  ...(carried && { carried }),
})

/** The entity as it is stored, also when it has ended: what a write has to reckon with. */
export const readStored = async (
  connection: Connection,
  { table, kind }: NamedKind,
  { partitionKey, rowKey }: Keys,
): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const outcome = await connection.run(`read ${kind} in ${table}`, (client, abortSignal) =>
    client.getEntity(partitionKey, rowKey, { abortSignal }),
  )
  return outcome.done
}

const replace = ({ connection, named }: Context, entity: Entity, etag: string): Promise<Outcome<Written>> =>
  connection.run(`update ${named.kind} in ${named.table}`, (client, abortSignal) =>
    client.updateEntity(entity, 'Replace', { etag, abortSignal }),
  )

const create = ({ connection, named }: Context, entity: Entity): Promise<Outcome<Written>> =>
  connection.run(`insert ${named.kind} in ${named.table}`, (client, abortSignal) =>
    client.createEntity(entity, { abortSignal }),
  )

/** A row that has ended is absent to its readers, so an insert takes its place. */
const createOverEnded = async (context: Context, entity: Entity): Promise<Outcome<Written>> => {
  const outcome = await create(context, entity)
  if (outcome.refused?.reason !== 'exists') return outcome
  const stored = await readStored(context.connection, context.named, entity)
  if (stored === undefined || !hasEnded(stored, context.now())) return outcome
  return replace(context, entity, String(stored['etag']))
}

const insert = async (context: Context, input: unknown): Promise<Row> => {
  const { value, entity } = toEntity(context.named, input, context.now())
  const outcome = await createOverEnded(context, entity)
  if (outcome.refused) throw conflict(context.named, 'exists already')
  return written(value, undefined, outcome.done)
}

const upsert = async ({ connection, named, now }: Context, input: unknown): Promise<Row> => {
  const { value, entity } = toEntity(named, input, now())
  const outcome = await connection.run(`write ${named.kind} in ${named.table}`, (client, abortSignal) =>
    client.upsertEntity(entity, 'Replace', { abortSignal }),
  )
  if (outcome.refused) throw conflict(named, 'could not be written')
  return written(value, undefined, outcome.done)
}

const update = async (context: Context, row: Row, input: unknown): Promise<Row> => {
  const { value, entity } = updatedEntity(context.named, row, input, context.now())
  const outcome = await replace(context, entity, row.etag)
  if (outcome.refused) throw conflict(context.named, outcome.refused.reason === 'missing' ? 'is gone' : 'was changed')
  return written(value, row.carried, outcome.done)
}

const remove = async ({ connection, named }: Context, rowOrKey: object): Promise<void> => {
  const { partitionKey, rowKey } = keysOf(named, isRow(rowOrKey) ? rowOrKey.value : rowOrKey)
  const etag = isRow(rowOrKey) ? rowOrKey.etag : '*'
  const outcome = await connection.run(`delete ${named.kind} in ${named.table}`, (client, abortSignal) =>
    client.deleteEntity(partitionKey, rowKey, { etag, abortSignal }),
  )
  if (outcome.refused?.reason === 'changed') throw conflict(named, 'was changed')
}

const modify = async (
  context: Context,
  key: object,
  change: (current: object | undefined) => object | Promise<object>,
): Promise<Row> => {
  const { connection, named, now } = context
  const keys = keysOf(named, key)
  const overtaken = conflict(named, 'was changed by others again and again')
  const attempt = async (): Promise<Row> => {
    const stored = await readStored(connection, named, keys)
    const row = stored && toRow(named, stored, now())
    const next = await change(row?.value)
    if (row && next === row.value) return row
    const { value, entity } = toEntity(named, next, now(), row?.carried)
    if (entity.rowKey !== keys.rowKey || entity.partitionKey !== keys.partitionKey)
      throw storeError('internal', `A change cannot alter the key of a row of ${named.kind} in ${named.table}.`)
    const outcome = await (stored ? replace(context, entity, String(stored['etag'])) : create(context, entity))
    if (outcome.refused) throw overtaken
    return written(value, row?.carried, outcome.done)
  }
  // A conflict that `change` throws is an answer: only one of its own is repeated.
  return retryOnConflict(attempt, { isConflict: (error) => error === overtaken })
}

const get = async ({ connection, named, now }: Context, key: object): Promise<Row | undefined> => {
  const stored = await readStored(connection, named, keysOf(named, key))
  return stored && toRow(named, stored, now())
}

const operations = ({
  named,
  now,
}: Context): Pick<Rows<RowTypes>, 'toInsert' | 'toUpsert' | 'toUpdate' | 'toDelete'> => ({
  toInsert: (value) => ({ action: 'insert', named, ...toEntity(named, value, now()) }),
  toUpsert: (value) => ({ action: 'upsert', named, ...toEntity(named, value, now()) }),
  toUpdate: (row, value) => ({
    action: 'update',
    named,
    ...updatedEntity(named, row, value, now()),
    etag: row.etag,
    ...(row.carried && { carried: row.carried }),
  }),
  toDelete: (rowOrKey) => ({
    action: 'delete',
    named,
    entity: keysOf(named, isRow(rowOrKey) ? rowOrKey.value : rowOrKey),
    ...(isRow(rowOrKey) && { etag: rowOrKey.etag }),
  }),
})

export const createRows = (context: Context): Rows<RowTypes> => {
  const { connection, named, now } = context
  const readingOf = (partition: object) => ({
    connection,
    named,
    partitionKey: partitionKeyOf(named.definition.partitionParts(partition)),
  })
  const list: Rows<RowTypes>['list'] = async (partition, options) => readPage(readingOf(partition), options, now())
  const listFound: Rows<RowTypes>['listFound'] = async (partition, options) =>
    readFound(readingOf(partition), options, now())
  return {
    get: (key) => get(context, key),
    insert: (value) => insert(context, value),
    upsert: (value) => upsert(context, value),
    update: (row, value) => update(context, row, value),
    delete: (rowOrKey) => remove(context, rowOrKey),
    modify: (key, change) => modify(context, key, change),
    list,
    listFound,
    cursorAfter: (key) => toCursor(named, keysOf(named, key).rowKey),
    each: (partition, options) => eachRow((page) => list(partition, page), options),
    eachFound: (partition, options) => eachFound((page) => listFound(partition, page), options),
    ...operations(context),
  }
}
