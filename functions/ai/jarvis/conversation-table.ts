// Where conversations with Jarvis are kept: of each person apart, for 30 days, and encrypted with the key of the tenant.
import * as z from 'zod'
import { ascending } from '../../../shared/store/key.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

const ofPerson = { tenantId: z.string(), userId: z.string(), conversationId: z.string() }

/** What is said stands in `sealed` alone. */
export const ConversationRow = z.strictObject({
  ...ofPerson,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  messageCount: z.int().min(0),
  sealed: z.string(),
})
export type ConversationRow = z.infer<typeof ConversationRow>

const MessageRow = z.strictObject({
  ...ofPerson,
  /** From 0, in the order in which they were kept. */
  number: z.int().min(0),
  sealed: z.string(),
})

export const keptDays = 30

const dataOf = { tenant: ['tenantId'], person: ['userId'], secret: ['sealed'] }

/** Ids begin with how long ago the conversation was begun, so that the newest comes first. */
export const conversationTable = table('jarvisConversations', {
  conversation: rowKind({
    schema: ConversationRow,
    partition: ['tenantId', 'userId'],
    key: ['conversationId'],
    keepFor: { days: keptDays },
    dataOf,
  }),
  message: rowKind({
    schema: MessageRow,
    partition: ['tenantId', 'userId'],
    key: ({ conversationId, number }) => [conversationId, ascending(number)],
    keepFor: { days: keptDays },
    dataOf,
  }),
})
