// What is kept of failed integrations: incidents, and the messages that were parked with them.
import * as z from 'zod'
import { type ErrorCode, errorTable } from '../error-table.ts'
import { rowKind, table } from '../store/table.ts'

export { ownerOfTenant, platform } from './incident-owner.ts'

const ErrorCodeName = z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]])

export const incidentStates = ['open', 'acknowledged', 'resolved'] as const
export const incidentSeverities = ['high', 'normal'] as const
export const parkedStates = ['parked', 'replaying'] as const

const Incident = z.strictObject({
  /** See `incident-owner.ts`. */
  owner: z.string(),
  /** Sorts newest first. */
  incidentId: z.string(),
  /** Digest of what its failures have in common: integration, operation, cause, and the thing when it has an incident of its own. */
  group: z.string(),
  integration: z.string(),
  operation: z.string(),
  code: ErrorCodeName,
  severity: z.enum(incidentSeverities),
  state: z.enum(incidentStates),
  /** How often it happened. */
  count: z.int().min(1),
  /** Messages that wait for a replay. */
  parked: z.int().min(0),
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  /** Of the last failure. */
  correlationId: z.string(),
  /** What of the last failure may be shown: no text of a peer, no data of a tenant. */
  facts: z.strictObject({
    peer: z.string().optional(),
    peerOperation: z.string().optional(),
    peerStatus: z.int().optional(),
    settings: z.array(z.string()).optional(),
    /** Ids of the tenant's own things, which only its own incidents name. */
    subjects: z.array(z.string()).optional(),
  }),
  /** The work has succeeded since, but messages are parked; absent again with the next failure. */
  recoveredAt: z.iso.datetime().optional(),
  acknowledgedAt: z.iso.datetime().optional(),
  acknowledgedBy: z.string().optional(),
  resolvedAt: z.iso.datetime().optional(),
  resolvedBy: z.string().optional(),
  replayedAt: z.iso.datetime().optional(),
  replayedBy: z.string().optional(),
  /** Somebody was called about it through On-Call. */
  escalation: z
    .strictObject({
      raisedAt: z.iso.datetime(),
      /** The person on duty took it there. */
      takenAt: z.iso.datetime().optional(),
      /** On-Call knows that nobody needs to be called any more. */
      endedAt: z.iso.datetime().optional(),
    })
    .optional(),
})
export type Incident = z.infer<typeof Incident>

const ParkedMessage = z.strictObject({
  owner: z.string(),
  incidentId: z.string(),
  /** The same for the same message of the same subscriber, however often it is parked. */
  parkedId: z.string(),
  subscriber: z.string(),
  queue: z.string(),
  messageId: z.string(),
  contentType: z.string().optional(),
  /** Slug of the product whose key the bus accepted it with. */
  publisher: z.string().optional(),
  /** Known when the message could be read as an event of a tenant. */
  tenantId: z.string().optional(),
  eventType: z.string().optional(),
  eventId: z.string().optional(),
  /** Where the message broke its schema: `data.severity`. */
  field: z.string().optional(),
  code: ErrorCodeName,
  detail: z.string(),
  attempts: z.int().min(1),
  parkedAt: z.iso.datetime(),
  correlationId: z.string(),
  state: z.enum(parkedStates),
  /** How often it was sent again. */
  replays: z.int().min(0),
  /** When it was last sent again. */
  replayedAt: z.iso.datetime().optional(),
})
export type ParkedMessage = z.infer<typeof ParkedMessage>

/** A message that somebody decided never to handle, and why. */
const DiscardedMessage = z.strictObject({
  owner: z.string(),
  incidentId: z.string(),
  parkedId: z.string(),
  eventType: z.string().optional(),
  eventId: z.string().optional(),
  reason: z.string(),
  discardedAt: z.iso.datetime(),
  discardedBy: z.string(),
})

/** Apart from the rest, so that a list of messages never reads a body. */
const ParkedBody = z.strictObject({
  owner: z.string(),
  incidentId: z.string(),
  parkedId: z.string(),
  parkedAt: z.iso.datetime(),
  /** As the message itself has it. */
  tenantId: z.string().optional(),
  /** Of what is sealed: text, or bytes as base64. */
  encoding: z.enum(['text', 'base64']),
  /** See `parked-body.ts`. Of the 256 KB that a message can have it takes 930 KB at most, where they are no text: less than the 1 MiB of a row. */
  sealed: z.string(),
})
export type ParkedBody = z.infer<typeof ParkedBody>

/** 13 months and a bit for what happened; 90 days for the messages themselves. */
const incidentDays = 400
const parkedDays = 90

const daysAfter = (time: string, days: number): Date => new Date(Date.parse(time) + days * 86_400_000)

const parkedUntil = ({ parkedAt }: { readonly parkedAt: string }): Date => daysAfter(parkedAt, parkedDays)

export const incidentTable = table('incidents', {
  /** One that is not resolved stays: there is at most one of each cause, and its two pointers never point to nothing. */
  incident: rowKind({
    schema: Incident,
    partition: ['owner'],
    key: ['incidentId'],
    keepFor: ({ resolvedAt }) => (resolvedAt === undefined ? 'forever' : daysAfter(resolvedAt, incidentDays)),
    dataOf: { tenant: ['owner'], names: ['acknowledgedBy', 'resolvedBy', 'replayedBy'] },
  }),
  /** The incident that further failures of a group belong to; gone once it is resolved. */
  group: rowKind({
    schema: z.strictObject({ owner: z.string(), group: z.string(), incidentId: z.string() }),
    partition: ['owner'],
    key: ['group'],
    keepFor: 'forever',
    dataOf: { tenant: ['owner'] },
  }),
  /** The incidents that are not resolved, newest first, with what a success has to find them by. */
  unresolved: rowKind({
    schema: z.strictObject({
      owner: z.string(),
      incidentId: z.string(),
      integration: z.string(),
      operation: z.string(),
    }),
    partition: ['owner'],
    key: ['incidentId'],
    keepFor: 'forever',
    dataOf: { tenant: ['owner'] },
  }),
  parked: rowKind({
    schema: ParkedMessage,
    partition: ['owner'],
    key: ['incidentId', 'parkedId'],
    keepFor: parkedUntil,
    dataOf: { tenant: ['owner', 'tenantId'] },
  }),
  discarded: rowKind({
    schema: DiscardedMessage,
    partition: ['owner'],
    key: ['incidentId', 'parkedId'],
    keepFor: { days: incidentDays },
    dataOf: { tenant: ['owner'], names: ['discardedBy'] },
  }),
  body: rowKind({
    schema: ParkedBody,
    partition: ['owner'],
    key: ['incidentId', 'parkedId'],
    keepFor: parkedUntil,
    dataOf: { tenant: ['owner', 'tenantId'], secret: ['sealed'] },
  }),
})
