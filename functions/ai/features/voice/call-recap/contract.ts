// What the recap of a call is made from, and how it is told.
import * as z from 'zod'
import { Evidence, SourceId } from '../../source.ts'

const Name = z.string().trim().min(1).max(120)

export const CallRecapInput = z
  .strictObject({
    call: z.strictObject({
      id: z.string().min(1).max(200),
      startedAt: z.iso.datetime({ offset: true }),
      subject: z.string().trim().min(1).max(300).optional(),
    }),
    segments: z
      .array(
        z.strictObject({
          id: SourceId,
          at: z.number().min(0).max(86_400).describe('Seconds from the beginning of the call'),
          speaker: Name,
          text: z.string().min(1).max(4_000),
        }),
      )
      .min(1)
      .max(2_000)
      .describe('What was said, in its order'),
  })
  .check(({ value, issues }) => {
    const seen = new Set<string>()
    for (const [index, { id }] of value.segments.entries()) {
      if (seen.has(id))
        issues.push({ code: 'custom', input: id, path: ['segments', index, 'id'], message: 'is given more than once' })
      seen.add(id)
    }
  })

export const CallRecap = z
  .object({
    summary: z
      .array(z.object({ sentence: z.string().min(1).max(600), evidence: Evidence }))
      .max(10)
      .describe('What the call was about, what was found and what was agreed'),
    actionItems: z
      .array(
        z.object({
          what: z.string().min(1).max(600),
          owner: Name.nullable().describe('A speaker of the call; null when nobody took it on'),
          due: z.string().min(1).max(80).nullable().describe('As it was said'),
          at: z.number().min(0).max(86_400).describe('Seconds from the beginning of the call, to listen to it'),
          evidence: Evidence,
        }),
      )
      .max(30),
  })
  .describe('The recap of a call, each sentence with the segments it rests on')
