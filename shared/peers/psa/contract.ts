// The wire between this suite and The One PSA, version 1. What this suite reads of the answers is in `answers.ts`.
import * as z from 'zod'

/** Request headers of every call. The tenant is checked by PSA against those that the integration key may act for (403). */
export const psaHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id' } as const

/** Longest texts in UTF-16 code units, and most items in lists. */
export const psaLimits = {
  externalReference: 128,
  title: 200,
  description: 20_000,
  noteText: 10_000,
  noteReference: 128,
  links: 20,
  relatedTickets: 50,
  /** Tickets or agents that one read by ids may ask for. */
  idsPerRead: 100,
  /** Agents or tickets on a page, when the reader does not say, and at most. */
  pageSize: 100,
  pageSizeMax: 500,
} as const

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
  assigneeId: z.lazy(() => PsaAgentIdentity).optional(),
  links: z.array(PsaLink).max(psaLimits.links),
  /** Shown as links. An id whose ticket was deleted is kept as it is. */
  relatedTicketIds: z.array(PsaTicketId).max(psaLimits.relatedTickets),
})
export type PsaTicketDraft = z.infer<typeof PsaTicketDraft>

const UtcTime = z.iso.datetime()

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

/** Which page of a list: the first one without a cursor. */
export const PsaPageRequest = z.strictObject({
  /** `psaLimits.pageSize` when left out. */
  limit: z.int().min(1).max(psaLimits.pageSizeMax).optional(),
  /** `nextCursor` of the page before. */
  cursor: z.string().min(1).max(1_000).optional(),
})
export type PsaPageRequest = Readonly<z.infer<typeof PsaPageRequest>>

const PageEnd = z.object({
  /** Missing on the last page. */
  nextCursor: z.string().min(1).max(1_000).optional(),
})

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

/** `portal_user_id` of Hub. Without commas and control characters, since identities travel as a comma-separated list. */
export const PsaAgentIdentity = z
  .string()
  .min(1)
  .max(200)
  // oxlint-disable-next-line no-control-regex
  .regex(/^[^,\u0000-\u001f\u007f]+$/u, 'has a comma or a control character')
  .refine((identity) => identity.isWellFormed(), 'contains half a character (a lone surrogate)')

const PsaAgentRole = z.enum(['admin', 'technician', 'viewer'])

/**
 * Body of `PUT /v1/agents/{identity}`, which answers 201 with a new agent and 200 with one that was there, as it now stands.
 * A `sourceVersion` lower than the agent's changes nothing, whatever else the body says: a late writer cannot undo a newer one. An equal
 * one is taken, since an organization that loses PSA changes what its users may do, and no version of a user.
 */
export const PsaAgentDraft = z.strictObject({
  email: z.email().max(320),
  firstName: z.string().max(200),
  lastName: z.string().max(200),
  role: PsaAgentRole,
  /** Who is not active can edit no ticket. Their tickets stay visible and assigned to them. */
  active: z.boolean(),
  /** Version of the Hub user that this was made from. */
  sourceVersion: z.int().min(1),
})
export type PsaAgentDraft = z.infer<typeof PsaAgentDraft>

/** Answer of `GET /v1/agents/{identity}`. */
export const PsaAgent = z.object({
  identity: PsaAgentIdentity,
  email: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  role: PsaAgentRole,
  active: z.boolean(),
  sourceVersion: z.int().min(1),
  updatedAt: UtcTime,
})
export type PsaAgent = z.infer<typeof PsaAgent>

/** Answer of `GET /v1/agents?limit=&cursor=`, in the order of identities, and of `?ids=a,b` (unknown ones left out). */
export const PsaAgentPage = PageEnd.extend({ agents: z.array(PsaAgent).max(psaLimits.pageSizeMax) })
export type PsaAgentPage = z.infer<typeof PsaAgentPage>

/**
 * Answer of `GET /v1/agents/{identity}/tickets?limit=&cursor=`, in the order of ids: the tenant's tickets whose `assignee.id` is the
 * agent's identity and that are neither resolved nor closed, whether the agent is active or not. 404 for an unknown agent.
 */
export const PsaTicketPage = PageEnd.extend({ tickets: z.array(PsaTicket).max(psaLimits.pageSizeMax) })
export type PsaTicketPage = z.infer<typeof PsaTicketPage>

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

/** Answer of `GET /v1/health`, which asks for a valid key too. */
export const PsaHealth = z.object({ status: z.literal('ok'), version: z.string() })
export type PsaHealth = z.infer<typeof PsaHealth>

/** RFC 9457 problem document: the body of every status from 400 on. */
export const PsaProblem = z.object({
  type: z.string().optional(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
})
export type PsaProblem = z.infer<typeof PsaProblem>

/** The 422 of `POST /v1/tickets` for a company that PSA does not know. */
export const PsaUnknownCompany = PsaProblem.extend({ type: z.literal('urn:the-one-psa:problem:unknown-company') })

/** The 409 of `POST /v1/tickets`: the ticket that has the external reference. */
export const PsaTicketExists = PsaProblem.extend({ ticket: PsaTicket })

/** The 409 of `POST /v1/projects`: the project that has the external reference. */
export const PsaProjectExists = PsaProblem.extend({ project: PsaProject })
