// What is kept of an organization, a client or a person, as JSON Lines: one for each row, and a last one that says what was left out.
import { type Search, createDamageCount, ownedRows } from './owned-rows.ts'
import { withoutOthers } from './subject.ts'

/** Hashes and sealed values are left out: they open nothing for whom they are about, and something for others. */
export async function* exportedLines(search: Search): AsyncGenerator<string> {
  const { subject, now } = search
  yield lineOf({ export: subject, at: now.toISOString() })
  const damage = createDamageCount()
  let rows = 0
  for await (const { table, kind, row, dataOf, bond } of ownedRows(search, damage.onDamaged)) {
    if (bond === 'remade') continue
    rows += 1
    const shownRow =
      bond === 'named' && subject.kind === 'person' ? withoutOthers(dataOf, row.value, subject.id) : row.value
    const value = (dataOf.secret ?? []).reduce<object>((shown, path) => withoutMember(shown, path), shownRow)
    yield lineOf({ table: table.name, kind, row: value })
  }
  const isWhole = Object.keys(damage.counts).length === 0
  yield lineOf({ end: true, rows, ...(!isWhole && { damaged: damage.counts }) })
}

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`

const withoutMember = (value: object, name: string): object =>
  Object.fromEntries(Object.entries(value).filter(([member]) => member !== name))
