// The state of all instances of a task hub, in one table of the host's storage account. What an instance is stands in its row; a turn
// changes that row alone, or other rows with it in one transaction, so a process that is killed has made a turn or has not begun it.
import type { TableTransactionResponse, TransactionAction } from '@azure/data-tables'
import type { HistoryEvent, IncomingEvent } from './history.ts'
import { noPages, readHistory, turnPage } from './history-pages.ts'
import type { InstanceHead, InstanceState, Message } from './instance.ts'
import {
  headColumns,
  headOf,
  historyPrefix,
  historyRowKey,
  instanceRow,
  instanceRowKey,
  messageRowKey,
  partitionKeyOf,
  type Row,
  textProperties,
} from './instance-rows.ts'
import { type KeptText, rowsOfRef } from './kept-text.ts'
import { type LoadedInstance, loadInstance } from './loaded-instance.ts'
import {
  deleteRows,
  keepText,
  openTable,
  queryInstance,
  queryRows,
  quoted,
  readInstanceTexts,
  readRow,
  readText,
  statusOf,
  type Table,
} from './task-hub-table.ts'

/** What a turn makes of an instance. */
export type Change = {
  /** The texts of the head are JSON that may be stored already. */
  readonly head: InstanceHead
  /** The turn's events; none when the execution is over, because it continues as new. */
  readonly events: readonly HistoryEvent[]
  readonly pending: readonly IncomingEvent[]
  /** Messages that need not be kept any longer. */
  readonly done: readonly Message[]
}

export type NewMessage = Pick<Message, 'event' | 'executionId'> & { readonly number: number }

export type TaskHub = {
  /** @param replaces the etag of a finished instance whose place this one takes; absent: there must be none */
  readonly create: (head: InstanceHead, pending: readonly IncomingEvent[], replaces?: string) => Promise<InstanceState>
  readonly commit: (before: InstanceState, change: Change) => Promise<InstanceState>
  readonly addMessages: (
    instance: Pick<InstanceHead, 'instanceId' | 'lifeId'>,
    messages: readonly NewMessage[],
  ) => Promise<Message[]>
  readonly load: (instanceId: string) => Promise<LoadedInstance | undefined>
  readonly read: (instanceId: string) => Promise<(InstanceHead & { readonly etag: string }) | undefined>
  /** @param isWanted is asked before the texts are read */
  readonly list: (isWanted: (head: InstanceHead) => boolean) => Promise<InstanceHead[]>
  readonly listUnfinished: () => Promise<Array<Pick<InstanceHead, 'instanceId' | 'name'>>>
  readonly history: (head: InstanceHead) => Promise<readonly HistoryEvent[]>
  readonly discard: (instanceId: string, rowKeys: readonly string[]) => Promise<void>
  /** Deletes the instance; its own row goes last, so that what is left after a crash can be purged again. */
  readonly purge: (instanceId: string) => Promise<void>
}

const stored = async (table: Table, instanceId: string, kept: KeptText | undefined): Promise<KeptText | undefined> =>
  kept && kept.ref === undefined ? keepText(table, instanceId, kept.text) : kept

const storedHead = async (table: Table, head: InstanceHead): Promise<InstanceHead> => {
  const [input, output, customStatus] = [
    await stored(table, head.instanceId, head.input),
    await stored(table, head.instanceId, head.output),
    await stored(table, head.instanceId, head.customStatus),
  ]
  return { ...head, ...(input && { input }), ...(output && { output }), ...(customStatus && { customStatus }) }
}

const pendingText = async (table: Table, instanceId: string, pending: readonly IncomingEvent[]) =>
  pending.length === 0 ? undefined : keepText(table, instanceId, JSON.stringify(pending))

const create = async (
  table: Table,
  given: InstanceHead,
  pending: readonly IncomingEvent[],
  replaces: string | undefined,
): Promise<InstanceState> => {
  const head = await storedHead(table, given)
  const text = await pendingText(table, head.instanceId, pending)
  const row = instanceRow(head, noPages.openPage, text)
  const { etag = '*' } = await (replaces === undefined
    ? table.client.createEntity(row)
    : table.client.updateEntity(row, 'Replace', { etag: replaces }))
  return { ...head, ...noPages, history: [], pending, ...(text && { pendingText: text }), etag }
}

/** Of the one update in a transaction: answers are not in a certain order, those to updates name no row, those to deletes have no ETag. */
const updatedEtag = ({ subResponses }: TableTransactionResponse): string | undefined =>
  subResponses.find(({ etag, rowKey }) => etag !== undefined && rowKey === undefined)?.etag

/**
 * Most turns change nothing but the instance's row, and need no transaction, which costs more in the SDK and in the storage account.
 * @returns the new ETag
 */
const update = async (
  { client }: Table,
  row: Row,
  etag: string,
  beside: readonly TransactionAction[],
): Promise<string> => {
  const updated =
    beside.length === 0
      ? (await client.updateEntity(row, 'Replace', { etag })).etag
      : updatedEtag(await client.submitTransaction([['update', row, 'Replace', { etag }], ...beside]))
  if (updated === undefined) throw new Error('The storage account answered an update without the new ETag.')
  return updated
}

