// What live assistance takes and answers.
import * as z from 'zod'
import { OpaqueId } from '../../../shared/text/text-schema.ts'

export const AssistanceQuery = z.strictObject({
  callId: OpaqueId.describe('Of Voice'),
  userId: OpaqueId.optional().describe('For a product: the technician. Voice decides whether they may follow the call'),
})

const upToLine = z.int().min(0).describe('The last line of the transcript that it takes into account')

/** The call, as soon as it could be read, and whenever its state changes. */
export const Call = z.object({ callId: z.string(), state: z.string(), upToLine })

const Article = z.object({
  id: z.string(),
  title: z.string(),
  url: z.string().describe('Opens it in PSA'),
  excerpt: z.string().describe('The sentence of it that fits best, word for word; else its beginning'),
})

export const Articles = z
  .object({ upToLine, articles: z.array(Article).max(3) })
  .describe(
    'Articles of the knowledge base that fit what is talked about, the best one first. They replace those before',
  )

const Reply = z.object({
  text: z.string(),
  lines: z.array(z.int().min(1)).describe('Numbers of the lines that it replies to'),
  articles: z.array(z.string()).describe('Ids of the articles that it rests on'),
})

export const Replies = z
  .object({
    upToLine,
    replies: z.array(Reply).max(3),
    model: z.string().describe('As the provider names it; `rules` where they are quotes of articles'),
    label: z.string().optional().describe('For a person, when they are from no model. Show it beside them'),
    promptVersion: z.string(),
  })
  .describe('What the technician could say next. They replace those before')

/** Something is left out for now, and comes again by itself. */
export const Unavailable = z.object({
  upToLine,
  of: z.enum(['transcript', 'articles', 'model']),
  code: z.string().describe('As in problem documents'),
})

/** The last event: there is nothing to reconnect to. A stream that ends without it is to be opened again. */
export const Ended = z.object({ reason: z.enum(['call-ended', 'not-allowed']) })

export const Assistance = z
  .object({
    call: Call,
    articles: Articles.optional(),
    replies: Replies.optional(),
    unavailable: z.array(Unavailable),
  })
  .meta({ id: 'LiveAssistance', description: 'What can be suggested now' })
export type Assistance = z.input<typeof Assistance>

/** @internal As it goes out, with the id by which a stream goes on. */
export type AssistanceEvent = { readonly id: string } & (
  | { readonly event: 'call'; readonly data: z.input<typeof Call> }
  | { readonly event: 'articles'; readonly data: z.input<typeof Articles> }
  | { readonly event: 'replies'; readonly data: z.input<typeof Replies> }
  | { readonly event: 'unavailable'; readonly data: z.input<typeof Unavailable> }
  | { readonly event: 'ended'; readonly data: z.input<typeof Ended> }
)
