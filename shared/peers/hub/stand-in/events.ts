// What the Hub stand-in publishes when a user changes or signs in: events of the catalogue.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type EventData, type EventName, catalogue } from '../../../bus/catalogue.ts'
import { CloudEvent, dataSchemaOf } from '../../../bus/cloud-event.ts'
import type { HubUser, Product } from '../contract.ts'
import type { ChangedUser, Member } from './directory.ts'

/** From where the request came that is the cause of an event. */
export type Origin = {
  readonly address: string | undefined
  readonly userAgent: string | undefined
  /** W3C trace context of the request: the event goes on with it. */
  readonly traceparent: string | undefined
}

export const originOf = ({ headers, socket }: IncomingMessage): Origin => ({
  address: socket.remoteAddress,
  userAgent: headers['user-agent'],
  traceparent: typeof headers['traceparent'] === 'string' ? headers['traceparent'] : undefined,
})

/** Who makes changes through the control API. */
const actor = { type: 'system', id: 'hub-control-api' } as const

/**
 * The events of one change, in the order in which they are to be published. A change of name or address has none, and a user
 * who is created or deactivated has one for all that comes or goes with it. Who is active again gets back the products.
 */
export const eventsOfChange = (tenantId: string, { before, after }: ChangedUser, origin: Origin): CloudEvent[] => {
  if (before === after) return []
  const change = {
    ...fromWhere(origin),
    actor,
    user_id: after.id,
    outcome: 'success' as const,
    user_version: after.version,
    before: before ? stateOf(before) : null,
    after: stateOf(after),
  }
  const about = { tenantId, userId: after.id, time: after.updatedAt, origin }
  if (!before) return [eventOf('hub.iam.user_created', change, about)]

  const events: CloudEvent[] = []
  if (before.orgRole !== after.orgRole) events.push(eventOf('hub.iam.permission_changed', change, about))
  if (before.status === 'active' && after.status === 'deactivated')
    return [...events, eventOf('hub.iam.user_deactivated', change, about)]
  const [had, has] = [productsOf(before), productsOf(after)]
  for (const product of without(has, had)) events.push(eventOf('hub.iam.access_granted', { ...change, product }, about))
  for (const product of without(had, has)) events.push(eventOf('hub.iam.access_revoked', { ...change, product }, about))
  return events
}

type Refusal = EventData<'hub.auth.login_failed'>['reason']

/** @param refusal why Hub did not let the person through, if it did not */
export const eventOfLogin = (
  { user, organization }: Member,
  method: 'entra' | 'hub_session',
  origin: Origin,
  refusal?: Refusal,
): CloudEvent => {
  const login = { ...fromWhere(origin), actor: { type: 'user' as const, id: user.id }, user_id: user.id, method }
  const about = { tenantId: organization.id, userId: user.id, time: new Date().toISOString(), origin }
  return refusal === undefined
    ? eventOf('hub.auth.login_success', { ...login, outcome: 'success' }, about)
    : eventOf('hub.auth.login_failed', { ...login, outcome: 'failure', reason: refusal }, about)
}

type About = { readonly tenantId: string; readonly userId: string; readonly time: string; readonly origin: Origin }

const eventOf = <Name extends EventName>(
  type: Name,
  data: EventData<Name>,
  { tenantId, userId, time, origin: { traceparent } }: About,
): CloudEvent => {
  const { publisher, version, data: schema } = catalogue[type]
  return CloudEvent.parse({
    specversion: '1.0',
    id: randomUUID(),
    source: `/products/${publisher}`,
    type,
    subject: userId,
    time,
    datacontenttype: 'application/json',
    dataschema: dataSchemaOf(type, version),
    tenantid: tenantId,
    ...(traceparent !== undefined && { traceparent: traceparent.slice(0, 200) }),
    data: schema.parse(data),
  })
}

const fromWhere = ({ address, userAgent }: Origin) => ({
  ...(address !== undefined && { address }),
  ...(userAgent !== undefined && { user_agent: userAgent.slice(0, 1_000) }),
})

const stateOf = ({ status, orgRole, products }: HubUser) => ({ status, org_role: orgRole, products })

/** That the user can enter. */
const productsOf = ({ status, products }: HubUser): readonly Product[] => (status === 'active' ? products : [])

const without = (products: readonly Product[], others: readonly Product[]): readonly Product[] =>
  products.filter((product) => !others.includes(product))
