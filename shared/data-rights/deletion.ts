// Deletes what is kept of an organization, a client or a person. It may be cut off anywhere and run again: what is gone is not found.
import { isAppError } from '../errors.ts'
import { type OwnedRow, type Search, ownedRows } from './owned-rows.ts'
import { withoutName } from './subject.ts'

export type DeletionReport = {
  /** Rows by table and kind, as `sessions.session`. In a dry run: what would be. */
  readonly deleted: Readonly<Record<string, number>>
  /** The name of the person was taken out. */
  readonly unnamed: Readonly<Record<string, number>>
  readonly kept: Readonly<Record<string, { readonly rows: number; readonly why: string }>>
  /** Somebody changed them in between: run it again. */
  readonly overtaken: number
}

/** @param options.isDry counts, and changes nothing */
export const deleteData = async (search: Search, { isDry }: { readonly isDry: boolean }): Promise<DeletionReport> => {
  const deleted: Record<string, number> = {}
  const unnamed: Record<string, number> = {}
  const kept: Record<string, { rows: number; why: string }> = {}
  let overtaken = 0
  for await (const owned of ownedRows(search)) {
    const name = `${owned.table.name}.${owned.kind}`
    const why = owned.bond === 'owned' ? owned.dataOf.keptOn?.[search.subject.kind] : undefined
    if (why !== undefined) kept[name] = { rows: (kept[name]?.rows ?? 0) + 1, why }
    else if (isDry || (await isDone(search, owned))) {
      const counts = owned.bond === 'named' ? unnamed : deleted
      counts[name] = (counts[name] ?? 0) + 1
    } else overtaken += 1
  }
  return { deleted, unnamed, kept, overtaken }
}

const isDone = async ({ store, subject }: Search, { table, kind, row, dataOf, bond }: OwnedRow): Promise<boolean> => {
  const rows = store.open(table)[kind]
  if (!rows) return false
  try {
    if (bond === 'named' && subject.kind === 'person')
      await rows.update(row, withoutName(dataOf, row.value, subject.id))
    else await rows.delete(row)
    return true
  } catch (error) {
    if (isAppError(error, 'conflict')) return false
    throw error
  }
}
