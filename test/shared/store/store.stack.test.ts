// The store against Azurite: what is written comes back, conditions hold, pages are exact, transactions are all or nothing.
import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../../shared/errors.ts'
import { newestFirst } from '../../../shared/store/key.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { storeFailure } from '../../support/store-failure.ts'

const Note = z.strictObject({
  tenantId: z.string(),
  id: z.string(),
  createdAt: z.iso.datetime(),
  text: z.string().optional(),
  any: z.json().optional(),
})

const noteTable = table('notes', {
  note: rowKind({
    schema: Note,
    partition: ['tenantId'],
    key: ({ createdAt, id }) => [newestFirst(createdAt), id],
    keepFor: 'forever',
    dataOf: { nobody: 'Of a test' },
  }),
  noteLink: rowKind({
    schema: z.strictObject({ tenantId: z.string(), id: z.string(), count: z.number() }),
    partition: ['tenantId'],
    key: ['id'],
    keepFor: { days: 1 },
    dataOf: { nobody: 'Of a test' },
  }),
  file: rowKind({
    schema: z.strictObject({ tenantId: z.string(), folder: z.string(), name: z.string() }),
    partition: ['tenantId'],
    key: ['folder', 'name'],
    keepFor: 'forever',
    dataOf: { nobody: 'Of a test' },
  }),
})

let azurite: TestAzurite
let store: Store
let clock = 0

beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore(azurite, { now: () => Date.now() + clock })
})
afterAll(() => azurite.stop())

const open = () => store.open(noteTable)
const newTenant = (): string => `tenant/${randomUUID()}`
const note = (tenantId: string, id: string, more: Partial<z.input<typeof Note>> = {}) => ({
  tenantId,
  id,
  createdAt: '2026-01-01T00:00:00Z',
  ...more,
})
const after = async <T>(ms: number, work: () => Promise<T>): Promise<T> => {
  clock = ms
  try {
    return await work()
  } finally {
    clock = 0
  }
}

