// How an event of Hub reads in Defend: failed logins as such, and a rise of rights flagged for review (HUB-8). What Hub left out, or this
// version does not know, keeps no event from Defend.
import type { Event } from '../../../shared/bus/event.ts'
import { shortId } from '../../../shared/bus/short-id.ts'
import { type DefendAuditEvent, defendLimits } from '../../../shared/peers/defend/contract.ts'
import { orgRoles } from '../../../shared/peers/hub/vocabulary.ts'
import { unknownValue } from '../../../shared/schema/reading.ts'

export type HubEvent = Extract<Event, { readonly type: `hub.${string}` }>
type UserChange = Extract<HubEvent, { readonly type: `hub.iam.${string}` }>
type UserState = NonNullable<UserChange['data']['after']>

export const auditEventOf = (event: HubEvent): DefendAuditEvent => {
  const { user_id: userId, address, user_agent: userAgent } = event.data
  const rights = isChange(event) ? rightsOf(event) : 'same'
  return {
    id: shortId(event.id),
    type: event.type,
    occurredAt: event.time,
    userId: userId ?? null,
    actor: actorOf(event),
    ...(address !== undefined && { address: cut(address, defendLimits.address) }),
    ...(userAgent !== undefined && { userAgent: cut(userAgent, defendLimits.userAgent) }),
    outcome: outcomeOf(event),
    classification: rights === 'more' ? 'permission_escalation' : classificationOf(event),
    review: rights !== 'same',
    details: detailsOf(event),
  }
}

const isChange = (event: HubEvent): event is UserChange => event.type.startsWith('hub.iam.')

const cut = (text: string, lengthMax: number): string => text.slice(0, lengthMax).toWellFormed()

/** Somebody has to be named: the system, when Hub did not say who it was. */
const actorOf = ({ data: { actor } }: HubEvent): DefendAuditEvent['actor'] => ({
  type: actor?.type === 'user' ? 'user' : 'system',
  id: actor?.id ?? unknownValue,
})

/** As the type of the event has it, where Hub did not say. */
const outcomeOf = ({ type, data: { outcome } }: HubEvent): DefendAuditEvent['outcome'] => {
  if (outcome === 'success' || outcome === 'failure') return outcome
  return type === 'hub.auth.login_failed' ? 'failure' : 'success'
}

const classificationOf = ({ type }: HubEvent): DefendAuditEvent['classification'] => {
  switch (type) {
    case 'hub.auth.login_success':
      return 'login'
    case 'hub.auth.login_failed':
      return 'failed_login'
    case 'hub.iam.user_created':
    case 'hub.iam.user_deactivated':
      return 'user_lifecycle'
    case 'hub.iam.access_granted':
    case 'hub.iam.access_revoked':
      return 'access_change'
    case 'hub.iam.permission_changed':
      return 'permission_change'
  }
}

/**
 * `more`: the user's role is higher than before, or a new user begins as one of those who run the organization. `untold`: nobody can tell, since
 * a role is missing or not known here.
 */
const rightsOf = ({ type, data: { before, after } }: UserChange): 'more' | 'same' | 'untold' => {
  const [had, has] = [rankOf(before), rankOf(after)]
  if (has === undefined) return 'untold'
  if (type === 'hub.iam.user_created' && !before) return has <= orgRoles.indexOf('admin') ? 'more' : 'same'
  if (had === undefined) return 'untold'
  return has < had ? 'more' : 'same'
}

/** 0 for the highest role. */
const rankOf = (state: UserState | undefined): number | undefined => {
  const role = state?.org_role
  return role === undefined || role === unknownValue ? undefined : orgRoles.indexOf(role)
}

const detailsOf = (event: HubEvent): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(isChange(event) ? changesOf(event) : loginOf(event)).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, cut(text, defendLimits.detail)]],
    ),
  )

type Details = Readonly<Record<string, string | undefined>>

const loginOf = ({ type, data }: Exclude<HubEvent, UserChange>): Details => ({
  method: data.method,
  country: data.country,
  device: data.device_id,
  reason: type === 'hub.auth.login_failed' ? data.reason : undefined,
})

const changesOf = ({ data: { before, after, user_version: version, product } }: UserChange): Details => ({
  version: version?.toString(),
  product,
  ...stateOf('before', before),
  ...stateOf('after', after),
})

const stateOf = (when: 'before' | 'after', state: UserState | undefined): Details => ({
  [`status ${when}`]: state?.status,
  [`role ${when}`]: state?.org_role,
  [`products ${when}`]: state?.products?.join(', '),
})
