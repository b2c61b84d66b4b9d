// What the endpoints of root causes take and answer.
import * as z from 'zod'
import { ContextReference } from '../../../shared/context/reference.ts'
import { flowStates } from '../../../shared/flows/flow-request.ts'
import { WaitingFor } from '../../../shared/flows/flow-wait.ts'
import { ShownRequest } from '../../../shared/flows/shown-request.ts'
import { OwnId } from '../../../shared/schema/own-id.ts'
import { OpaqueId } from '../../../shared/text/text-schema.ts'
import { Proposal } from '../features/psa/proposal-generate/contract.ts'

export const CausePath = z.strictObject({ causeId: OwnId })
export const CauseQuery = z.strictObject({
  userId: OpaqueId.optional().describe('For a product: on whose behalf it was asked for'),
})

/** The note is for everybody who sees the ticket: nothing of people, and nothing of what a client pays, is read for it. */
const products: ReadonlySet<string> = new Set(['rmm', 'cmdb', 'defend', 'voice'])

export const CauseDraft = z.strictObject({
  ticketId: OpaqueId.describe('Of PSA'),
  records: z
    .array(
      ContextReference.refine(({ product }) => products.has(product), {
        path: ['product'],
        error: 'is no product whose records a root cause is looked for in',
      }),
    )
    .max(7)
    .default([])
    .describe(
      'Devices, assets, detections and calls that the ticket may be about, of RMM, CMDB, Defend and Voice. Each is read for the person who asks',
    ),
  userId: OpaqueId.optional().describe(
    'For a product: on whose behalf it asks. The records are read for this user, whose tier and limits count',
  ),
})
export type CauseDraft = z.output<typeof CauseDraft>

export const Accepted = z
  .object({
    id: z.string(),
    outcome: z
      .enum(['started', 'restarted', 'existing'])
      .describe('restarted: the last attempt failed or was cancelled'),
    progressUrl: z
      .string()
      .describe(
        'Path of its progress, relative to the origin of this API. For a product it has the userId that is needed',
      ),
  })
  .meta({ id: 'AcceptedRootCause' })

const Source = z.object({
  product: z.string(),
  kind: z.string(),
  id: z.string(),
  name: z.string().describe('As a person calls it: PSA ticket'),
  outcome: z.enum(['read', 'not-found', 'not-allowed', 'unavailable']),
})

export const ToldFact = z.object({
  id: z.string().describe('As `evidence` names it'),
  label: z.string().describe('What it is, as the record has it: "Patch status"'),
  text: z
    .string()
    .optional()
    .describe('What the record says there, shortened. Absent in reports from before it was kept'),
  product: z.string(),
  kind: z.string(),
  recordId: z.string().describe('Of the product'),
  recordName: z.string().describe('As a person calls it: RMM device FS-02'),
})
export type ToldFact = z.output<typeof ToldFact>

export const Report = z.object({
  ...Proposal.shape,
  facts: z
    .array(ToldFact)
    .default([])
    .describe('What the facts are that the statements name. Empty in reports from before there was this list'),
  sources: z.array(Source).describe('What was read, and what could not be'),
  model: z.string().describe('The model that wrote it; "embedded" or "rules" when no model was asked'),
  label: z.string().optional().describe('Show it beside the report: it was written by no model'),
  writtenAt: z.iso.datetime(),
})
export type Report = z.output<typeof Report>

export const ShownCause = z
  .object({
    id: z.string(),
    ticketId: z.string(),
    state: z.enum([...flowStates, 'cancelling']),
    attempt: z.int().min(1),
    progress: ShownRequest.shape.progress,
    waitingFor: WaitingFor.optional().describe('Only while a step is being retried'),
    problem: ShownRequest.shape.problem,
    report: Report.optional().describe('Present once it is written. It is on the ticket too, as an internal note'),
    requestedAt: z.iso.datetime(),
    finishedAt: ShownRequest.shape.finishedAt,
  })
  .meta({ id: 'RootCause', description: 'The search for the root cause of a ticket, and how far it is' })
export type ShownCause = z.input<typeof ShownCause>