describe('a row', () => {
  it('is undefined before it is written, also in a table that does not exist yet', async () => {
    const other = table(`t${randomUUID().replaceAll('-', '')}`, noteTable.kinds)
    await expect(store.open(other).noteLink.get({ tenantId: 't', id: '1' })).resolves.toBeUndefined()
    await expect(store.open(other).noteLink.list({ tenantId: 't' }, { limit: 5 })).resolves.toEqual({ rows: [] })
  })

  it('comes back exactly as it was written, under any id and with any content', async () => {
    const tenantId = newTenant()
    const text = fc.string({ unit: fc.oneof(fc.nat(0xffff), fc.nat(0x7f)).map((unit) => String.fromCharCode(unit)) })
    const json = fc.jsonValue().map((value) => z.json().parse(JSON.parse(JSON.stringify(value))))
    await fc.assert(
      fc.asyncProperty(text, text, fc.oneof(json, text), async (id, content, any) => {
        const value = note(tenantId, id, { text: content, any })
        const row = await open().note.upsert(value)
        expect(row.value).toEqual(value)
        await expect(open().note.get(value)).resolves.toEqual(row)
      }),
      { numRuns: 150 },
    )
  })

  it('comes back exactly through a transaction as well', async () => {
    const tenantId = newTenant()
    const text = fc.string({ unit: fc.oneof(fc.nat(0xffff), fc.nat(0x7f)).map((unit) => String.fromCharCode(unit)) })
    const nasty = fc.constantFrom(
      '\r\n--changeset_1--\r\n',
      '{"RowKey":"x"}',
      'DELETE /x HTTP/1.1\r\nIf-Match: *',
      '}{',
      // Ends of lines to some readers, none to others.
      'a\u2028b\u2029c\u0085d\ve\ff',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(text, nasty), { minLength: 1, maxLength: 5 }), async (texts) => {
        const values = texts.map((content, index) => note(tenantId, `id-${index}`, { text: content, any: [content] }))
        const rows = await open().transaction(values.map(open().note.toUpsert))
        const read = await Promise.all(values.map(open().note.get))
        expect(read).toEqual(rows)
        expect(read.map((row) => row?.value)).toEqual(values)
      }),
      { numRuns: 40 },
    )
  })

  it('takes text and JSON of more than 64 KiB', async () => {
    const text = 'a😀'.repeat(60_000)
    const value = note(newTenant(), '1', { text, any: [text.slice(0, 50_000)] })
    await open().note.insert(value)
    expect((await open().note.get(value))?.value).toEqual(value)
  })

  it('takes doubles, large integers and null exactly', async () => {
    for (const any of [0.1, 5e-324, 1.7976931348623157e308, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, 1e21, null, '', true]) {
      const value = note(newTenant(), '1', { any })
      await open().note.insert(value)
      expect((await open().note.get(value))?.value).toEqual(value)
    }
  })

  it('is inserted once', async () => {
    const value = note(newTenant(), '1')
    await open().note.insert(value)
    await expect(open().note.insert(value)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is updated only as it was read', async () => {
    const value = note(newTenant(), '1', { text: 'first' })
    const first = await open().note.insert(value)
    const second = await open().note.update(first, { ...value, text: 'second' })
    await expect(open().note.update(first, { ...value, text: 'stale' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(open().note.get(value)).resolves.toEqual(second)
    await open().note.delete(second)
    await expect(open().note.update(second, value)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('loses a field that an update leaves out', async () => {
    const { text, ...rest } = note(newTenant(), '1', { text: 'x'.repeat(40_000) })
    const row = await open().note.insert({ ...rest, text })
    await open().note.update(row, rest)
    expect((await open().note.get(rest))?.value).toEqual(rest)
  })

  it('cannot get another key by an update', async () => {
    const value = note(newTenant(), '1')
    const row = await open().note.insert(value)
    await expect(open().note.update(row, { ...value, id: '2' })).rejects.toThrow(storeFailure('cannot change the key'))
    await expect(open().note.modify(value, (current) => ({ ...value, ...current, id: '2' }))).rejects.toThrow(
      storeFailure('key'),
    )
  })

  it('is deleted as it was read, or by key whatever is there, or when it is gone already', async () => {
    const value = note(newTenant(), '1')
    const first = await open().note.insert(value)
    await open().note.update(first, value)
    await expect(open().note.delete(first)).rejects.toMatchObject({ code: 'conflict' })
    await open().note.delete(value)
    await expect(open().note.get(value)).resolves.toBeUndefined()
    await open().note.delete(value)
    await open().note.delete(first)
  })

  it('is not seen under another tenant', async () => {
    const value = note(newTenant(), '1')
    await open().note.insert(value)
    await expect(open().note.get({ ...value, tenantId: newTenant() })).resolves.toBeUndefined()
  })

  it('that does not fit its schema is not sent', async () => {
    const value = { ...note(newTenant(), '1'), createdAt: 'today' }
    expect(() => open().note.toInsert(value)).toThrow(storeFailure('createdAt'))
    await expect(open().note.insert(value)).rejects.toThrow(storeFailure('createdAt'))
  })

  it('keeps the columns that newer code wrote when older code changes it', async () => {
    const newer = table('notes', {
      noteLink: rowKind({
        schema: noteTable.kinds.noteLink.schema.extend({ size: z.number(), labels: z.array(z.string()) }),
        partition: ['tenantId'],
        key: ['id'],
        keepFor: 'forever',
        dataOf: { nobody: 'Of a test' },
      }),
    })
    const key = { tenantId: newTenant(), id: '1' }
    await store.open(newer).noteLink.insert({ ...key, count: 1, size: 2 ** 40, labels: ['a'] })
    const row = await open().noteLink.modify(key, (current) => ({ ...key, count: (current?.count ?? 0) + 1 }))
    expect(row.value).toEqual({ ...key, count: 2 })
    await open().noteLink.update(row, { ...key, count: 3 })
    expect((await store.open(newer).noteLink.get(key))?.value).toEqual({
      ...key,
      count: 3,
      size: 2 ** 40,
      labels: ['a'],
    })
  })
})

describe('modify', () => {
  it('loses no change of twelve that come at the same time', async () => {
    const key = { tenantId: newTenant(), id: '1' }
    const add = () => open().noteLink.modify(key, (current) => ({ ...key, count: (current?.count ?? 0) + 1 }))
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, add))
    const done = outcomes.filter(({ status }) => status === 'fulfilled').length
    expect(done).toBeGreaterThan(0)
    expect((await open().noteLink.get(key))?.value.count).toBe(done)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'conflict' })
  })

  it('writes nothing when the row is to stay as it is', async () => {
    const key = { tenantId: newTenant(), id: '1' }
    const row = await open().noteLink.insert({ ...key, count: 1 })
    const kept = await open().noteLink.modify(key, (current) => current ?? { ...key, count: 0 })
    expect(kept).toEqual(row)
  })

  it('passes on a conflict that the change itself answers, at once', async () => {
    const key = { tenantId: newTenant(), id: '1' }
    let tries = 0
    const refused = open().noteLink.modify(key, () => {
      tries += 1
      throw new AppError('conflict', 'It is closed.')
    })
    await expect(refused).rejects.toThrow('It is closed.')
    expect(tries).toBe(1)
  })

  it('gives up with a conflict when others are faster every time', async () => {
    const key = { tenantId: newTenant(), id: '1' }
    let tries = 0
    const outrun = open().noteLink.modify(key, async () => {
      await open().noteLink.upsert({ ...key, count: (tries += 1) })
      return { ...key, count: 0 }
    })
    await expect(outrun).rejects.toMatchObject({ code: 'conflict' })
    expect(tries).toBe(20)
  })
})

describe('a row that has ended', () => {
  // Whether they really meet is chance: several times, so that it is no matter of luck.
  it.each([1, 2, 3, 4])('is taken over by one of many that insert at once (%d)', async () => {
    const tenantId = newTenant()
    const rows = open().noteLink
    await rows.insert({ tenantId, id: 'one', count: 0 })
    await after(25 * 3_600_000, async () => {
      const inserts = Array.from({ length: 40 }, (_, count) => rows.insert({ tenantId, id: 'one', count: count + 1 }))
      const outcomes = await Promise.allSettled(inserts)
      const winners = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.value] : []))
      expect(winners).toHaveLength(1)
      expect((await rows.get({ tenantId, id: 'one' }))?.value).toEqual(winners[0])
    })
  })

  const twoDays = 2 * 86_400_000

  it('reads as absent and is not listed', async () => {
    const key = { tenantId: newTenant(), id: '1' }
    await open().noteLink.insert({ ...key, count: 1 })
    await after(twoDays, async () => {
      await expect(open().noteLink.get(key)).resolves.toBeUndefined()
      await expect(open().noteLink.list(key, { limit: 10 })).resolves.toEqual({ rows: [] })
    })
  })

  it('makes room for a new one, inserted alone, by modify or in a transaction', async () => {
    const tenantId = newTenant()
    const values = ['1', '2', '3', '4'].map((id) => ({ tenantId, id, count: 1 }))
    await open().transaction(values.map(open().noteLink.toInsert))
    await after(twoDays, async () => {
      const [alone, modified, ...together] = ['1', '2', '3', '4'].map((id) => ({ tenantId, id, count: 2 }))
      if (alone && modified) {
        await open().noteLink.insert(alone)
        const row = await open().noteLink.modify(modified, (current) => ({ ...modified, count: current ? 0 : 2 }))
        expect(row.value.count).toBe(2)
      }
      await open().transaction(together.map(open().noteLink.toInsert))
      const { rows } = await open().noteLink.list({ tenantId }, { limit: 10 })
      expect(rows.map(({ value }) => value.count)).toEqual([2, 2, 2, 2])
      await expect(open().transaction(together.map(open().noteLink.toInsert))).rejects.toMatchObject({
        code: 'conflict',
      })
    })
  })
})

