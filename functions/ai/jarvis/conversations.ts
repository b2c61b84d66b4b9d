// Keeps conversations: begins, lists, shows and deletes them, and adds what was asked and answered. What is said is encrypted.
import { randomUUID } from 'node:crypto'
import type { ContextReference } from '../../../shared/context/reference.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Services } from '../../../shared/services.ts'
import { newestFirst } from '../../../shared/store/key.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { Row } from '../../../shared/store/store.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import type { Message } from './contract.ts'
import { type ConversationRow, conversationTable } from './conversation-table.ts'

/** Whose conversations: as the credential says. */
export type Person = { readonly tenantId: string; readonly userId: string }
type Key = Person & { readonly conversationId: string }

type Said = { readonly title: string; readonly context: ContextReference[] }

type Summary = Said & { readonly id: string; readonly createdAt: string; readonly updatedAt: string }
export type KeptConversation = Summary & { readonly messages: Message[] }

export const messagesMax = 200
const titleMax = 80

export const beginConversation = async (
  services: Services,
  person: Person,
  context: ContextReference[],
): Promise<KeptConversation> => {
  const createdAt = services.now().toISOString()
  const key = { ...person, conversationId: `${newestFirst(createdAt)}-${randomUUID()}` }
  const said = { title: '', context }
  const row = { ...key, createdAt, updatedAt: createdAt, messageCount: 0, sealed: await seal(services, key, said) }
  await services.store().open(conversationTable).conversation.insert(row)
  return { id: key.conversationId, createdAt, updatedAt: createdAt, ...said, messages: [] }
}

type Page = { readonly limit: number; readonly cursor?: string | undefined }

export const listConversations = async (services: Services, person: Person, page: Page) => {
  const rows = services.store().open(conversationTable).conversation
  const { rows: found, nextCursor } = await rows.list(person, page)
  return {
    conversations: await Promise.all(found.map(({ value }) => summaryOf(services, value))),
    ...(nextCursor !== undefined && { nextCursor }),
  }
}

/** @throws AppError `not-found`, also for one of somebody else */
export const readConversation = async (services: Services, key: Key): Promise<KeptConversation> => {
  const { value } = await rowOf(services, key)
  const messages: Message[] = []
  const prefix = [key.conversationId]
  for await (const { value: row } of services
    .store()
    .open(conversationTable)
    .message.each(key, { from: prefix, to: prefix }))
    messages.push(await open<Message>(services, key, row.sealed, row.number))
  return { ...(await summaryOf(services, value)), messages }
}

/** First what makes it one, so that nothing is added meanwhile; whoever repeats it after a failure deletes the rest. */
export const deleteConversation = async (services: Services, key: Key): Promise<void> => {
  const tables = services.store().open(conversationTable)
  await tables.conversation.delete(key)
  const prefix = [key.conversationId]
  for await (const { value } of tables.message.each(key, { from: prefix, to: prefix }))
    await tables.message.delete(value)
}

type Keeping = {
  readonly message: Message
  readonly context: readonly ContextReference[]
  /** How many there were when it was asked. */
  readonly before: number
}

/**
 * @returns what is kept: the one that was first, when the same message was asked several times at once
 * @throws AppError `not-found` when it was deleted meanwhile, `conflict` when it is full
 */
export const keepMessage = (services: Services, key: Key, { message, context, before }: Keeping): Promise<Message> =>
  retryOnConflict(async () => {
    const tables = services.store().open(conversationTable)
    const row = await rowOf(services, key)
    const { tenantId, userId, conversationId, messageCount: number } = row.value
    const known = number > before ? (await readConversation(services, key)).messages : []
    const same = known.find(({ id }) => id === message.id)
    if (same) return same
    refuseFull(number)
    const { title } = await open<Said>(services, key, row.value.sealed)
    const said = {
      title: title === '' ? shorten(message.text.replace(/\s+/g, ' '), titleMax) : title,
      context: [...context],
    }
    const [sealed, sealedMessage] = await Promise.all([seal(services, key, said), seal(services, key, message, number)])
    await tables.transaction([
      tables.conversation.toUpdate(row, {
        ...row.value,
        updatedAt: services.now().toISOString(),
        messageCount: number + 1,
        sealed,
      }),
      tables.message.toInsert({ tenantId, userId, conversationId, number, sealed: sealedMessage }),
    ])
    return message
  })

/** @throws AppError `conflict` */
export const refuseFull = (messageCount: number): void => {
  if (messageCount >= messagesMax)
    throw new AppError(
      'conflict',
      `This conversation has ${messagesMax} messages, the most there can be. Begin another.`,
    )
}

const rowOf = async (services: Services, key: Key): Promise<Row<ConversationRow>> => {
  const row = await services.store().open(conversationTable).conversation.get(key)
  if (!row) throw new AppError('not-found', 'There is no such conversation of yours. It may have ended after 30 days.')
  return row
}

const summaryOf = async (services: Services, row: ConversationRow): Promise<Summary> => {
  const { conversationId: id, createdAt, updatedAt } = row
  return { id, createdAt, updatedAt, ...(await open<Said>(services, row, row.sealed)) }
}

const recordOf = ({ userId, conversationId }: Key, number?: number): string =>
  `jarvis/${encodeURIComponent(userId)}/${conversationId}${number === undefined ? '' : `/${number}`}`

const seal = async (services: Services, key: Key, value: object, number?: number): Promise<string> =>
  (await services.sealing()).seal(key.tenantId, recordOf(key, number), JSON.stringify(value))

const open = async <Value>(services: Services, key: Key, sealed: string, number?: number): Promise<Value> =>
  JSON.parse(await (await services.sealing()).open(key.tenantId, recordOf(key, number), sealed)) as Value
