// What replies in a running call are suggested from, and how.
import * as z from 'zod'
import { Evidence, SourceId } from '../../source.ts'

export const ReplySuggestInput = z
  .strictObject({
    call: z.strictObject({ id: z.string().min(1).max(200) }),
    lines: z
      .array(
        z.strictObject({
          id: SourceId,
          speaker: z.string().trim().min(1).max(120),
          text: z.string().min(1).max(4_000),
        }),
      )
      .min(1)
      .max(60)
      .describe('What was said last, in its order'),
    articles: z
      .array(
        z.strictObject({ id: SourceId, title: z.string().trim().min(1).max(300), text: z.string().min(1).max(8_000) }),
      )
      .max(5)
      .default([])
      .describe('Of the knowledge base'),
  })
  .check(({ value, issues }) => {
    const ids = [...value.lines, ...value.articles].map(({ id }) => id)
    if (new Set(ids).size < ids.length)
      issues.push({ code: 'custom', input: ids, path: ['lines'], message: 'has an id that is given more than once' })
  })

export const repliesMax = 3

export const ReplySuggestion = z
  .object({
    replies: z
      .array(
        z.object({
          text: z.string().min(1).max(400).describe('What the technician could say next, as they would say it'),
          evidence: Evidence.describe('Ids of the lines that it replies to, and of the articles that it rests on'),
        }),
      )
      .max(repliesMax),
  })
  .describe('Replies that a technician may choose from, each with what it rests on')
