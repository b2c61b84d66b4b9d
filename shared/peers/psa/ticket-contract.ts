// The wire of PSA tickets: drafts, notes, reopenings and changes of priority.
import * as z from 'zod'
import { PageEnd, PsaProblem, UtcTime, psaLimits } from './contract.ts'
import { PsaAgentIdentity } from './agent-contract.ts'

export const PsaPriority = z.enum(['P1', 'P2', 'P3', 'P4'])
export type PsaPriority = z.infer<typeof PsaPriority>

export const PsaTicketStatus = z.enum(['new', 'open', 'in_progress', 'waiting', 'resolved', 'closed'])
export type PsaTicketStatus = z.infer<typeof PsaTicketStatus>

/** Opaque. Without commas and control characters, since ids travel as a comma-separated list. */
export const PsaTicketId = z
  .string()
  .min(1)
  .max(64)
  // oxlint-disable-next-line no-control-regex
  .regex(/^[^,\u0000-\u001f\u007f]+$/u, 'has a comma or a control character')

export const PsaExternalReference = z.string().min(1).max(psaLimits.externalReference)

const PsaLink = z.strictObject({
  title: z.string().min(1).max(200),
  url: z.url({ protocol: /^https?$/ }).max(2_000),
})

/** Body of `POST /v1/tickets`. */
export const PsaTicketDraft = z.strictObject({
  /** Unique per tenant: a second ticket with it is refused with 409 and the first one in the problem document. */
  externalReference: PsaExternalReference,
  title: z.string().min(1).max(psaLimits.title),
  /** Plain text or Markdown; PSA never renders HTML that is in it. */
  description: z.string().max(psaLimits.description),
  priority: PsaPriority,
  /** Slug of the service board, such as `service` or `triage`. */
  board: z.string().min(1).max(64),
  /** PSA's own id of the company; `null` on a triage board. An id that PSA does not know is refused with 422, see `PsaUnknownCompany`. */
  companyId: z.string().min(1).max(64).nullable(),
  source: z.enum(['the-one-ai', 'the-one-code', 'the-one-defend', 'the-one-hub', 'the-one-studio']),
  type: z.string().min(1).max(64).optional(),
  /** An agent who is not there, or not active, is passed over: the ticket or project is then assigned to nobody. */
  assigneeId: PsaAgentIdentity.optional(),
  links: z.array(PsaLink).max(psaLimits.links),
  /** Shown as links. An id whose ticket was deleted is kept as it is. */
  relatedTicketIds: z.array(PsaTicketId).max(psaLimits.relatedTickets),
})
export type PsaTicketDraft = z.infer<typeof PsaTicketDraft>

export const PsaTicket = z.object({
  id: PsaTicketId,
  externalReference: PsaExternalReference,
  title: z.string(),
  status: PsaTicketStatus,
  priority: PsaPriority,
  board: z.string(),
  companyId: z.string().nullable(),
  createdAt: UtcTime,
  updatedAt: UtcTime,
  /** Set while the ticket is resolved or closed. */
  closedAt: UtcTime.nullable(),
  /** Opens the ticket in PSA, for a person. */
  url: z.url({ protocol: /^https?$/ }),
  /** `id` is the identity of an agent. */
  assignee: z.object({ id: z.string(), name: z.string() }).nullable(),
  /** Grows by one with every change. */
  version: z.int().min(1),
})
export type PsaTicket = z.infer<typeof PsaTicket>

/** Answer of `GET /v1/tickets?externalReference=` (none or one) and `GET /v1/tickets?ids=a,b` (unknown ids left out). */
export const PsaTicketList = z.object({ tickets: z.array(PsaTicket) })

/** Body of `POST /v1/tickets/{id}/notes`; a note whose reference the ticket has already is answered 200 and not added. */
export const PsaNoteDraft = z.strictObject({
  reference: z.string().min(1).max(psaLimits.noteReference),
  text: z.string().min(1).max(psaLimits.noteText),
  /** Not shown to the client company. */
  internal: z.boolean(),
})
export type PsaNoteDraft = z.infer<typeof PsaNoteDraft>

export const PsaNote = z.object({
  reference: z.string(),
  text: z.string(),
  internal: z.boolean(),
  createdAt: UtcTime,
})
export type PsaNote = z.infer<typeof PsaNote>

/**
 * Body of `POST /v1/tickets/{id}/reopen`, which always answers 200 with the ticket. Repeated with the same reference it changes
 * nothing, even if the ticket was closed again since. References of notes and of reopenings do not meet.
 */
export const PsaReopening = z.strictObject({
  reference: z.string().min(1).max(psaLimits.noteReference),
  note: z.string().min(1).max(psaLimits.noteText),
})
export type PsaReopening = z.infer<typeof PsaReopening>

/**
 * Body of `POST /v1/tickets/{id}/priority`, which always answers 200 with the ticket: makes it as urgent as that, and leaves one that is
 * more urgent as it is. Repeated with the same reference it changes nothing, even if somebody lowered the priority since.
 */
export const PsaPriorityRaise = z.strictObject({
  reference: z.string().min(1).max(psaLimits.noteReference),
  priority: PsaPriority,
})
export type PsaPriorityRaise = z.infer<typeof PsaPriorityRaise>

/**
 * Answer of `GET /v1/agents/{identity}/tickets?limit=&cursor=`, in the order of ids: the tenant's tickets whose `assignee.id` is the
 * agent's identity and that are neither resolved nor closed, whether the agent is active or not. 404 for an unknown agent.
 */
export const PsaTicketPage = PageEnd.extend({ tickets: z.array(PsaTicket).max(psaLimits.pageSizeMax) })
export type PsaTicketPage = z.infer<typeof PsaTicketPage>

/** The 422 of `POST /v1/tickets` for a company that PSA does not know. */
export const PsaUnknownCompany = PsaProblem.extend({ type: z.literal('urn:the-one-psa:problem:unknown-company') })

/** The 409 of `POST /v1/tickets`: the ticket that has the external reference. */
export const PsaTicketExists = PsaProblem.extend({ ticket: PsaTicket })
