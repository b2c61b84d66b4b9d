// Walks all rows of a table, whatever their kind and partition, page by page.
import type { Connection } from './connection.ts'
import { type Row, toRow } from './entity.ts'
import { partitionKeyOf } from './key.ts'
import { readEntities } from './page.ts'
import { isDamagedRow } from './store-error.ts'
import type { Store } from './store.ts'
import type { RowKind, Table } from './table.ts'

export type ScannedRow = { readonly kind: string; readonly definition: RowKind; readonly row: Row }

/** Where a row stands that does not fit its schema. */
export type DamagedPlace = { readonly kind: string; readonly partitionKey: string; readonly rowKey: string }

const pageSize = 500

/**
 * The rows of these kinds that have not ended. A kind whose partition follows from `fields` alone is read there; the others are looked for in
 * the whole table.
 * @param fields what is known of the rows, such as the id of their organization
 * @param onDamaged told of a row that does not fit its schema; the walk goes on
 */
export async function* scanRows(
  store: Store,
  { name, kinds }: Table,
  wanted: readonly string[],
  fields: object,
  now: Date,
  onDamaged: (place: DamagedPlace) => void,
): AsyncGenerator<ScannedRow> {
  for (const kind of wanted) {
    const definition = kinds[kind]
    if (!definition) continue
    // The names of kinds are letters and digits, which the separator and the quotation mark stand below.
    const ofKind = `RowKey ge '${kind}' and RowKey lt '${kind}"'`
    const partition = partitionFrom(definition, fields)
    const filter = partition === undefined ? ofKind : `PartitionKey eq '${partition}' and ${ofKind}`
    for await (const stored of entitiesOf(store.connection(name), name, filter)) {
      const row = unlessDamaged(
        () => toRow({ table: name, kind, definition }, stored, now.getTime()),
        () => onDamaged({ kind, partitionKey: String(stored['partitionKey']), rowKey: String(stored['rowKey']) }),
      )
      if (row) yield { kind, definition, row }
    }
  }
}

const unlessDamaged = (read: () => Row | undefined, onDamaged: () => void): Row | undefined => {
  try {
    return read()
  } catch (error) {
    if (!isDamagedRow(error)) throw error
    onDamaged()
    return undefined
  }
}

const partitionFrom = ({ partitionParts }: RowKind, fields: object): string | undefined => {
  let parts: readonly string[]
  try {
    parts = partitionParts(fields)
  } catch {
    // It needs more than is known.
    return undefined
  }
  return partitionKeyOf(parts)
}

async function* entitiesOf(
  connection: Connection,
  table: string,
  filter: string,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  let continuationToken: string | undefined
  do {
    const settings = { maxPageSize: pageSize, ...(continuationToken !== undefined && { continuationToken }) }
    const { done: page } = await connection.run(`walk ${table}`, (client, signal) =>
      readEntities(client, { filter }, settings, signal),
    )
    if (!page) return
    yield* page.entities
    continuationToken = page.continuationToken
  } while (continuationToken !== undefined)
}