describe('list', () => {
  const pages = async (tenantId: string, limit: number): Promise<string[][]> => {
    const result: string[][] = []
    let cursor: string | undefined
    do {
      const page = await open().note.list({ tenantId }, { limit, cursor })
      result.push(page.rows.map(({ value }) => value.id))
      cursor = page.nextCursor
    } while (cursor !== undefined && result.length < 20)
    return result
  }

  it('gives newest first, page by page, without gap, repetition or empty last page', async () => {
    const tenantId = newTenant()
    const values = Array.from({ length: 7 }, (_, index) =>
      note(tenantId, String(index), { createdAt: `2026-01-0${index + 1}T00:00:00Z` }),
    )
    await open().transaction(values.map(open().note.toInsert))
    await expect(pages(tenantId, 3)).resolves.toEqual([['6', '5', '4'], ['3', '2', '1'], ['0']])
    await expect(pages(tenantId, 7)).resolves.toEqual([['6', '5', '4', '3', '2', '1', '0']])
    await expect(pages(tenantId, 1)).resolves.toHaveLength(7)
  })

  it('goes on where it was when rows come and go in between', async () => {
    const tenantId = newTenant()
    const at = (day: number) => note(tenantId, String(day), { createdAt: `2026-01-0${day}T00:00:00Z` })
    await open().transaction([1, 3, 5].map((day) => open().note.toInsert(at(day))))
    const first = await open().note.list({ tenantId }, { limit: 2 })
    await open().note.insert(at(6))
    await open().note.insert(at(2))
    await open().note.delete(at(3))
    const second = await open().note.list({ tenantId }, { limit: 2, cursor: first.nextCursor })
    expect(second.rows.map(({ value }) => value.id)).toEqual(['2', '1'])
  })

  it('gives only rows of its own kind and tenant', async () => {
    const [tenantId, other] = [newTenant(), newTenant()]
    await open().note.insert(note(tenantId, 'mine'))
    await open().noteLink.insert({ tenantId, id: 'link', count: 1 })
    await open().note.insert(note(other, 'theirs'))
    await expect(pages(tenantId, 10)).resolves.toEqual([['mine']])
  })

  it('gives the rows from one position to another', async () => {
    const tenantId = newTenant()
    const files = ['a/1', 'a/2', 'ab/1', 'b/1', '/1'].map((path) => {
      const [folder = '', name = ''] = path.split('/')
      return { tenantId, folder, name }
    })
    await open().transaction(files.map(open().file.toInsert))
    const names = async (range: { from?: string[]; to?: string[] }) =>
      (await open().file.list({ tenantId }, { limit: 10, ...range })).rows.map(
        (r) => `${r.value.folder}/${r.value.name}`,
      )
    await expect(names({ from: ['a'], to: ['a'] })).resolves.toEqual(['a/1', 'a/2'])
    await expect(names({ from: ['a', '2'], to: ['b'] })).resolves.toEqual(['a/2', 'ab/1', 'b/1'])
    await expect(names({ from: [''], to: [''] })).resolves.toEqual(['/1'])
    await expect(names({ from: ['b'] })).resolves.toEqual(['b/1'])
    await expect(names({ to: ['a'] })).resolves.toEqual(['/1', 'a/1', 'a/2'])
  })

  it('gives up to 1,000 rows at once and says that there are more', async () => {
    const tenantId = newTenant()
    const values = Array.from({ length: 1_001 }, (_, index) => ({ tenantId, folder: 'f', name: String(index) }))
    for (let start = 0; start < values.length; start += 100)
      await open().transaction(values.slice(start, start + 100).map(open().file.toInsert))
    const first = await open().file.list({ tenantId }, { limit: 1_000 })
    expect(first.rows).toHaveLength(1_000)
    const second = await open().file.list({ tenantId }, { limit: 1_000, cursor: first.nextCursor })
    expect(second.rows).toHaveLength(1)
    expect(second.nextCursor).toBeUndefined()
  })

  it('passes over rows that have ended and still fills the page', async () => {
    const tenantId = newTenant()
    const link = (id: string) => open().noteLink.toInsert({ tenantId, id, count: 1 })
    await open().transaction(['1', '3', '5'].map(link))
    await after(86_000_000, () => open().transaction(['2', '4', '6'].map(link)))
    await after(90_000_000, async () => {
      const page = await open().noteLink.list({ tenantId }, { limit: 2 })
      expect(page.rows.map(({ value }) => value.id)).toEqual(['2', '4'])
      const next = await open().noteLink.list({ tenantId }, { limit: 2, cursor: page.nextCursor })
      expect(next).toMatchObject({ rows: [{ value: { id: '6' } }] })
      expect(next.nextCursor).toBeUndefined()
    })
  })

  it('gives a cursor rather than reading on and on through rows that have ended', async () => {
    const tenantId = newTenant()
    const link = (index: number) => ({ tenantId, id: String(index).padStart(2, '0'), count: 1 })
    await open().transaction(Array.from({ length: 45 }, (_, index) => open().noteLink.toInsert(link(index))))
    await after(2 * 86_400_000, async () => {
      await open().noteLink.insert(link(45))
      const first = await open().noteLink.list({ tenantId }, { limit: 1 })
      expect(first).toEqual({ rows: [], nextCursor: expect.any(String) as string })
      const second = await open().noteLink.list({ tenantId }, { limit: 1, cursor: first.nextCursor })
      expect(second.rows.map(({ value }) => value.id)).toEqual(['45'])
    })
  })

  it('refuses a cursor of another list and a limit out of bounds', async () => {
    const tenantId = newTenant()
    await open().transaction(['1', '2'].map((id) => open().note.toInsert(note(tenantId, id))))
    const { nextCursor } = await open().note.list({ tenantId }, { limit: 1 })
    const list = open().noteLink.list({ tenantId }, { limit: 1, cursor: nextCursor })
    await expect(list).rejects.toMatchObject({ code: 'validation-failed' })
    for (const limit of [0, 1_001, 1.5])
      await expect(open().note.list({ tenantId }, { limit })).rejects.toThrow(storeFailure('1 to 1000 rows'))
  })
})

