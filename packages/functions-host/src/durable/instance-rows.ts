// The rows of an instance: all in one partition, so that a turn is one transaction. The instance's own row says what of the rest counts.
//   i                        the instance and its latest events    (what is not named by it is rubbish)
//   h|<execution>|<page>     earlier events
//   m|<life>|<number>        a message that no turn has taken yet
//   p|<id>|<number>          part of a text that is too long for the row that names it
import type { IncomingEvent } from './history.ts'
import type { InstanceHead, Parent, RuntimeStatus } from './instance.ts'
import { isFinal } from './instance.ts'
import { type KeptText, toAscii } from './kept-text.ts'

export const instanceRowKey = 'i'
export const historyPrefix = (executionId: string): string => `h|${executionId}|`
export const historyRowKey = (executionId: string, page: number): string =>
  `${historyPrefix(executionId)}${String(page).padStart(8, '0')}`
export const messagePrefix = (lifeId: string): string => `m|${lifeId}|`
export const messageRowKey = (lifeId: string, number: number): string =>
  `${messagePrefix(lifeId)}${String(number).padStart(12, '0')}`

/** What a key of a table may have. */
const keyMax = 1_000
/** `MaxInstanceIdLength` in DurableClient.cs of azure-functions-durable-extension. */
const instanceIdMax = 256

/** Why Azure refuses an instance id, or undefined: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-instance-management */
export const instanceIdProblem = (instanceId: string): string | undefined => {
  if (instanceId.startsWith('@')) return 'Orchestration instance IDs must not start with "@", which is for entities.'
  // oxlint-disable-next-line no-control-regex -- these are what is not allowed
  if (/[/\\#?\x00-\x1f\x7f-\x9f]/.test(instanceId))
    return 'Orchestration instance IDs must not contain /, \\, #, ? or control characters.'
  if (instanceId.length > instanceIdMax)
    return `Orchestration instance IDs must not be longer than ${instanceIdMax} characters.`
  if (partitionKeyOf(instanceId).length > keyMax) return 'The orchestration instance ID is too long.'
  return undefined
}

/** Readable for usual ids; anything else as `=` and the hex of its bytes, since not every client and server takes every character in a key. */
export const partitionKeyOf = (instanceId: string): string =>
  instanceId.replaceAll(/[^A-Za-z0-9_.:-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  )

export type Row = Readonly<Record<string, unknown>> & {
  readonly partitionKey: string
  readonly rowKey: string
  readonly etag?: string
}

/** A text in its row, or the name of the rows that it stands in. */
export const textProperties = (name: string, kept: KeptText | undefined): Readonly<Record<string, string>> => {
  if (!kept) return {}
  return kept.ref === undefined ? { [name]: toAscii(kept.text) } : { [`${name}Ref`]: kept.ref }
}

export const textOf = (row: Row, name: string): string | undefined => {
  const value = row[name]
  return typeof value === 'string' ? value : undefined
}

/** Names of the texts of an instance's row. */
export const instanceTexts = ['input', 'output', 'customStatus', 'pending'] as const

/** What `headOf` reads: neither the history nor what waits. */
export const headColumns: readonly string[] = [
  'partitionKey',
  'rowKey',
  'instanceId',
  'name',
  'version',
  'life',
  'execution',
  'status',
  'createdTime',
  'lastUpdatedTime',
  'parent',
  'input',
  'inputRef',
  'output',
  'outputRef',
  'customStatus',
  'customStatusRef',
]

/** @param openPage JSON, short enough for a property */
export const instanceRow = (head: InstanceHead, openPage: string, pending: KeptText | undefined): Row => ({
  partitionKey: partitionKeyOf(head.instanceId),
  rowKey: instanceRowKey,
  instanceId: head.instanceId,
  name: head.name,
  ...(head.version !== undefined && { version: head.version }),
  life: head.lifeId,
  execution: head.executionId,
  status: head.status,
  isFinal: isFinal(head.status),
  createdTime: head.createdTime,
  lastUpdatedTime: head.lastUpdatedTime,
  ...(head.parent && { parent: JSON.stringify(head.parent) }),
  ...textProperties('input', head.input),
  ...textProperties('output', head.output),
  ...textProperties('customStatus', head.customStatus),
  ...textProperties('pending', pending),
  ...textProperties('events', { text: openPage }),
})

/** @param texts what `instanceTexts` name, read from wherever they stand */
export const headOf = (row: Row, texts: Readonly<Partial<Record<string, KeptText>>>): InstanceHead => {
  const text = (name: string): string => textOf(row, name) ?? ''
  const [parent, version] = [textOf(row, 'parent'), textOf(row, 'version')]
  const { input, output, customStatus } = texts
  return {
    instanceId: text('instanceId'),
    name: text('name'),
    ...(version !== undefined && { version }),
    lifeId: text('life'),
    executionId: text('execution'),
    status: text('status') as RuntimeStatus,
    createdTime: text('createdTime'),
    lastUpdatedTime: text('lastUpdatedTime'),
    ...(parent !== undefined && { parent: JSON.parse(parent) as Parent }),
    ...(input && { input }),
    ...(output && { output }),
    ...(customStatus && { customStatus }),
  }
}

export type StoredMessage = { readonly event: IncomingEvent; readonly executionId?: string }
