// The wire of a ticket as a user sees it in PSA.
import * as z from 'zod'
import { UtcTime } from './contract.ts'
import { PsaPriority, PsaTicketId, PsaTicketStatus } from './ticket-contract.ts'

/** Newest notes that a view has. */
export const viewedNotesMax = 20

/** Answer of `GET /v1/tickets/{id}/view`. */
export const PsaTicketView = z.object({
  id: PsaTicketId,
  title: z.string(),
  status: PsaTicketStatus,
  priority: PsaPriority,
  board: z.string(),
  /** `null` while nobody has said whose the ticket is. */
  company: z.object({ id: z.string(), name: z.string() }).nullable(),
  assignee: z.object({ name: z.string() }).nullable(),
  description: z.string(),
  /** Those that the user may see, newest first. */
  recentNotes: z
    .array(
      z.object({
        text: z.string(),
        internal: z.boolean(),
        createdAt: UtcTime,
        /** Under which an integration has written it. Absent: a person has. */
        reference: z.string().optional(),
      }),
    )
    .max(viewedNotesMax),
  createdAt: UtcTime,
  updatedAt: UtcTime,
  /** Opens the ticket in PSA, for a person. */
  url: z.url({ protocol: /^https?$/ }),
})
export type PsaTicketView = z.infer<typeof PsaTicketView>
