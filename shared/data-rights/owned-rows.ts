// Finds all rows of an organization, a client or a person, in every table of the list, without holding more than a page of them.
import type { OwnedData } from '../store/data-of.ts'
import { type DamagedPlace, type ScannedRow, scanRows } from '../store/scan.ts'
import type { Store } from '../store/store.ts'
import type { Table } from '../store/table.ts'
import { log } from '../telemetry/log.ts'
import { type Bond, type Found, type Subject, bondOf, follow, newFound } from './subject.ts'

export type OwnedRow = ScannedRow & {
  readonly table: Table
  readonly dataOf: OwnedData
  readonly bond: Exclude<Bond, 'none'>
}

export type Search = {
  readonly store: Store
  readonly tables: readonly Table[]
  readonly subject: Subject
  readonly now: Date
}

/** How many rows of each kind are not what the suite has written, as `sessions.session`. */
export type DamagedRows = Readonly<Record<string, number>>

export const createDamageCount = () => {
  const counts: Record<string, number> = {}
  return {
    counts: counts as DamagedRows,
    onDamaged: (table: Table, { kind, ...place }: DamagedPlace): void => {
      const name = `${table.name}.${kind}`
      counts[name] = (counts[name] ?? 0) + 1
      log.warn('data.row.damaged', { table: table.name, kind, ...place })
    },
  }
}

type OnDamaged = (table: Table, place: DamagedPlace) => void

/** A client leads to repositories, they to tickets, those to what is known of their findings. */
const stepsMax = 5

/**
 * Rows that lead to others come after those, the first of the chain last: who is cut off in between finds the rest again.
 * @param onDamaged told of each row that cannot be read: whose it is, and what it leads to, nobody knows
 */
export async function* ownedRows(search: Search, onDamaged: OnDamaged): AsyncGenerator<OwnedRow> {
  const found = await followLinks(search)
  const places = placesOf(search.tables)
  for (const place of [...new Set(places.values())].toSorted((a, b) => b - a))
    for (const table of search.tables) {
      const wanted = kindsOf(table, (dataOf) => places.get(dataOf) === place)
      for await (const scanned of rowsOf(search, table, wanted, onDamaged)) {
        const bond = bondOf(scanned.dataOf, scanned.row.value, search.subject, found)
        if (bond !== 'none') yield { ...scanned, table, bond }
      }
    }
}

const followLinks = async (search: Search): Promise<Found> => {
  const found = newFound()
  if (search.subject.kind === 'tenant') return found
  for (let step = 0; step < stepsMax; step += 1) {
    let isNew = false
    for (const table of search.tables)
      for await (const { dataOf, row } of rowsOf(
        search,
        table,
        kindsOf(table, ({ leadsTo }) => leadsTo !== undefined),
      ))
        isNew = follow(dataOf, row.value, search.subject, found) || isNew
    if (!isNew) break
  }
  return found
}

/** How far down the chain each kind of row is: below all that lead to it. What leads nowhere is the end of every chain. */
const placesOf = (tables: readonly Table[]): ReadonlyMap<OwnedData, number> => {
  const all = tables.flatMap(({ kinds }) =>
    Object.values(kinds).flatMap(({ dataOf }): readonly OwnedData[] => ('tenant' in dataOf ? [dataOf] : [])),
  )
  const leading = all.filter(({ leadsTo }) => leadsTo !== undefined)
  const places = new Map<OwnedData, number>(all.map((dataOf) => [dataOf, leading.includes(dataOf) ? 0 : stepsMax]))
  for (let step = 1; step < stepsMax; step += 1)
    for (const below of leading)
      if (leading.some((above) => above !== below && places.get(above) === step - 1 && leads(above, below)))
        places.set(below, step)
  return places
}

const leads = ({ leadsTo = {} }: OwnedData, { through = {} }: OwnedData): boolean =>
  Object.keys(leadsTo).some((name) => name in through)

const kindsOf = ({ kinds }: Table, isWanted: (dataOf: OwnedData) => boolean): readonly string[] =>
  Object.entries(kinds).flatMap(([kind, { dataOf }]) => ('tenant' in dataOf && isWanted(dataOf) ? [kind] : []))

async function* rowsOf(
  { store, subject: { tenantId }, now }: Search,
  table: Table,
  wanted: readonly string[],
  onDamaged: OnDamaged = () => {},
) {
  const damaged = (place: DamagedPlace): void => onDamaged(table, place)
  // Where incidents have it: `tenant:<id>`; those of the platform stand in another partition.
  for await (const scanned of scanRows(store, table, wanted, { tenantId }, now, damaged)) {
    const { dataOf } = scanned.definition
    if ('tenant' in dataOf) yield { ...scanned, dataOf }
  }
}
