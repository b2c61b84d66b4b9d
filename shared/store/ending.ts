// Rows that will soon end, of all kinds and tenants of a table, so that those that are still needed can be renewed in time.
import { type Row, toRow } from './entity.ts'
import { readEntities } from './page.ts'
import type { Store } from './store.ts'
import { type Table, keepUntilColumn } from './table.ts'

/** `tenantId` is in every row of the tables that are renewed. */
export type Ending = { readonly kind: string; readonly row: Row }

type Options = { readonly now: Date; readonly before: Date; readonly rowsMax: number }

const pageSize = 100
/** Table Storage gives empty pages while it scans. */
const requestsMax = 1_000

/**
 * Pages of up to 100 rows that end after `now` and before `before`; those that have ended are absent already.
 * @throws AppError `storage-unavailable`
 */
export async function* endingRows(
  store: Store,
  { name, kinds }: Table,
  { now, before, rowsMax }: Options,
): AsyncGenerator<readonly Ending[]> {
  const filter = `${keepUntilColumn} gt '${now.toISOString()}' and ${keepUntilColumn} lt '${before.toISOString()}'`
  let seen = 0
  let continuationToken: string | undefined
  for (let request = 0; request < requestsMax && seen < rowsMax; request += 1) {
    const settings = { maxPageSize: pageSize, ...(continuationToken !== undefined && { continuationToken }) }
    const { done: page } = await store
      .connection(name)
      .run(`find rows that end soon in ${name}`, (client, signal) => readEntities(client, { filter }, settings, signal))
    if (!page) return
    seen += page.entities.length
    yield page.entities.flatMap((stored) => {
      const [kind = ''] = String(stored['rowKey']).split('!', 1)
      const definition = kinds[kind]
      const row = definition && toRow({ table: name, kind, definition }, stored, now.getTime())
      return row ? [{ kind, row }] : []
    })
    if (page.continuationToken === undefined) return
    continuationToken = page.continuationToken
  }
}

/** The row as it is, for another term. Throws `conflict` when it was changed since: then it has been renewed. */
export const renew = (store: Store, table: Table, { kind, row }: Ending): Promise<unknown> | undefined =>
  store.open(table)[kind]?.update(row, row.value)
