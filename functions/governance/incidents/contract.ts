// What the endpoints of incidents take and answer.
import * as z from 'zod'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { incidentSeverities, incidentStates, parkedStates } from '../../../shared/incidents/incident-table.ts'
import { OwnId } from '../../../shared/schema/own-id.ts'
import { line } from '../../../shared/text/text-schema.ts'

export const IncidentParams = z.strictObject({ incidentId: OwnId })

export const IncidentQuery = z.strictObject({
  ...pageQuery(25),
  state: z.enum(['unresolved', 'all']).default('unresolved').describe('default unresolved'),
})

export const MessageQuery = z.strictObject(pageQuery(25))

const Deed = z.object({
  at: z.iso.datetime(),
  by: z
    .string()
    .describe(
      '`user:` and the user id, `key:` and the id of an integration key, `operator:` and who it is, `oncall`, or `replay`',
    ),
})

const Escalation = z
  .object({
    raisedAt: z.iso.datetime(),
    takenAt: z.iso.datetime().optional().describe('When the person on duty took it'),
    endedAt: z.iso.datetime().optional().describe('When On-Call was told that nobody needs to be called any more'),
  })
  .describe('Somebody was called about it through On-Call')

export const Incident = z
  .object({
    id: z.string(),
    title: z.string(),
    severity: z.enum(incidentSeverities),
    state: z.enum(incidentStates),
    count: z.int().describe('Number of failures'),
    parked: z.int().describe('Messages that wait for a replay or are being replayed'),
    firstSeenAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
    correlationId: z.string().describe('Identifies the last failure in the log'),
    resolution: z.string().describe('How to resolve it'),
    facts: z
      .object({
        peer: z.string().optional(),
        peerOperation: z.string().optional(),
        peerStatus: z.int().optional().describe('HTTP status of the answer of the other product'),
        subjects: z
          .array(z.string())
          .optional()
          .describe('Ids of the things affected, such as repositories, or a client and its company; the first ten'),
        settings: z.array(z.string()).optional().describe('Names of the settings that are missing or invalid'),
      })
      .describe('Facts about the last failure'),
    acknowledged: Deed.optional(),
    resolved: Deed.optional(),
    replayed: Deed.optional().describe('The last replay of its messages'),
    escalation: Escalation.optional(),
  })
  .meta({ id: 'Incident' })
export type Incident = z.input<typeof Incident>

export const Incidents = z.object({ incidents: z.array(Incident), nextCursor }).meta({ id: 'Incidents' })

const ParkedMessage = z
  .object({
    id: z.string(),
    type: z.string().optional().describe('Absent when the message could not be read as an event'),
    eventId: z.string().optional(),
    tenantId: z.string().optional().describe('The organization that the message is about'),
    field: z.string().optional().describe('Path at which the message breaks its schema, for example data.severity'),
    attempts: z.int(),
    detail: z.string(),
    parkedAt: z.iso.datetime(),
    state: z.enum(parkedStates).describe('replaying: it was sent again and has neither succeeded nor failed yet'),
  })
  .meta({ id: 'ParkedMessage' })
export type ParkedMessage = z.input<typeof ParkedMessage>

const messagePage = { messages: z.array(ParkedMessage), nextCursor }

export const ParkedMessages = z.object(messagePage).meta({ id: 'ParkedMessages' })

export const IncidentWithMessages = z
  .object({ incident: Incident, ...messagePage })
  .meta({ id: 'IncidentWithMessages', description: 'The incident with the first page of its parked messages' })

export const MessageParams = z.strictObject({
  ...IncidentParams.shape,
  messageId: OwnId,
})

export const ParkedMessageWithBody = z
  .object({
    message: ParkedMessage,
    body: z.string().describe('The body of the message with secrets removed, truncated after 20,000 characters'),
  })
  .meta({ id: 'ParkedMessageWithBody' })

export const ResolveQuery = z.strictObject({
  discardParked: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: discards the messages parked with the incident'),
})

export const Discard = z.strictObject({ reason: line(500).min(3) })

export const Replay = z
  .object({
    replayed: z.int().describe('Messages sent again'),
    hasMore: z.boolean().describe('True: repeat the call for the rest'),
  })
  .meta({ id: 'Replay' })

const Banner = z.object({ title: z.string(), since: z.iso.datetime(), advice: z.string() })

export const Banners = z.object({ banners: z.array(Banner) }).meta({ id: 'Banners' })

const Warning = z.object({
  ...Banner.shape,
  severity: z.enum(incidentSeverities),
  lastSeenAt: z.iso.datetime(),
  incidentId: z.string().optional().describe('Absent when it affects every organization'),
  escalation: z
    .enum(['called', 'taken'])
    .optional()
    .describe('called: On-Call calls somebody. taken: the person on duty has taken it'),
})
export type Warning = z.input<typeof Warning>

export const Dashboard = z
  .object({
    warnings: z
      .array(Warning)
      .describe('What is broken now: high severity first, then the newest. At most 100 of the organization'),
    waiting: z
      .object({
        messages: z.int().describe('Messages that wait for a replay'),
        incidents: z.int().describe('Incidents with such messages, also those whose cause is gone'),
      })
      .describe('What is left to do although nothing may be broken any more'),
  })
  .meta({ id: 'Dashboard' })
export type Dashboard = z.input<typeof Dashboard>
