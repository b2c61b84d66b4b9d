// What events of Hub carry: as Hub publishes them by the catalogue, and what is read of them.
import * as z from 'zod'
import { OrgRole } from '../peers/hub/contract.ts'
import { products } from '../peers/hub/vocabulary.ts'
import { reading, spare } from '../schema/reading.ts'
import { freeText } from './free-text.ts'
import { shortId } from './short-id.ts'

const id = z.string().min(1).max(200)
const anyId = z
  .string()
  .min(1)
  .overwrite((text) => shortId(text))

/** Who did it to whom, from where: what an audit needs of an event of Hub. */
const audited = {
  actor: z.strictObject({ type: z.enum(['user', 'system']), id }),
  /** The user whom it is about. */
  user_id: id,
  address: z.string().max(100).optional(),
  user_agent: z.string().max(1_000).optional(),
  outcome: z.enum(['success', 'failure']),
}

const auditedAsRead = {
  actor: spare(z.object({ type: spare(audited.actor.shape.type), id: spare(anyId) })),
  address: spare(freeText),
  user_agent: spare(freeText),
  outcome: spare(audited.outcome),
}

/** The user's state before and after. `user_version` grows with every change of the user in Hub. */
const UserState = z.strictObject({
  status: z.enum(['active', 'deactivated']),
  org_role: OrgRole,
  products: z.array(z.enum(products)),
})

const stateAsRead = spare(
  z.object({
    status: spare(UserState.shape.status),
    org_role: spare(UserState.shape.org_role),
    products: spare(UserState.shape.products),
  }),
)

const userChange = { ...audited, user_version: z.int().min(1), before: UserState.nullable(), after: UserState }

export const UserChange = z.strictObject(userChange)
export const AccessChange = z.strictObject({ ...userChange, product: z.enum(products) })

/** Whoever handles a change of a user has to know whose, and nothing else. No user before is as good as none that is named. */
export const ReadUserChange = reading(
  z.object({
    ...auditedAsRead,
    user_id: anyId,
    user_version: spare(userChange.user_version),
    before: stateAsRead,
    after: stateAsRead,
    product: spare(AccessChange.shape.product),
  }),
)

const login = {
  ...audited,
  method: z.enum(['entra', 'hub_session']),
  country: z.string().length(2).optional(),
  device_id: z.string().max(200).optional(),
  /** What kind of network the address belongs to, where it is known. */
  network: z.enum(['mobile', 'vpn', 'hosting', 'other']).optional(),
}

export const Login = z.strictObject(login)
export const FailedLogin = z.strictObject({
  ...login,
  user_id: id.nullable(),
  reason: z.enum(['unknown_user', 'not_invited', 'deactivated', 'no_product', 'provider_error']),
})

/** A login is passed on whatever is known of it. */
export const ReadLogin = reading(
  z.object({
    ...auditedAsRead,
    user_id: spare(anyId),
    method: spare(login.method),
    country: spare(freeText),
    device_id: spare(freeText),
    network: spare(login.network),
    reason: spare(FailedLogin.shape.reason),
  }),
)
