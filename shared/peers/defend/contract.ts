// The wire between this suite and The One Defend, version 1: audit events of Hub go in, each once.
import * as z from 'zod'
import { userHeader } from '../user-read/contract.ts'

/** Request headers of every call. */
export const defendHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id', user: userHeader } as const

/** Longest texts in UTF-16 code units, and most entries of `details`. */
export const defendLimits = { id: 200, type: 100, address: 100, userAgent: 1_000, detail: 2_000, details: 50 } as const

const id = z.string().min(1).max(defendLimits.id)

/** What happened, as Defend sorts it. */
const DefendClassification = z.enum([
  'login',
  'failed_login',
  'user_lifecycle',
  'access_change',
  'permission_change',
  'permission_escalation',
])

/** Body of `POST /v1/audit-events`. */
export const DefendAuditEvent = z.strictObject({
  /** Id of the event that it was made from. Unique per tenant: a second one changes nothing, whatever else it says. */
  id,
  /** As on the bus: `hub.auth.login_failed`. */
  type: z.string().min(1).max(defendLimits.type),
  occurredAt: z.iso.datetime(),
  /** Whom it is about; `null` when nobody could be told. */
  userId: id.nullable(),
  /** Who did it. */
  actor: z.strictObject({ type: z.enum(['user', 'system']), id }),
  /** IP address from which it was done. */
  address: z.string().max(defendLimits.address).optional(),
  userAgent: z.string().max(defendLimits.userAgent).optional(),
  outcome: z.enum(['success', 'failure']),
  classification: DefendClassification,
  /** To be looked at by a person. */
  review: z.boolean(),
  details: z
    .record(z.string().min(1).max(defendLimits.id), z.string().max(defendLimits.detail))
    .refine(
      (details) => Object.keys(details).length <= defendLimits.details,
      `has more than ${defendLimits.details} entries`,
    ),
})
export type DefendAuditEvent = z.infer<typeof DefendAuditEvent>

/** Answer of `POST /v1/audit-events`: 201 when the event is new, 200 when the tenant has one with this id. */
export const DefendAuditReceipt = z.object({ id })
export type DefendAuditReceipt = z.infer<typeof DefendAuditReceipt>

/** Answer of `GET /v1/health`, which asks for a valid key too. */
export const DefendHealth = z.object({ status: z.literal('ok'), version: z.string() })
export type DefendHealth = z.infer<typeof DefendHealth>
