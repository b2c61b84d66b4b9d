// An incident and its messages as they are shown: templates and allow-listed fields, never a body.
import type * as stored from '../../../shared/incidents/incident-table.ts'
import { type Reader, resolutionOf, titleOf } from '../../../shared/incidents/resolution.ts'
import type { Incident, ParkedMessage } from './contract.ts'

export const shownIncident = (incident: stored.Incident, reader: Reader): Incident => ({
  id: incident.incidentId,
  title: titleOf(incident),
  severity: incident.severity,
  state: incident.state,
  count: incident.count,
  parked: incident.parked,
  firstSeenAt: incident.firstSeenAt,
  lastSeenAt: incident.lastSeenAt,
  correlationId: incident.correlationId,
  resolution: resolutionOf(incident, reader),
  facts: incident.facts,
  ...deed('acknowledged', incident.acknowledgedAt, incident.acknowledgedBy),
  ...deed('resolved', incident.resolvedAt, incident.resolvedBy),
  ...deed('replayed', incident.replayedAt, incident.replayedBy),
  ...(incident.escalation && { escalation: incident.escalation }),
})

const deed = (
  name: 'acknowledged' | 'resolved' | 'replayed',
  at: string | undefined,
  by: string | undefined,
): Pick<Incident, typeof name> => (at === undefined || by === undefined ? {} : { [name]: { at, by } })

export const shownMessage = (message: stored.ParkedMessage): ParkedMessage => ({
  id: message.parkedId,
  ...(message.eventType !== undefined && { type: message.eventType }),
  ...(message.eventId !== undefined && { eventId: message.eventId }),
  ...(message.tenantId !== undefined && { tenantId: message.tenantId }),
  ...(message.field !== undefined && { field: message.field }),
  attempts: message.attempts,
  detail: message.detail,
  parkedAt: message.parkedAt,
  state: message.state,
})

/** @template Page a list of messages with what else its page has */
export const shownMessages = <Page extends { readonly messages: readonly stored.ParkedMessage[] }>(page: Page) => ({
  ...page,
  messages: page.messages.map(shownMessage),
})
