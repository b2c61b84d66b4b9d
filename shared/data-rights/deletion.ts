// Deletes what is kept of an organization, a client or a person. It may be cut off anywhere and run again: what is gone is not found.
import { isAppError } from '../errors.ts'
import { type DamagedRows, type OwnedRow, type Search, createDamageCount, ownedRows } from './owned-rows.ts'
import type { DataOf } from '../store/data-of.ts'
import { withoutName } from './subject.ts'

export type DeletionReport = {
  /** Rows by table and kind, as `sessions.session`. In a dry run: what would be. */
  readonly deleted: Readonly<Record<string, number>>
  /** The name of the person was taken out. */
  readonly unnamed: Readonly<Record<string, number>>
  readonly kept: Readonly<Record<string, { readonly rows: number; readonly why: string }>>
  /** Somebody changed them in between: run it again. */
  readonly overtaken: number
  /** They cannot be read, so that nobody knows whose they are: they stay. Those of kinds that are kept are not among them. */
  readonly damaged: DamagedRows
}

/** @param options.isDry counts, and changes nothing */
export const deleteData = async (search: Search, { isDry }: { readonly isDry: boolean }): Promise<DeletionReport> => {
  const deleted: Record<string, number> = {}
  const unnamed: Record<string, number> = {}
  const kept: Record<string, { rows: number; why: string }> = {}
  const damage = createDamageCount()
  let overtaken = 0
  for await (const owned of ownedRows(search, (table, place) => {
    if (!isKept(table.kinds[place.kind]?.dataOf, search)) damage.onDamaged(table, place)
  })) {
    const name = `${owned.table.name}.${owned.kind}`
    const why = owned.bond === 'owned' ? owned.dataOf.keptOn?.[search.subject.kind] : undefined
    if (why !== undefined) kept[name] = { rows: (kept[name]?.rows ?? 0) + 1, why }
    else if (isDry || (await isDone(search, owned))) {
      const counts = owned.bond === 'named' ? unnamed : deleted
      counts[name] = (counts[name] ?? 0) + 1
    } else overtaken += 1
  }
  return { deleted, unnamed, kept, overtaken, damaged: damage.counts }
}

const isKept = (dataOf: DataOf | undefined, { subject }: Search): boolean =>
  dataOf !== undefined && 'tenant' in dataOf && dataOf.keptOn?.[subject.kind] !== undefined

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
