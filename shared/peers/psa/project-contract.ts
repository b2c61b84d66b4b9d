// The wire of PSA projects.
import * as z from 'zod'
import { PsaProblem, UtcTime } from './contract.ts'
import { PsaExternalReference, PsaTicket, PsaTicketDraft } from './ticket-contract.ts'

/**
 * Body of `POST /v1/projects`: work that is billed by the hours that it takes. Title, board, company, assignee and links are
 * those of a ticket, and an unknown company is refused with 422 here too.
 */
export const PsaProjectDraft = z.strictObject({
  /** Unique among the tenant's projects: a second one with it is refused with 409 and the first in the problem document. */
  ...PsaTicketDraft.pick({
    externalReference: true,
    title: true,
    board: true,
    companyId: true,
    assigneeId: true,
    links: true,
  }).shape,
  /** All steps of the work, as Markdown or plain text. */
  description: PsaTicketDraft.shape.description,
  /** In quarters of an hour. */
  estimateHours: z.number().positive().multipleOf(0.25),
  billable: z.literal(true),
  type: z.literal('migration_recommendation'),
  source: z.literal('the-one-code'),
})
export type PsaProjectDraft = z.infer<typeof PsaProjectDraft>

export const PsaProjectStatus = z.enum(['planned', 'active', 'completed', 'cancelled'])
export type PsaProjectStatus = z.infer<typeof PsaProjectStatus>

/** Answer of `GET /v1/projects/{id}`. */
export const PsaProject = z.object({
  id: z.string().min(1).max(64),
  externalReference: PsaExternalReference,
  title: z.string(),
  status: PsaProjectStatus,
  board: z.string(),
  companyId: z.string().nullable(),
  assignee: PsaTicket.shape.assignee,
  /** That of the draft, until somebody in PSA knows better. */
  estimateHours: z.number().min(0),
  billable: z.boolean(),
  createdAt: UtcTime,
  updatedAt: UtcTime,
  /** Opens the project in PSA, for a person. */
  url: z.url({ protocol: /^https?$/ }),
  /** Grows by one with every change. */
  version: z.int().min(1),
})
export type PsaProject = z.infer<typeof PsaProject>

/** Answer of `GET /v1/projects?externalReference=`: none or one. */
export const PsaProjectList = z.object({ projects: z.array(PsaProject) })

/** The 409 of `POST /v1/projects`: the project that has the external reference. */
export const PsaProjectExists = PsaProblem.extend({ project: PsaProject })
