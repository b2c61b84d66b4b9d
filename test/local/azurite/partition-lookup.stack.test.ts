// Azurite, led to the partition that is asked for, answers as it does when it goes through the whole table.
import { TableClient } from '@azure/data-tables'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'

let azurite: TestAzurite
let rows: TableClient

// Texts that a library which takes texts for numbers would confuse or sort in another way.
const partitions = ['1', '01', '1.0', '10', '9', 'a', 'A', 'true', 'null']
const rowKeys = ['0', '00', '1', '1e1', '10', '9', 'a', 'B', 'ä', '~']

beforeAll(async () => {
  azurite = await startAzurite()
  rows = TableClient.fromConnectionString(azurite.connectionString, 'rows', { allowInsecureConnection: true })
  await rows.createTable()
  for (const partitionKey of partitions)
    await rows.submitTransaction(
      rowKeys.map((rowKey) => ['create', { partitionKey, rowKey, text: `${partitionKey} ${rowKey}` }]),
    )
})
afterAll(() => azurite?.stop())

type Condition = { readonly operator: 'eq' | 'gt' | 'ge' | 'lt' | 'le'; readonly value: string }

const matches = (rowKey: string, { operator, value }: Condition): boolean =>
  ({ eq: rowKey === value, gt: rowKey > value, ge: rowKey >= value, lt: rowKey < value, le: rowKey <= value })[operator]

const textsOf = async (filter: string, maxPageSize: number): Promise<unknown[]> => {
  const texts: unknown[] = []
  for await (const page of rows.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize }))
    texts.push(...page.map(({ text }) => text))
  return texts
}

describe('a query in one partition', () => {
  it('gives the rows that meet every condition, in their order, page by page', async () => {
    const condition = fc.record<Condition>({
      operator: fc.constantFrom('eq', 'gt', 'ge', 'lt', 'le'),
      value: fc.constantFrom(...rowKeys, '5', 'b'),
    })
    const partition = fc.constantFrom(...partitions, 'none')
    await fc.assert(
      fc.asyncProperty(partition, fc.array(condition, { maxLength: 3 }), async (partitionKey, conditions) => {
        const filter = [
          `PartitionKey eq '${partitionKey}'`,
          ...conditions.map(({ operator, value }) => `RowKey ${operator} '${value}'`),
        ].join(' and ')
        const expected = partitions.includes(partitionKey)
          ? rowKeys.filter((rowKey) => conditions.every((one) => matches(rowKey, one))).toSorted()
          : []
        expect(await textsOf(filter, 3)).toEqual(expected.map((rowKey) => `${partitionKey} ${rowKey}`))
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    [`PartitionKey eq '1' and RowKey eq '1' or PartitionKey eq 'a' and RowKey eq 'a'`, ['1 1', 'a a']],
    [`PartitionKey eq '1' or RowKey eq '~'`, rowKeys.length + partitions.length - 1],
    [`PartitionKey eq 'a' and text eq 'a B'`, ['a B']],
    [`(PartitionKey eq 'a') and not (RowKey lt '~')`, ['a ~', 'a ä']],
    [`PartitionKey eq '1' and PartitionKey eq '9'`, []],
    [`RowKey eq '1e1'`, partitions.length],
  ])('leaves other filters as they are: %s', async (filter, expected) => {
    const texts = await textsOf(filter, 100)
    if (typeof expected === 'number') expect(texts).toHaveLength(expected)
    else expect(new Set(texts)).toEqual(new Set(expected))
  })
})

describe('a point read', () => {
  it('finds each row, and none that there is not', async () => {
    for (const partitionKey of partitions)
      for (const rowKey of rowKeys)
        expect(await rows.getEntity(partitionKey, rowKey)).toMatchObject({ text: `${partitionKey} ${rowKey}` })
    await expect(rows.getEntity('1', '1.0')).rejects.toMatchObject({ statusCode: 404 })
    await expect(rows.getEntity('none', '1')).rejects.toMatchObject({ statusCode: 404 })
  })
})
