import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toEntity, toRow, toRowInPlace } from '../../../shared/store/entity.ts'
import { DamagedRow } from '../../../shared/store/store-error.ts'
import { rowKind } from '../../../shared/store/table.ts'
import { storeFailure } from '../../support/store-failure.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const schema = z.strictObject({
  tenantId: z.string(),
  body: z.string().default(''),
  tags: z.array(z.strictObject({ name: z.string() })).optional(),
})
const named = {
  table: 'notes',
  kind: 'note',
  definition: rowKind({
    schema,
    partition: ['tenantId'],
    key: [],
    keepFor: { days: 1 },
    dataOf: { nobody: 'Of a test' },
  }),
}
const keys = { partitionKey: 't', rowKey: 'note', etag: 'e' }

describe('toEntity', () => {
  it('writes keys, columns and the time when the row ends', () => {
    expect(toEntity(named, { tenantId: 't', body: 'b' }, now).entity).toEqual({
      partitionKey: 't',
      rowKey: 'note',
      tenantId: 't',
      body: 'b',
      keepUntil: '2026-01-02T00:00:00.000Z',
    })
  })

  it('refuses a value that does not fit, naming table, kind and fields but not what they hold', () => {
    const write = () => toEntity(named, { tenantId: 't', body: 5, tags: [{ name: 5 }], secret: 'hunter2' }, now)
    expect(write).toThrow(storeFailure('note in notes'))
    expect(write).toThrow(storeFailure('body, tags.0.name'))
    expect(write).not.toThrow(storeFailure('hunter2'))
  })

  it('refuses more than 1 MiB, naming the largest field but not its content', () => {
    const write = () => toEntity(named, { tenantId: 't', body: 'secret'.repeat(100_000) }, now)
    expect(write).toThrow(expect.objectContaining({ code: 'value-too-large' }))
    expect(write).toThrow(storeFailure('note in notes'))
    expect(write).toThrow('The value of body is too large to store. Shorten it.')
    expect(write).not.toThrow(storeFailure('secret'))
  })

  it('counts text as the service does: 2 bytes a unit', () => {
    expect(() => toEntity(named, { tenantId: 't', body: 'x'.repeat(520_000) }, now)).not.toThrow()
    expect(() => toEntity(named, { tenantId: 't', body: 'x'.repeat(530_000) }, now)).toThrow()
  })

  it('refuses more than 252 columns', () => {
    const fields = Object.fromEntries(Array.from({ length: 253 }, (_, index) => [`f${index}`, z.boolean()]))
    const wide = rowKind({
      schema: z.strictObject(fields),
      partition: () => ['t'],
      key: [],
      keepFor: 'forever',
      dataOf: { nobody: 'Of a test' },
    })
    const value = Object.fromEntries(Object.keys(fields).map((field) => [field, true]))
    expect(() => toEntity({ table: 'notes', kind: 'wide', definition: wide }, value, now)).toThrow(
      storeFailure('253 columns'),
    )
  })
})

describe('toRow', () => {
  it('reads what an older version wrote, filling in defaults', () => {
    expect(toRow(named, { ...keys, tenantId: 't' }, now)).toEqual({ value: { tenantId: 't', body: '' }, etag: 'e' })
  })

  it('carries columns that a newer version wrote, and drops keys that it does not know inside JSON', () => {
    const stored = { ...keys, tenantId: 't', priority: 3, tags__json: '[{"name":"a","color":"red"}]' }
    expect(toRow(named, stored, now)).toEqual({
      value: { tenantId: 't', body: '', tags: [{ name: 'a' }] },
      etag: 'e',
      carried: { priority: { value: 3, type: 'Int32' } },
    })
  })

  it('does not take the columns of the service for fields', () => {
    const stored = {
      ...keys,
      timestamp: 'x',
      'odata.metadata': 'x',
      keepUntil: '2027-01-01T00:00:00.000Z',
      tenantId: 't',
    }
    expect(toRow(named, stored, now)?.carried).toBeUndefined()
  })

  it('names the fields of a row that no longer fits, but not what they hold', () => {
    const read = () => toRow(named, { ...keys, tenantId: 5, tags__json: '[{"name":7}]' }, now)
    expect(read).toThrow(
      storeFailure('A stored row of note in notes no longer fits its schema: tenantId, tags.0.name.'),
    )
  })

  it('reports a damaged JSON column without quoting it', () => {
    const read = () => toRow(named, { ...keys, tenantId: 't', tags__json: '[secret' }, now)
    expect(read).toThrow(storeFailure('damaged'))
    expect(read).not.toThrow(storeFailure('secret'))
  })

  it.each([
    ['in the partition of another tenant', { partitionKey: 'other' }],
    ['under the key of another row', { rowKey: 'note!2' }],
    ['with a value that another row has', { tenantId: 'u' }],
  ])('is strict for who looks for damage, and refuses a row that stands %s', (_, more) => {
    const read = () => toRowInPlace(named, { ...keys, tenantId: 't', ...more }, now)
    expect(read).toThrow(storeFailure('is not where its value belongs'))
    expect(() => read()).toThrow(expect.objectContaining({ cause: expect.any(DamagedRow) as unknown }))
  })

  it('takes a row that has ended for absent', () => {
    const stored = { ...keys, tenantId: 't', keepUntil: new Date(now).toISOString() }
    expect(toRow(named, stored, now)).toBeUndefined()
    expect(toRow(named, stored, now - 1)).toBeDefined()
  })
})
