// What is kept of Code-created tickets: which ticket a finding belongs to, and how far each ticket has come.
import * as z from 'zod'
import { Content } from '../../../shared/effects/content.ts'
import { effectStates } from '../../../shared/effects/effect-row.ts'
import { pending } from '../../../shared/store/pending.ts'
import { ReadPsaTicketStatus } from '../../../shared/peers/psa/answers.ts'
import { PsaNoteDraft, PsaTicketDraft } from '../../../shared/peers/psa/ticket-contract.ts'
import { newestFirst } from '../../../shared/store/key.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { Severity } from '../../../shared/text/severity.ts'

export const FindingTypeName = z.enum(['vulnerability', 'access_issue', 'secret_detected', 'sunset_decision'])

/** The ticket, and the notes on it for what has no room in it. */
export const TicketDraft = z.strictObject({
  ticket: PsaTicketDraft,
  notes: z.array(PsaNoteDraft.shape.text),
})
export type TicketDraft = z.infer<typeof TicketDraft>

/** The name of a ticket row: newest first in its tenant's partition. */
const TicketKey = z.strictObject({ createdAt: z.iso.datetime(), ref: z.string() })
export type TicketKey = z.infer<typeof TicketKey>

const Ticket = z.strictObject({
  tenantId: z.string(),
  /** The external reference in PSA: the same for everyone who files the same findings, so that PSA can refuse a second ticket. */
  ref: z.string(),
  createdAt: z.iso.datetime(),
  state: z.enum(effectStates),
  title: z.string(),
  type: FindingTypeName,
  repository: z.strictObject({ id: z.string(), name: z.string() }),
  findings: z.array(z.strictObject({ findingId: z.string(), fingerprint: z.string(), severity: Severity })),
  /** The client's name and id; absent when the repository is unmapped. */
  clientName: z.string().optional(),
  clientId: z.string().optional(),
  /** What PSA is asked to make; kept until it has. */
  draft: TicketDraft.optional(),
  /** What PSA made of it, and its status as it was last seen. */
  made: z
    .strictObject({ id: z.string(), url: z.string(), status: ReadPsaTicketStatus, asOf: z.iso.datetime() })
    .optional(),
  /** The ticket that the same findings had before it, closed too long ago to be reopened, or gone. */
  previous: TicketKey.optional(),
  /** Its id in PSA. */
  previousId: z.string().optional(),
  filedBy: z.string(),
})
export type Ticket = z.infer<typeof Ticket>

const Claim = z.strictObject({
  tenantId: z.string(),
  fingerprint: z.string(),
  ticket: TicketKey,
  /** The latest detection that the ticket knows of. */
  lastDetectedAt: z.iso.datetime(),
  /** What the ticket was told of the finding: the ids under which others know it, and digests of the rest. */
  advisories: z.array(z.string()),
  severity: Severity,
  content: Content,
  /** How PSA is told, or was told, of the last detection. */
  news: z.strictObject({ reference: z.string(), way: z.enum(['note', 'reopen']) }).optional(),
})
export type Claim = z.infer<typeof Claim>

/** 13 months and a bit, from the last time anything about it changed. What is open in PSA is renewed before that (`renewal.ts`). */
const keepFor = { days: 400 }

export const ticketTable = table('codeTickets', {
  ticket: rowKind({
    schema: Ticket,
    partition: ['tenantId'],
    key: ({ createdAt, ref }) => [newestFirst(createdAt), ref],
    keepFor,
    dataOf: {
      tenant: ['tenantId'],
      client: ['clientId'],
      names: ['filedBy'],
      through: { repository: ['repository.id'] },
      leadsTo: { fingerprint: ['findings.fingerprint'], reference: ['ref'] },
    },
  }),
  /** One for each fingerprint: whoever writes it decides which ticket the finding belongs to. */
  claim: rowKind({
    schema: Claim,
    partition: ['tenantId'],
    key: ['fingerprint'],
    keepFor,
    dataOf: { tenant: ['tenantId'], through: { fingerprint: ['fingerprint'] } },
  }),
  /** From each thing by which a finding is known again to its fingerprint: whoever writes it decides which finding has it. */
  identity: rowKind({
    schema: z.strictObject({ tenantId: z.string(), identity: z.string(), fingerprint: z.string() }),
    partition: ['tenantId'],
    key: ['identity'],
    keepFor,
    dataOf: { tenant: ['tenantId'], through: { fingerprint: ['fingerprint'] } },
  }),
  /** From The One Code's id of a finding to its fingerprint. */
  finding: rowKind({
    schema: z.strictObject({ tenantId: z.string(), findingId: z.string(), fingerprint: z.string() }),
    partition: ['tenantId'],
    key: ['findingId'],
    keepFor,
    dataOf: { tenant: ['tenantId'], through: { fingerprint: ['fingerprint'] } },
  }),
})

/** Of tickets that were begun. */
export const filingPending = pending('codeTicketFilings')
