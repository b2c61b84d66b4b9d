// What On-Call is told about an incident, and what it tells of it. Each may be cut off anywhere and repeated: an alert is named by the incident.
import { shorten } from '../../../shared/text/shortened-text.ts'
import { acknowledgeIncident, changeIncident } from '../../../shared/incidents/incident-life.ts'
import { type Incident, incidentTable } from '../../../shared/incidents/incident-table.ts'
import { type Reader, resolutionOf, titleOf } from '../../../shared/incidents/resolution.ts'
import { toAppError } from '../../../shared/errors.ts'
import { type OnCallAlertDraft, onCallLimits } from '../../../shared/peers/oncall/contract.ts'
import type { Services } from '../../../shared/services.ts'
import { log } from '../../../shared/telemetry/log.ts'

export type Called = {
  readonly services: Services
  /** Whose rotation is called. */
  readonly tenantId: string
  readonly incident: Incident
  /** Who works with the incident, and so whom the advice addresses. */
  readonly reader: Reader
}

/**
 * Has On-Call call somebody. It climbs the rotation until the alert is taken or ended.
 * @returns false when the organization has no On-Call: then nobody is called, now or later
 */
export const raiseCall = async (called: Called): Promise<boolean> => {
  const { services, tenantId, incident } = called
  if (!(await hasOnCall(called))) return false
  const onCall = await services.oncall()
  const { outcome } = await onCall.raiseAlert(tenantId, referenceOf(incident), draftOf(called))
  await record(called, { raisedAt: services.now().toISOString() })
  log.warn('incident.escalated', { tenantId, incidentId: incident.incidentId, outcome })
  return true
}

/** Takes over that the person on duty has taken it. One that On-Call has lost is raised again. */
export const followCall = async (called: Called): Promise<void> => {
  const { services, tenantId, incident } = called
  const onCall = await services.oncall()
  const alert = await onCall.getAlert(tenantId, referenceOf(incident))
  if (!alert) return void (await onCall.raiseAlert(tenantId, referenceOf(incident), draftOf(called)))
  if (alert.state === 'acknowledged' || alert.state === 'resolved') {
    await record(called, { takenAt: services.now().toISOString() })
    await acknowledgeIncident({ store: services.store(), now: services.now }, incident, 'oncall')
    log.info('incident.taken', { tenantId, incidentId: incident.incidentId })
  }
}

/** Nobody needs to be called any more. */
export const endCall = async (called: Called): Promise<void> => {
  const { services, tenantId, incident } = called
  const onCall = await services.oncall()
  const reason =
    incident.state === 'resolved'
      ? 'The incident is resolved.'
      : 'Somebody has acknowledged the incident at Governance → Incidents.'
  await onCall.resolveAlert(tenantId, referenceOf(incident), { reason })
  await record(called, { endedAt: services.now().toISOString() })
}

/** The next failure of the same cause after its end is another incident, and another alert. */
const referenceOf = ({ incidentId }: Incident): string => `incident:${incidentId}`

/** While Hub is away it is On-Call that decides: the incident may be that Hub is away. */
const hasOnCall = async ({ services, tenantId }: Called): Promise<boolean> => {
  try {
    const organization = await (await services.hub()).getOrganization(tenantId)
    return organization?.products.includes('oncall') ?? false
  } catch (error) {
    log.warn('incident.escalation.unasked', { tenantId, error: toAppError(error) })
    return true
  }
}

const draftOf = ({ services, incident, reader }: Called): OnCallAlertDraft => {
  const { AI_PUBLIC_URL } = services.config.require('AI_PUBLIC_URL')
  const facts = [
    `Failures: ${incident.count}. First seen: ${incident.firstSeenAt}. Last seen: ${incident.lastSeenAt}.`,
    incident.correlationId === '' ? '' : `Correlation id of the last failure: ${incident.correlationId}.`,
  ]
  return {
    title: shorten(titleOf(incident), onCallLimits.title),
    details: shorten([resolutionOf(incident, reader), ...facts].join('\n').trim(), onCallLimits.details),
    urgency: 'high',
    url: `${AI_PUBLIC_URL}/governance/incidents/${incident.incidentId}`,
    occurredAt: incident.firstSeenAt,
  }
}

/** What is known already stays. */
const record = async (
  { services, incident }: Called,
  news: Partial<NonNullable<Incident['escalation']>>,
): Promise<void> => {
  const rows = services.store().open(incidentTable)
  await changeIncident(services.store(), incident, 'escalated', async (row) => {
    const { escalation } = row.value
    const known = { raisedAt: services.now().toISOString(), ...news, ...escalation }
    return (await rows.incident.update(row, { ...row.value, escalation: known })).value
  })
}