describe('a transaction', () => {
  it('writes all kinds at once and returns the rows as they now are', async () => {
    const tenantId = newTenant()
    const [kept, gone] = [
      await open().noteLink.insert({ tenantId, id: 'kept', count: 1 }),
      await open().noteLink.insert({ tenantId, id: 'gone', count: 1 }),
    ]
    const rows = await open().transaction([
      open().noteLink.toUpdate(kept, { ...kept.value, count: 2 }),
      open().noteLink.toDelete(gone),
      open().note.toInsert(note(tenantId, 'new')),
      open().file.toUpsert({ tenantId, folder: 'f', name: 'n' }),
      open().noteLink.toDelete(await open().noteLink.insert({ tenantId, id: 'by key', count: 1 })),
    ])
    expect(rows[0]).toEqual(await open().noteLink.get(kept.value))
    expect(rows[1]).toBeUndefined()
    expect(rows[2]).toEqual(await open().note.get(note(tenantId, 'new')))
    await expect(open().noteLink.list({ tenantId }, { limit: 5 })).resolves.toMatchObject({ rows: [rows[0]] })
  })

  it.each(['update', 'delete', 'insert', 'missing'] as const)(
    'writes nothing when the %s in it fails',
    async (what) => {
      const tenantId = newTenant()
      const stale = await open().noteLink.insert({ tenantId, id: 'stale', count: 1 })
      await open().noteLink.update(stale, { ...stale.value, count: 2 })
      const failing = {
        update: open().noteLink.toUpdate(stale, stale.value),
        delete: open().noteLink.toDelete(stale),
        insert: open().noteLink.toInsert(stale.value),
        missing: open().noteLink.toDelete({ tenantId, id: 'never there' }),
      }
      const first = note(tenantId, 'first')
      const transaction = open().transaction([open().note.toInsert(first), failing[what]])
      await expect(transaction).rejects.toMatchObject({
        code: 'conflict',
        cause: { message: expect.stringContaining('operation 1 (') as string },
      })
      await expect(open().note.get(first)).resolves.toBeUndefined()
      expect((await open().noteLink.get(stale.value))?.value.count).toBe(2)
    },
  )

  it('is refused before it is sent when it cannot be one', async () => {
    const tenantId = newTenant()
    const many = Array.from({ length: 101 }, (_, index) => open().note.toInsert(note(tenantId, String(index))))
    await expect(open().transaction(many)).rejects.toThrow(storeFailure('101 operations'))
    const elsewhere = open().note.toInsert(note(newTenant(), '1'))
    await expect(open().transaction([...many.slice(0, 1), elsewhere])).rejects.toThrow(
      storeFailure('Operation 1 (note) of a transaction in notes is in a different partition'),
    )
    await expect(open().transaction([...many.slice(0, 1), ...many.slice(0, 1)])).rejects.toThrow(
      storeFailure('earlier operation'),
    )
    const foreign = store.open(table('others', noteTable.kinds)).note.toInsert(note(tenantId, 'x'))
    await expect(open().transaction([...many.slice(0, 1), foreign])).rejects.toThrow(
      storeFailure('belongs to the table others'),
    )
    const large = ['a', 'b', 'c', 'd', 'e'].map((id) =>
      open().note.toInsert(note(tenantId, id, { text: 'é'.repeat(500_000) })),
    )
    await expect(open().transaction(large)).rejects.toMatchObject({ code: 'value-too-large' })
    await expect(open().note.list({ tenantId }, { limit: 5 })).resolves.toEqual({ rows: [] })
  })

  it('takes 100 operations, and none at all', async () => {
    const tenantId = newTenant()
    const many = Array.from({ length: 100 }, (_, index) => open().note.toInsert(note(tenantId, String(index))))
    await expect(open().transaction(many)).resolves.toHaveLength(100)
    await expect(open().transaction([])).resolves.toEqual([])
  })
})

describe('a table', () => {
  it('that is lost while the process runs is made again', async () => {
    const name = `t${randomUUID().replaceAll('-', '')}`
    const links = store.open(table(name, noteTable.kinds)).noteLink
    const value = { tenantId: 't', id: '1', count: 1 }
    await links.insert(value)
    const { TableClient } = await import('@azure/data-tables')
    await TableClient.fromConnectionString(azurite.connectionString, name, {
      allowInsecureConnection: true,
    }).deleteTable()
    await expect(links.get(value)).resolves.toBeUndefined()
    await links.insert(value)
    await expect(links.get(value)).resolves.toMatchObject({ value })
  })

  it('is made once by many calls at the same time', async () => {
    const links = store.open(table(`t${randomUUID().replaceAll('-', '')}`, noteTable.kinds)).noteLink
    const insert = (_: unknown, index: number) => links.insert({ tenantId: 't', id: String(index), count: 1 })
    await Promise.all(Array.from({ length: 10 }, insert))
    expect((await links.list({ tenantId: 't' }, { limit: 20 })).rows).toHaveLength(10)
  })
})
