// The state of all instances of a task hub, in one table of the host's storage account. What an instance is stands in its row; a turn
// changes that row and everything beside it in one transaction, so a process that is killed has made a turn or has not begun it.
import type { TableTransactionResponse, TransactionAction } from '@azure/data-tables'
import type { HistoryEvent, IncomingEvent } from './history.ts'
import type { InstanceHead, InstanceState, Message } from './instance.ts'
import {
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
import { type LoadedInstance, loadInstance, readTurns } from './loaded-instance.ts'
import {
  deleteRows,
  keepText,
  openTable,
  queryInstance,
  queryRows,
  readInstanceTexts,
  readRow,
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
  const row = instanceRow(head, 0, text)
  const { etag = '*' } = await (replaces === undefined
    ? table.client.createEntity(row)
    : table.client.updateEntity(row, 'Replace', { etag: replaces }))
  return { ...head, turns: 0, history: [], pending, ...(text && { pendingText: text }), turnRefs: [], etag }
}

/**
 * The new ETag of the instance's row, which is the only one that is updated: answers are not in a certain order, those to updates name no
 * row, and those to deletes have no ETag.
 */
const newEtag = ({ subResponses }: TableTransactionResponse): string => {
  const updated = subResponses.find(({ etag, rowKey }) => etag !== undefined && rowKey === undefined)
  if (updated?.etag === undefined) throw new Error('The storage account answered a transaction without the new ETag.')
  return updated.etag
}

const commit = async (table: Table, before: InstanceState, change: Change): Promise<InstanceState> => {
  const { instanceId } = before
  const head = await storedHead(table, change.head)
  const isSameExecution = head.executionId === before.executionId
  const isPendingSame = isSameExecution && change.pending.length === before.pending.length
  const text = isPendingSame ? before.pendingText : await pendingText(table, instanceId, change.pending)
  const events = change.events.length > 0 ? await keepText(table, instanceId, JSON.stringify(change.events)) : undefined
  const turns = isSameExecution ? before.turns + (events ? 1 : 0) : 0
  const partitionKey = partitionKeyOf(instanceId)
  const actions: TransactionAction[] = [
    ['update', instanceRow(head, turns, text), 'Replace', { etag: before.etag }],
    ...change.done.flatMap(({ rowKey }): TransactionAction[] =>
      rowKey === undefined ? [] : [['delete', { partitionKey, rowKey }]],
    ),
  ]
  if (events) {
    const rowKey = historyRowKey(head.executionId, turns)
    actions.push(['create', { partitionKey, rowKey, ...textProperties('events', events) }])
  }
  const etag = newEtag(await table.client.submitTransaction(actions))
  const earlier = isSameExecution ? before : { history: [], turnRefs: [] }
  return {
    ...head,
    turns,
    history: [...earlier.history, ...change.events],
    pending: change.pending,
    ...(text && { pendingText: text }),
    turnRefs: events?.ref === undefined ? earlier.turnRefs : [...earlier.turnRefs, events.ref],
    etag,
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
  const rows = (await queryRows(table, allInstances)).filter((row) => isWanted(headOf(row, {})))
  return Promise.all(rows.map(async (row) => headOf(row, await readInstanceTexts(table, row))))
}

const listUnfinished = async (table: Table): Promise<InstanceHead[]> =>
  (await queryRows(table, `${allInstances} and isFinal eq false`)).map((row) => headOf(row, {}))

const purge = async (table: Table, instanceId: string): Promise<void> => {
  const rows = await queryInstance(table, instanceId, '', ['RowKey', 'rowKey'])
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
    history: async ({ instanceId, executionId }) =>
      (await readTurns(table, await queryInstance(table, instanceId, historyPrefix(executionId)))).history,
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
  const turns = Array.from({ length: before.turns }, (_, index) => historyRowKey(before.executionId, index + 1))
  return [...rows, ...before.turnRefs.flatMap(rowsOfRef), ...turns]
}

export const isStorageStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
  statuses.includes(statusOf(error) ?? 0)
