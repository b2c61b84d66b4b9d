// What a conversation with Jarvis takes and answers.
import * as z from 'zod'
import { ContextReference } from '../../../shared/context/reference.ts'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { OpaqueId, paragraphs } from '../../../shared/text/text-schema.ts'

export const contextMax = 8
export const questionMax = 4_000

const Context = z
  .array(ContextReference)
  .max(contextMax)
  .check(({ value, issues }) => {
    const keys = value.map(({ product, kind, id }) => JSON.stringify([product, kind, id]))
    for (const [index, key] of keys.entries())
      if (keys.indexOf(key) < index)
        issues.push({ code: 'custom', input: value, path: [index], message: 'is a record that is named before it' })
  })
  .describe(
    'Records that the conversation is about. The product that owns one decides, at each message, whether you see it',
  )

export const ConversationDraft = z.strictObject({ context: Context.default([]) })

export const ConversationPath = z.strictObject({
  conversationId: z.string().regex(/^\d{1,20}-[0-9a-f-]{36}$/, 'must be an id of a conversation'),
})

export const ConversationQuery = z.strictObject(pageQuery(20))

export const MessageDraft = z.strictObject({
  text: paragraphs()
    .max(questionMax)
    .describe('What you want to know. Secrets in it are taken out before it is kept or asked'),
  context: Context.optional().describe('More records, from this message on'),
  messageId: OpaqueId.optional().describe('Yours: the same one again gives the answer that is kept, and asks no model'),
})

const Source = z.object({ product: z.string(), kind: z.string(), id: z.string() })

const Citation = z.object({
  id: z.string().describe('As it stands in the answer, in brackets'),
  source: Source,
  title: z.string().describe('Of the record, as its product has it'),
  url: z.string().describe('Opens the record in its product'),
  label: z.string().describe('What the fact is about'),
  text: z.string().describe('The fact; of a long one the sentences that the answer rests on, or its beginning'),
})
export type Citation = z.input<typeof Citation>

const ReadContext = z.object({
  ...Source.shape,
  name: z.string(),
  outcome: z.enum(['read', 'not-found', 'not-allowed', 'unavailable']),
  factsShown: z.int().describe('How many facts of it the answer could rest on'),
  isCut: z.boolean().describe('Whether it has more than that'),
})

export const Message = z
  .object({
    id: z.string(),
    askedAt: z.iso.datetime(),
    text: z.string(),
    answer: z.string().describe('Markdown. Its first line says what could not be read, or was left out'),
    citations: z.array(Citation).describe('The facts that the answer names'),
    context: z.array(ReadContext),
    model: z.string().describe('As the provider names it; `embedded` or `rules` when no model was asked'),
    label: z.string().optional().describe('For a person, when the answer is from no model. Show it beside the answer'),
    isComplete: z.boolean().describe('False when the model reached the most that it may say'),
    callId: z.string().optional().describe('Of the call in the ledger, when there was one'),
  })
  .meta({ id: 'JarvisMessage', description: 'A question, and what Jarvis answered' })
export type Message = z.input<typeof Message>

const summary = {
  id: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  title: z.string().describe('The beginning of the first question; empty before it'),
  context: z.array(Source),
}

export const Conversations = z
  .object({ conversations: z.array(z.object(summary)), nextCursor })
  .meta({ id: 'JarvisConversations', description: 'The newest first. Nobody but you sees them' })

export const Conversation = z
  .object({ ...summary, messages: z.array(Message) })
  .meta({ id: 'JarvisConversation', description: 'Kept for 30 days after its last message' })

const UnreadRecord = z.object({ ...Source.shape, reason: z.enum(['not-found', 'not-allowed', 'unavailable']) })

export const BegunConversation = z
  .object({
    ...Conversation.shape,
    unread: z
      .array(UnreadRecord)
      .describe(
        'Records that could not be read for you now. They stay in the conversation, and are read anew at each message',
      ),
  })
  .meta({ id: 'BegunJarvisConversation', description: 'The conversation, and which of its records you do not see' })

/** The events of a streamed answer beside `done`, which has the whole message. */
export const Progress = z.object({ stage: z.enum(['asking']) })
export const Text = z.object({ text: z.string() })
export const Retract = z.object({ reason: z.string() })
