import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import type { OpenTable } from '../../../shared/store/store.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

const schema = z.strictObject({ tenantId: z.string(), id: z.string(), size: z.number() })
const kind = rowKind({
  schema,
  partition: ['tenantId'],
  key: ({ id }) => [`id-${id}`],
  keepFor: 'forever',
  dataOf: { nobody: 'Of a test' },
})

describe('table', () => {
  it.each(['ab', '1tickets', 'open-tickets', 'x'.repeat(64), 'Tables'])('refuses the name %s', (name) => {
    expect(() => table(name, { kind })).toThrow(`"${name}" cannot name a table`)
  })

  it.each(['', 'a-b', '1a', 'transaction', 'x'.repeat(41)])('refuses a kind named "%s"', (name) => {
    expect(() => table('tickets', { [name]: kind })).toThrow('cannot name a kind of row in tickets')
  })
})

describe('rowKind', () => {
  it.each(['keepUntil', 'etag', 'partitionKey', 'a__b', 'a-b', '_a'])('refuses a field named %s', (field) => {
    const fields = z.strictObject({ [field]: z.string() })
    expect(() =>
      rowKind({ schema: fields, partition: () => ['x'], key: [], keepFor: 'forever', dataOf: { nobody: 'Of a test' } }),
    ).toThrow(field)
  })

  it('refuses a schema that lets any field pass', () => {
    const loose = z.looseObject({ tenantId: z.string() })
    expect(() =>
      rowKind({ schema: loose, partition: ['tenantId'], key: [], keepFor: 'forever', dataOf: { nobody: 'Of a test' } }),
    ).toThrow('strictObject')
  })

  it('makes keys of fields and of functions', () => {
    expect(kind.partitionParts({ tenantId: 't' })).toEqual(['t'])
    expect(kind.keyParts({ tenantId: 't', id: '1' })).toEqual(['id-1'])
  })

  it('names the field that a key lacks instead of making a wrong key', () => {
    expect(() => kind.partitionParts({})).toThrow('tenantId is missing')
    expect(() => kind.keyParts({ tenantId: 't' })).toThrow('id is missing')
  })

  it('refuses a part that is not text', () => {
    const sized = rowKind({
      schema,
      partition: ['tenantId'],
      key: ['size'],
      keepFor: 'forever',
      dataOf: { nobody: 'Of a test' },
    })
    expect(() => sized.keyParts({ size: 5 })).toThrow('not text')
  })

  it('says when a row ends', () => {
    const now = Date.parse('2026-01-01T00:00:00Z')
    const keeping = (keepFor: Parameters<typeof rowKind<typeof schema, [], []>>[0]['keepFor']) =>
      rowKind({ schema, partition: ['tenantId'], key: [], keepFor, dataOf: { nobody: 'Of a test' } }).keepUntil(
        { size: 1 },
        now,
      )
    expect(keeping({ days: 2 })).toBe(now + 2 * 86_400_000)
    expect(keeping('forever')).toBeUndefined()
    expect(keeping(({ size }) => new Date(now + size))).toBe(now + 1)
    expect(() => keeping(() => new Date('never'))).toThrow('invalid time')
  })
})

describe('the types of an open table', () => {
  const notes = table('notes', {
    note: rowKind({
      schema: schema.extend({ text: z.string().default('') }),
      partition: ['tenantId'],
      key: ['id'],
      keepFor: 'forever',
      dataOf: { nobody: 'Of a test' },
    }),
    dated: kind,
  })
  type Notes = OpenTable<(typeof notes)['kinds']>
  type Input<Method extends (...args: never[]) => unknown> = Parameters<Method>[0]

  it('ask for the fields that the key names, and take those of a function as they come', () => {
    expectTypeOf<Input<Notes['note']['get']>>().toEqualTypeOf<{ tenantId: string } & { id: string }>()
    expectTypeOf<Input<Notes['note']['list']>>().toEqualTypeOf<{ tenantId: string }>()
    expectTypeOf<{ tenantId: string }>().toExtend<Input<Notes['dated']['get']>>()
    expectTypeOf<{ id: string }>().not.toExtend<Input<Notes['dated']['get']>>()
  })

  it('let a default be left out in what is written, but not in what is read', () => {
    expectTypeOf<{ tenantId: string; id: string; size: number }>().toExtend<Input<Notes['note']['insert']>>()
    expectTypeOf<Awaited<ReturnType<Notes['note']['insert']>>['value']['text']>().toEqualTypeOf<string>()
  })
})
