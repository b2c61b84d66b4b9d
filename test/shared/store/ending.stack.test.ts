// Rows that will soon end are found whatever their number.
import { randomUUID } from 'node:crypto'
import { expect, inject, it } from 'vitest'
import * as z from 'zod'
import { endingRows } from '../../../shared/store/ending.ts'
import { createStore } from '../../../shared/store/store.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

const { settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const dayMs = 86_400_000

const shortLived = table(`testEnding${randomUUID().slice(0, 8)}`, {
  thing: rowKind({
    schema: z.strictObject({ tenantId: z.string(), id: z.string() }),
    partition: ['tenantId'],
    key: ['id'],
    keepFor: { days: 10 },
    dataOf: { nobody: 'Of a test' },
  }),
})

it('finds all rows that end before a time, page by page, and no more than it is told to', async () => {
  const rows = store.open(shortLived)
  const ids = Array.from({ length: 130 }, (_, index) => `thing-${String(index).padStart(3, '0')}`)
  for (let from = 0; from < ids.length; from += 50)
    await rows.transaction(ids.slice(from, from + 50).map((id) => rows.thing.toInsert({ tenantId: 't1', id })))
  const found = async (beforeDays: number, rowsMax = 1_000): Promise<string[]> => {
    const now = new Date()
    const before = new Date(now.getTime() + beforeDays * dayMs)
    const seen: string[] = []
    for await (const page of endingRows(store, shortLived, { now, before, rowsMax }))
      seen.push(...page.map(({ row }) => (row.value as { id: string }).id))
    return seen
  }
  expect((await found(11)).toSorted()).toEqual(ids)
  expect(await found(9)).toEqual([])
  expect(await found(11, 50)).toHaveLength(100)
})
