// What is kept of security tickets: which ticket a detection is on, which detections belong together, and how far each has come.
import * as z from 'zod'
import { effectStates } from '../../../shared/effects/effect-row.ts'
import { pending } from '../../../shared/store/pending.ts'
import { ReadPsaTicketStatus } from '../../../shared/peers/psa/answers.ts'
import { PsaTicketDraft } from '../../../shared/peers/psa/ticket-contract.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { Detection } from './detection.ts'

const DetectionRow = z.strictObject({
  tenantId: z.string(),
  detectionId: z.string(),
  /** The ticket that it is on, or shall be. */
  ref: z.string(),
  /** It is on the ticket in PSA: nothing is left to do. */
  settled: z.boolean(),
  /** All that Defend told, until it is settled: whoever finds the row can finish it. */
  detection: Detection.optional(),
  /** How it comes onto a ticket that another one began: decided once, since PSA keeps the references of the two apart. */
  way: z.enum(['note', 'reopening']).optional(),
})
export type DetectionRow = z.infer<typeof DetectionRow>

const GroupRow = z.strictObject({
  tenantId: z.string(),
  /** Empty for detections that belong to no client. */
  clientId: z.string(),
  cause: z.string(),
  /** In the order in which they were begun. */
  windows: z.array(z.strictObject({ ref: z.string(), firstDetectedAt: z.iso.datetime() })),
})

export type GroupRow = z.infer<typeof GroupRow>

const TicketRow = z.strictObject({
  tenantId: z.string(),
  /** The external reference in PSA. */
  ref: z.string(),
  createdAt: z.iso.datetime(),
  /** Whoever comes next begins a refused one again, and another one for one that is gone. */
  state: z.enum(effectStates),
  /** The detection that it was begun for, and its client; empty for none. */
  detectionId: z.string(),
  clientId: z.string(),
  /** What PSA is asked to make; kept until it has. */
  draft: PsaTicketDraft.optional(),
  /** What PSA made of it, as it was last seen. */
  made: z
    .strictObject({ id: z.string(), url: z.string(), status: ReadPsaTicketStatus, asOf: z.iso.datetime() })
    .optional(),
})
export type TicketRow = z.infer<typeof TicketRow>

/** 13 months and a bit, from the last time anything about it changed. What is open in PSA is renewed before that (`renewal.ts`). */
const keepFor = { days: 400 }

export const securityTicketTable = table('aiSecurityTickets', {
  /** One for each detection: whoever writes it decides which ticket it is on. */
  detection: rowKind({
    schema: DetectionRow,
    partition: ['tenantId'],
    key: ['detectionId'],
    keepFor,
    dataOf: { tenant: ['tenantId'], client: ['detection.client_id'], through: { reference: ['ref'] } },
  }),
  /** One for each client and cause: whoever writes it begins a ticket. */
  group: rowKind({
    schema: GroupRow,
    partition: ['tenantId'],
    key: ['clientId', 'cause'],
    keepFor,
    dataOf: { tenant: ['tenantId'], client: ['clientId'] },
  }),
  ticket: rowKind({
    schema: TicketRow,
    partition: ['tenantId'],
    key: ['ref'],
    keepFor,
    dataOf: { tenant: ['tenantId'], client: ['clientId'], leadsTo: { reference: ['ref'] } },
  }),
})

/** Of detections that were begun, by their ids. */
export const unsettledPending = pending('aiSecurityTicketsUnsettled')
