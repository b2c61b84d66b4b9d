// The table of a task hub: texts of any length in it, and whole partitions out of it.
import { randomUUID } from 'node:crypto'
import { TableClient } from '@azure/data-tables'
import { instanceTexts, partitionKeyOf, type Row, textOf } from './instance-rows.ts'
import { isLong, type KeptText, packText, payloadRowKey, rowsOfRef, unpackText } from './kept-text.ts'

export type Table = { readonly client: TableClient }
export type Partition = ReadonlyMap<string, Row>

/** Only a storage account on this machine is spoken to without TLS: an emulator. */
const isPlainHttp = (connectionString: string): boolean =>
  /(^|;)\s*UseDevelopmentStorage=true/i.test(connectionString) || /TableEndpoint=http:/i.test(connectionString)

/** Makes the table when it is not there. */
export const openTable = async (connectionString: string, name: string): Promise<Table> => {
  const client = TableClient.fromConnectionString(connectionString, name, {
    allowInsecureConnection: isPlainHttp(connectionString),
    retryOptions: { maxRetries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 },
  })
  await client.createTable()
  return { client }
}

export const statusOf = (error: unknown): number | undefined => {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined
  return typeof status === 'number' ? status : undefined
}

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

export const queryRows = async ({ client }: Table, filter: string, select?: readonly string[]): Promise<Row[]> => {
  const rows: Row[] = []
  const queryOptions = { filter, ...(select && { select: [...select] }) }
  for await (const row of client.listEntities({ queryOptions })) rows.push(row as Row)
  return rows
}

export const queryInstance = (table: Table, instanceId: string, select?: readonly string[]): Promise<Row[]> =>
  queryRows(table, `PartitionKey eq ${quoted(partitionKeyOf(instanceId))}`, select)

export const readRow = async ({ client }: Table, partitionKey: string, rowKey: string): Promise<Row | undefined> => {
  try {
    return (await client.getEntity(partitionKey, rowKey)) as Row
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** Writes a long text into rows of its own; they count as soon as a row names them. */
export const keepText = async ({ client }: Table, instanceId: string, text: string): Promise<KeptText> => {
  if (!isLong(text)) return { text }
  const id = randomUUID()
  const rows = await packText(text)
  for (const [index, row] of rows.entries())
    await client.createEntity({ partitionKey: partitionKeyOf(instanceId), rowKey: payloadRowKey(id, index), ...row })
  return { text, ref: `${id}:${rows.length}` }
}

/** @param partition where the rows of a long text are looked up first */
export const readText = async (
  table: Table,
  row: Row,
  name: string,
  partition?: Partition,
): Promise<KeptText | undefined> => {
  const text = textOf(row, name)
  if (text !== undefined) return { text }
  const ref = textOf(row, `${name}Ref`)
  if (ref === undefined) return undefined
  const parts: Row[] = []
  for (const rowKey of rowsOfRef(ref)) {
    const part = partition?.get(rowKey) ?? (await readRow(table, row.partitionKey, rowKey))
    if (!part) throw new Error(`A part of a stored text is missing: row ${rowKey} of ${row.partitionKey}.`)
    parts.push(part)
  }
  return { text: await unpackText(parts), ref }
}

export type InstanceTexts = Readonly<Partial<Record<(typeof instanceTexts)[number], KeptText>>>

export const readInstanceTexts = async (table: Table, row: Row, partition?: Partition): Promise<InstanceTexts> => {
  const texts: Partial<Record<(typeof instanceTexts)[number], KeptText>> = {}
  for (const name of instanceTexts) {
    const text = await readText(table, row, name, partition)
    if (text) texts[name] = text
  }
  return texts
}

const operationsMax = 100

/** Rows that are not there are as good as deleted. */
export const deleteRows = async (table: Table, instanceId: string, rowKeys: readonly string[]): Promise<void> => {
  const { client } = table
  const partitionKey = partitionKeyOf(instanceId)
  for (let start = 0; start < rowKeys.length; start += operationsMax) {
    const some = rowKeys.slice(start, start + operationsMax)
    try {
      await client.submitTransaction(some.map((rowKey) => ['delete', { partitionKey, rowKey }]))
    } catch (error) {
      if (statusOf(error) !== 404) throw error
      for (const rowKey of some)
        await client.deleteEntity(partitionKey, rowKey).catch((single: unknown) => {
          if (statusOf(single) !== 404) throw single
        })
    }
  }
}
