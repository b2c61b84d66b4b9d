// The timer that deletes what has ended, against Azurite.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { deleteExpired } from '../../../shared/store/retention.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'

const schema = z.strictObject({ tenantId: z.string(), id: z.string(), endsAt: z.iso.datetime().optional() })
/** Each test has tables of its own. */
const newTable = () =>
  table(`t${randomUUID().replaceAll('-', '')}`, {
    item: rowKind({
      schema,
      partition: ['tenantId'],
      key: ['id'],
      keepFor: ({ endsAt }) => (endsAt === undefined ? 'forever' : new Date(endsAt)),
      dataOf: { nobody: 'Of a test' },
    }),
  })

let azurite: TestAzurite
let store: Store

beforeAll(async () => {
  azurite = await startAzurite()
  // A clock that stands before the end of all rows, so that the test can still read them.
  store = createStore(azurite, { now: () => 0 })
})
afterAll(() => azurite.stop())

const now = new Date('2026-06-01T00:00:00Z')
const ended = '2026-05-31T23:59:59.999Z'
const lasting = '2026-06-01T00:00:00.001Z'

const quiet = () => {
  const events: string[] = []
  return { events, log: { info: (event: string) => events.push(event), error: (event: string) => events.push(event) } }
}
const run = (tables: Parameters<typeof deleteExpired>[1], rowsMax = 10_000, log = quiet().log) =>
  deleteExpired(store, tables, { now, rowsMax, log })
const idsIn = async (items: ReturnType<typeof newTable>, tenantId: string): Promise<string[]> => {
  const { rows } = await store.open(items).item.list({ tenantId }, { limit: 1_000 })
  return rows.map(({ value }) => value.id)
}

describe('deleteExpired', () => {
  it('deletes what has ended, in every partition, and nothing else', async () => {
    const items = newTable()
    const { item } = store.open(items)
    for (const tenantId of ['a', 'b']) {
      await item.insert({ tenantId, id: 'ended', endsAt: ended })
      await item.insert({ tenantId, id: 'lasting', endsAt: lasting })
      await item.insert({ tenantId, id: 'forever' })
    }
    await expect(run([items])).resolves.toEqual({ [items.name]: 2 })
    for (const tenantId of ['a', 'b']) await expect(idsIn(items, tenantId)).resolves.toEqual(['forever', 'lasting'])
    await expect(run([items])).resolves.toEqual({ [items.name]: 0 })
  })

  it('deletes more than fit into one page and one transaction, up to the bound', async () => {
    const items = newTable()
    const { item, transaction } = store.open(items)
    const value = (id: number) => ({ tenantId: 'a', id: String(id), endsAt: ended })
    for (let start = 0; start < 1_250; start += 50)
      await transaction(Array.from({ length: 50 }, (_, index) => item.toInsert(value(start + index))))
    await expect(run([items], 1_120)).resolves.toEqual({ [items.name]: 1_120 })
    await expect(run([items])).resolves.toEqual({ [items.name]: 130 })
  })

  it('shares its bound among the tables', async () => {
    const [first, second] = [newTable(), newTable()]
    for (const items of [first, second])
      for (const id of ['1', '2', '3']) await store.open(items).item.insert({ tenantId: 'a', id, endsAt: ended })
    await expect(run([first, second], 4)).resolves.toEqual({ [first.name]: 3, [second.name]: 1 })
  })

  it('leaves a row alone that was renewed after it was found', async () => {
    const items = newTable()
    const { item } = store.open(items)
    for (const id of ['1', '2', '3']) await item.insert({ tenantId: 'a', id, endsAt: ended })
    const connection = store.connection(items.name)
    const renewing: Store = {
      ...store,
      connection: () => ({
        run: async (what, call) => {
          const outcome = await connection.run(what, call)
          if (what.startsWith('find')) await item.upsert({ tenantId: 'a', id: '2', endsAt: lasting })
          return outcome
        },
      }),
    }
    const deleted = await deleteExpired(renewing, [items], { now, rowsMax: 100, log: quiet().log })
    expect(deleted).toEqual({ [items.name]: 2 })
    await expect(idsIn(items, 'a')).resolves.toEqual(['2'])
  })

  it('goes on with other tables when one fails, and says so at the end', async () => {
    const [broken, working] = [newTable(), newTable()]
    await store.open(working).item.insert({ tenantId: 'a', id: '1', endsAt: ended })
    const failing: Store = {
      ...store,
      connection: (name) =>
        name === broken.name ? { run: () => Promise.reject(new Error('broken')) } : store.connection(name),
    }
    const { events, log } = quiet()
    await expect(deleteExpired(failing, [broken, working], { now, rowsMax: 100, log })).rejects.toMatchObject({
      code: 'storage-unavailable',
      cause: { errors: [{ message: 'broken' }] },
    })
    expect(events).toEqual(['store.retention.failed', 'store.retention.completed'])
    await expect(idsIn(working, 'a')).resolves.toEqual([])
  })
})
