// What the endpoints of incidents take and answer.
import * as z from 'zod'
import { nextCursor, pageQuery } from '../../../shared/http/page-query.ts'
import { incidentSeverities, incidentStates, parkedStates } from '../../../shared/incidents/incident-table.ts'
import { OwnId } from '../../../shared/schema/own-id.ts'
import { line } from '../../../shared/text/text-schema.ts'

export const IncidentParams = z.strictObject({ incidentId: OwnId })

export const IncidentQuery = z.strictObject({
  ...pageQuery(25),
  state: z.enum(['unresolved', 'all']).default('unresolved').describe('unresolved, unless told'),
})

export const MessageQuery = z.strictObject(pageQuery(25))

const Deed = z.object({
  at: z.iso.datetime(),
  by: z.string().describe('`user:` and the user id, `key:` and the id of an integration key, or `replay`'),
})

export const Incident = z
  .object({
    id: z.string(),
    title: z.string(),
    severity: z.enum(incidentSeverities),
    state: z.enum(incidentStates),
    count: z.int().describe('How often it happened'),
    parked: z.int().describe('Messages that wait for a replay, or are on their way again'),
    firstSeenAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
    correlationId: z.string().describe('Of the last failure: finds it in the log'),
    resolution: z.string().describe('What to do about it'),
    facts: z
      .object({
        peer: z.string().optional(),
        peerOperation: z.string().optional(),
        peerStatus: z.int().optional().describe('HTTP status that the other product answered with'),
        subjects: z
          .array(z.string())
          .optional()
          .describe('Ids of what it happened to, such as repositories, or a client and its company: the first ten'),
        settings: z.array(z.string()).optional().describe('Names of settings that are missing or not usable'),
      })
      .describe('Of the last failure'),
    acknowledged: Deed.optional(),
    resolved: Deed.optional(),
    replayed: Deed.optional().describe('The last time that its messages were sent again'),
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
    field: z.string().optional().describe('Where the message broke its schema, for example data.severity'),
    attempts: z.int(),
    detail: z.string(),
    parkedAt: z.iso.datetime(),
    state: z.enum(parkedStates).describe('replaying: it was sent again, and has neither gone through nor failed yet'),
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
    body: z.string().describe('What the message said, without secrets, cut after 20,000 characters'),
  })
  .meta({ id: 'ParkedMessageWithBody' })

export const ResolveQuery = z.strictObject({
  discardParked: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: messages that are parked with the incident are discarded'),
})

export const Discard = z.strictObject({ reason: line(500).min(3) })

export const Replay = z
  .object({
    replayed: z.int().describe('Messages that were sent again'),
    hasMore: z.boolean().describe('True: call again for the rest'),
  })
  .meta({ id: 'Replay' })

export const Banners = z
  .object({
    banners: z.array(z.object({ title: z.string(), since: z.iso.datetime(), advice: z.string() })),
  })
  .meta({ id: 'Banners' })