const commit = async (table: Table, before: InstanceState, change: Change): Promise<InstanceState> => {
  const { instanceId } = before
  const head = await storedHead(table, change.head)
  const isSameExecution = head.executionId === before.executionId
  const isPendingSame = isSameExecution && change.pending.length === before.pending.length
  const text = isPendingSame ? before.pendingText : await pendingText(table, instanceId, change.pending)
  const earlier = isSameExecution ? before : { ...noPages, history: [] }
  const { openPage, fullPage } = turnPage(earlier.openPage, change.events)
  const page = fullPage === undefined ? undefined : await keepText(table, instanceId, fullPage)
  const pages = earlier.pages + (page ? 1 : 0)
  const partitionKey = partitionKeyOf(instanceId)
  const beside = change.done.flatMap(({ rowKey }): TransactionAction[] =>
    rowKey === undefined ? [] : [['delete', { partitionKey, rowKey }]],
  )
  if (page) {
    const rowKey = historyRowKey(head.executionId, pages)
    beside.push(['create', { partitionKey, rowKey, ...textProperties('events', page) }])
  }
  return {
    ...head,
    pages,
    pageRefs: page?.ref === undefined ? earlier.pageRefs : [...earlier.pageRefs, page.ref],
    openPage,
    history: [...earlier.history, ...change.events],
    pending: change.pending,
    ...(text && { pendingText: text }),
    etag: await update(table, instanceRow(head, openPage, text), before.etag, beside),
  }
}

const addMessages = async (
  table: Table,
  { instanceId, lifeId }: Pick<InstanceHead, 'instanceId' | 'lifeId'>,
  messages: readonly NewMessage[],
): Promise<Message[]> => {
  const partitionKey = partitionKeyOf(instanceId)
  const added: Message[] = []
  const rows: Row[] = []
  for (const { event, executionId, number } of messages) {
    const message = { event, ...(executionId !== undefined && { executionId }) }
    const kept = await keepText(table, instanceId, JSON.stringify(message))
    const rowKey = messageRowKey(lifeId, number)
    rows.push({ partitionKey, rowKey, ...textProperties('message', kept) })
    added.push({ ...message, rowKey, ...(kept.ref !== undefined && { ref: kept.ref }) })
  }
  // Upserts: the SDK may try again after a first try that went through.
  const [only, ...others] = rows
  if (only && others.length === 0) await table.client.upsertEntity(only, 'Replace')
  else await table.client.submitTransaction(rows.map((row) => ['upsert', row, 'Replace']))
  return added
}

const read = async (table: Table, instanceId: string) => {
  const row = await readRow(table, partitionKeyOf(instanceId), instanceRowKey)
  return row && { ...headOf(row, await readInstanceTexts(table, row)), etag: row.etag ?? '*' }
}

const allInstances = `RowKey eq '${instanceRowKey}'`

const list = async (table: Table, isWanted: (head: InstanceHead) => boolean): Promise<InstanceHead[]> => {
  const rows = (await queryRows(table, allInstances, headColumns)).filter((row) => isWanted(headOf(row, {})))
  return Promise.all(rows.map(async (row) => headOf(row, await readInstanceTexts(table, row))))
}

const listUnfinished = async (table: Table): Promise<InstanceHead[]> =>
  (await queryRows(table, `${allInstances} and isFinal eq false`, ['instanceId', 'name'])).map((row) => headOf(row, {}))

/** All of it in one query, since a turn may move events from the instance's row to another. */
const readStoredHistory = async (
  table: Table,
  { instanceId, executionId }: InstanceHead,
): Promise<readonly HistoryEvent[]> => {
  const keys = `RowKey ge ${quoted(historyPrefix(executionId))} and RowKey le ${quoted(instanceRowKey)}`
  const rows = await queryRows(table, `PartitionKey eq ${quoted(partitionKeyOf(instanceId))} and ${keys}`)
  return (await readHistory(rows, executionId, (page) => readText(table, page, 'events'))).history
}

const purge = async (table: Table, instanceId: string): Promise<void> => {
  const rows = await queryInstance(table, instanceId, ['rowKey'])
  const others = rows.map(({ rowKey }) => rowKey).filter((rowKey) => rowKey !== instanceRowKey)
  await deleteRows(table, instanceId, others)
  await deleteRows(table, instanceId, [instanceRowKey])
}

/** @param name of the table; it is made when it is not there */
export const openTaskHub = async (connectionString: string, name: string): Promise<TaskHub> => {
  const table = await openTable(connectionString, name)
  return {
    create: (head, pending, replaces) => create(table, head, pending, replaces),
    commit: (before, change) => commit(table, before, change),
    addMessages: (instance, messages) => addMessages(table, instance, messages),
    load: (instanceId) => loadInstance(table, instanceId),
    read: (instanceId) => read(table, instanceId),
    list: (isWanted) => list(table, isWanted),
    listUnfinished: () => listUnfinished(table),
    history: (head) => readStoredHistory(table, head),
    discard: (instanceId, rowKeys) => deleteRows(table, instanceId, rowKeys),
    purge: (instanceId) => purge(table, instanceId),
  }
}

/** Texts that a change leaves behind. */
export const leftBehind = (before: InstanceState, after: InstanceState, done: readonly Message[]): string[] => {
  const refs = done.flatMap(({ ref }) => ref ?? [])
  for (const name of ['input', 'output', 'customStatus', 'pendingText'] as const) {
    const ref = before[name]?.ref
    if (ref !== undefined && ref !== after[name]?.ref) refs.push(ref)
  }
  const rows = refs.flatMap(rowsOfRef)
  if (before.executionId === after.executionId) return rows
  const pages = Array.from({ length: before.pages }, (_, index) => historyRowKey(before.executionId, index + 1))
  return [...rows, ...before.pageRefs.flatMap(rowsOfRef), ...pages]
}

export const isStorageStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
  statuses.includes(statusOf(error) ?? 0)
