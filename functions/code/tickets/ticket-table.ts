// What is kept of Code-created tickets: which ticket a finding belongs to, and how far each ticket has come.
import * as z from 'zod'
import { PsaTicketDraft, PsaTicketStatus } from '../../../shared/peers/psa/contract.ts'
import { buckets } from '../../../shared/store/buckets.ts'
import { newestFirst } from '../../../shared/store/key.ts'
import { rowKind, table } from '../../../shared/store/table.ts'
import { Severity } from './finding.ts'

const FindingTypeName = z.enum(['vulnerability', 'access_issue', 'secret_detected', 'sunset_decision'])

/** The name of a ticket row: newest first in its tenant's partition. */
const TicketKey = z.strictObject({ createdAt: z.iso.datetime(), ref: z.string() })
export type TicketKey = z.infer<typeof TicketKey>

const Ticket = z.strictObject({
  tenantId: z.string(),
  /** The external reference in PSA: the same for everyone who files the same findings, so that PSA can refuse a second ticket. */
  ref: z.string(),
  createdAt: z.iso.datetime(),
  /** `filing` until PSA's answer is recorded; `rejected` when PSA refused it for good. */
  state: z.enum(['filing', 'filed', 'rejected']),
  title: z.string(),
  type: FindingTypeName,
  repository: z.strictObject({ id: z.string(), name: z.string() }),
  findings: z.array(z.strictObject({ findingId: z.string(), fingerprint: z.string(), severity: Severity })),
  /** The client's name; absent when the repository is unmapped. */
  clientName: z.string().optional(),
  /** What PSA is asked to make; kept until it has. */
  draft: PsaTicketDraft.optional(),
  /** What PSA made of it, and its status as it was last seen. */
  psa: z
    .strictObject({ id: z.string(), url: z.string(), status: PsaTicketStatus, statusAsOf: z.iso.datetime() })
    .optional(),
  /** The ticket that the same findings had before it, closed too long ago to be reopened. */
  previous: TicketKey.optional(),
  filedBy: z.string(),
})
export type Ticket = z.infer<typeof Ticket>

const Claim = z.strictObject({
  tenantId: z.string(),
  fingerprint: z.string(),
  ticket: TicketKey,
  /** The latest detection that the ticket knows of. */
  lastDetectedAt: z.iso.datetime(),
  /** How PSA is told, or was told, of the last detection. */
  news: z.strictObject({ reference: z.string(), way: z.enum(['note', 'reopen']) }).optional(),
})
export type Claim = z.infer<typeof Claim>

/** 13 months and a bit, from the last time anything about it changed. */
const keepFor = { days: 400 }

export const ticketTable = table('codeTickets', {
  ticket: rowKind({
    schema: Ticket,
    partition: ['tenantId'],
    key: ({ createdAt, ref }) => [newestFirst(createdAt), ref],
    keepFor,
  }),
  /** One for each fingerprint: whoever writes it decides which ticket the finding belongs to. */
  claim: rowKind({ schema: Claim, partition: ['tenantId'], key: ['fingerprint'], keepFor }),
  /** From The One Code's id of a finding to its fingerprint. */
  finding: rowKind({
    schema: z.strictObject({ tenantId: z.string(), findingId: z.string(), fingerprint: z.string() }),
    partition: ['tenantId'],
    key: ['findingId'],
    keepFor,
  }),
})

/** Markers of tickets that were begun, in few partitions, so that the nightly run finds what a crash left without a scan. */
export const filingTable = table('codeTicketFilings', {
  filing: rowKind({
    schema: z.strictObject({ bucket: z.string(), tenantId: z.string(), createdAt: z.iso.datetime(), ref: z.string() }),
    partition: ['bucket'],
    key: ['tenantId', 'createdAt', 'ref'],
    keepFor,
  }),
})

/** By the reference of the ticket. */
export const filingBuckets = buckets('filing')
