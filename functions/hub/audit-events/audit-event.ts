// How an event of Hub reads in Defend: failed logins as such, and a rise of rights flagged for review (HUB-8).
import type { Event } from '../../../shared/bus/event.ts'
import type { DefendAuditEvent } from '../../../shared/peers/defend/contract.ts'
import { orgRoles } from '../../../shared/peers/hub/vocabulary.ts'

export type HubEvent = Extract<Event, { readonly type: `hub.${string}` }>
type UserChange = Extract<HubEvent, { readonly type: `hub.iam.${string}` }>

export const auditEventOf = (event: HubEvent): DefendAuditEvent => {
  const { actor, user_id: userId, address, user_agent: userAgent, outcome } = event.data
  const classification = classificationOf(event)
  return {
    id: event.id,
    type: event.type,
    occurredAt: event.time,
    userId,
    actor,
    ...(address !== undefined && { address }),
    ...(userAgent !== undefined && { userAgent }),
    outcome,
    classification,
    review: classification === 'permission_escalation',
    details: detailsOf(event),
  }
}

const classificationOf = (event: HubEvent): DefendAuditEvent['classification'] => {
  switch (event.type) {
    case 'hub.auth.login_success':
      return 'login'
    case 'hub.auth.login_failed':
      return 'failed_login'
    case 'hub.iam.user_created':
    case 'hub.iam.user_deactivated':
      return rises(event) ? 'permission_escalation' : 'user_lifecycle'
    case 'hub.iam.access_granted':
    case 'hub.iam.access_revoked':
      return rises(event) ? 'permission_escalation' : 'access_change'
    case 'hub.iam.permission_changed':
      return rises(event) ? 'permission_escalation' : 'permission_change'
  }
}

/** Whether the user's role is higher than before, or a new user begins as one of those who run the organization. */
const rises = ({ data: { before, after } }: UserChange): boolean =>
  before === null
    ? orgRoles.indexOf(after.org_role) <= orgRoles.indexOf('admin')
    : orgRoles.indexOf(after.org_role) < orgRoles.indexOf(before.org_role)

const detailsOf = (event: HubEvent): Readonly<Record<string, string>> => {
  if (event.type !== 'hub.auth.login_success' && event.type !== 'hub.auth.login_failed') return changesOf(event)
  const { method, country, device_id: device } = event.data
  return {
    method,
    ...(country !== undefined && { country }),
    ...(device !== undefined && { device }),
    ...(event.type === 'hub.auth.login_failed' && { reason: event.data.reason }),
  }
}

const changesOf = (event: UserChange): Readonly<Record<string, string>> => {
  const { before, after, user_version: version } = event.data
  return {
    version: String(version),
    ...('product' in event.data && { product: event.data.product }),
    ...(before && {
      'status before': before.status,
      'role before': before.org_role,
      'products before': before.products.join(', '),
    }),
    'status after': after.status,
    'role after': after.org_role,
    'products after': after.products.join(', '),
  }
}
