// Reads an instance back from its rows.
import type { IncomingEvent } from './history.ts'
import { readHistory } from './history-pages.ts'
import type { InstanceState, Message } from './instance.ts'
import { headOf, instanceRowKey, messagePrefix, type Row, type StoredMessage } from './instance-rows.ts'
import { rowsOfRef } from './kept-text.ts'
import { type Partition, queryInstance, readInstanceTexts, readText, type Table } from './task-hub-table.ts'

export type LoadedInstance = {
  readonly state: InstanceState
  readonly messages: readonly Message[]
  /** The number of the next message. */
  readonly nextMessage: number
  /** Rows that nothing names: left by a process that was killed. */
  readonly rubbish: readonly string[]
}

const readMessages = async (table: Table, rows: readonly Row[], partition: Partition): Promise<Message[]> => {
  const messages: Message[] = []
  for (const row of rows) {
    const kept = await readText(table, row, 'message', partition)
    if (!kept) continue
    const stored = JSON.parse(kept.text) as StoredMessage
    messages.push({ ...stored, rowKey: row.rowKey, ...(kept.ref !== undefined && { ref: kept.ref }) })
  }
  return messages
}

const numberOf = (rowKey: string): number => Number(rowKey.slice(rowKey.lastIndexOf('|') + 1))

export const loadInstance = async (table: Table, instanceId: string): Promise<LoadedInstance | undefined> => {
  const rows = await queryInstance(table, instanceId)
  const partition: Partition = new Map(rows.map((row) => [row.rowKey, row]))
  const row = partition.get(instanceRowKey)
  if (!row) return undefined
  const texts = await readInstanceTexts(table, row, partition)
  const head = headOf(row, texts)
  const messageRows = rows.filter(({ rowKey }) => rowKey.startsWith(messagePrefix(head.lifeId)))
  const { pageRows, ...stored } = await readHistory(rows, head.executionId, (page) =>
    readText(table, page, 'events', partition),
  )
  const messages = await readMessages(table, messageRows, partition)
  const refs = [...Object.values(texts), ...messages].flatMap(({ ref }) => (ref === undefined ? [] : [ref]))
  const named = new Set([
    instanceRowKey,
    ...[...pageRows, ...messageRows].map(({ rowKey }) => rowKey),
    ...[...refs, ...stored.pageRefs].flatMap(rowsOfRef),
  ])
  const { pending } = texts
  return {
    state: {
      ...head,
      ...stored,
      pending: JSON.parse(pending?.text ?? '[]') as IncomingEvent[],
      ...(pending && { pendingText: pending }),
      etag: row.etag ?? '*',
    },
    messages,
    nextMessage: messageRows.reduce((next, { rowKey }) => Math.max(next, numberOf(rowKey) + 1), 0),
    rubbish: rows.map(({ rowKey }) => rowKey).filter((rowKey) => !named.has(rowKey)),
  }
}
