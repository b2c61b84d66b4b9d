// What the root cause of a ticket is looked for in, and how the report tells it.
import * as z from 'zod'
import { SourceId } from '../../source.ts'

/** How an answer names what could not be read. */
export const unreadId = 'unread'
/** How an answer names since when it has been so, as it was read from the ticket. */
export const onsetId = 'onset'
const reservedIds = [unreadId, onsetId]

const Fact = z.strictObject({
  id: SourceId.describe('How the answer refers to it'),
  label: z.string().trim().min(1).max(300),
  text: z.string().min(1).max(4_000),
})

export const Record = z.strictObject({
  name: z.string().trim().min(1).max(100).describe('What it is: "RMM device"'),
  title: z.string().trim().min(1).max(300),
  facts: z.array(Fact).max(250),
})

export const ProposalInput = z
  .strictObject({
    ticket: Record.describe('The ticket itself'),
    records: z.array(Record).max(8).describe('Device, asset, detections: what was found beside it'),
    unread: z
      .array(z.strictObject({ name: z.string().trim().min(1).max(100), reason: z.string().trim().min(1).max(200) }))
      .max(8)
      .describe('What could not be read, and why'),
    timeZone: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe(
        'IANA time zone in which clock times of the ticket are meant. Default: the one of the organization. UTC counts as not known',
      ),
  })
  .check(({ value, issues }) => {
    const seen = new Set<string>(reservedIds)
    for (const { id } of [value.ticket, ...value.records].flatMap(({ facts }) => facts)) {
      if (seen.has(id))
        issues.push({
          code: 'custom',
          input: id,
          path: [],
          message: `has the id ${id} more than once, or it is one of ours: ${reservedIds.join(', ')}`,
        })
      seen.add(id)
    }
  })

const evidence = z
  .array(z.string().min(1).max(512))
  .max(20)
  .describe('Ids of the facts it rests on; `onset` is since when it has been so, as the ticket says')
const Line = z.string().min(1).max(600)

export const hypothesisStates = ['supported', 'contradicted', 'open'] as const

export const Proposal = z
  .object({
    timeline: z
      .array(z.object({ at: z.iso.datetime({ offset: true }), text: Line, evidence: evidence.min(1) }))
      .max(40)
      .describe('What happened when, in the order of time'),
    hypotheses: z
      .array(
        z.object({
          statement: Line,
          state: z.enum(hypothesisStates),
          evidence: evidence.describe('Facts that speak for it, or against it. Empty only for an open one'),
        }),
      )
      .max(12),
    openQuestions: z
      .array(z.object({ question: Line, evidence }))
      .max(15)
      .describe('What has to be found out next'),
  })
  .describe('The report on the root cause of a ticket, each statement with the facts it rests on')
