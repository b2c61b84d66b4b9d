// The wire between this suite and The One On-Call, version 1: alerts go out, and who took one comes back.
import * as z from 'zod'

/** Request headers of every call. */
export const onCallHeaders = { key: 'X-Integration-Key', tenant: 'X-Tenant-Id' } as const

/** Longest texts in UTF-16 code units. */
export const onCallLimits = { reference: 128, title: 200, details: 5_000, person: 200 } as const

/** Given by who raises the alert, unique for the tenant. */
export const OnCallReference = z
  .string()
  .min(1)
  .max(onCallLimits.reference)
  .refine((reference) => reference.isWellFormed(), 'contains half a character (a lone surrogate)')

/** How loudly somebody is called: `high` at any hour, `low` when the working day begins. */
export const OnCallUrgency = z.enum(['high', 'low'])

/** Body of `PUT /v1/alerts/{reference}`. */
export const OnCallAlertDraft = z.strictObject({
  title: z.string().min(1).max(onCallLimits.title),
  /** Plain text; what to do comes first, since it is read aloud on the telephone. */
  details: z.string().max(onCallLimits.details),
  urgency: OnCallUrgency,
  /** Where a person finds out more. */
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  /** When it happened. */
  occurredAt: z.iso.datetime(),
})
export type OnCallAlertDraft = z.infer<typeof OnCallAlertDraft>

/** Body of `POST /v1/alerts/{reference}/resolve`: nobody needs to be called any more. */
export const OnCallResolution = z.strictObject({ reason: z.string().min(1).max(onCallLimits.details) })
export type OnCallResolution = z.infer<typeof OnCallResolution>

/**
 * Answer of every request about one alert. It climbs the rotation while it is `open`; the first one who takes it acknowledges it, and
 * that stays. One that is resolved is never opened again: a later alert needs another reference.
 */
export const OnCallAlert = z.object({
  reference: OnCallReference,
  state: z.enum(['open', 'acknowledged', 'resolved']),
  urgency: OnCallUrgency,
  /** Who took it and when; both are `null` until then. */
  acknowledgedBy: z.string().max(onCallLimits.person).nullable(),
  acknowledgedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
})
export type OnCallAlert = z.infer<typeof OnCallAlert>

/** Answer of `GET /v1/health`, which asks for a valid key too. */
export const OnCallHealth = z.object({ status: z.literal('ok'), version: z.string() })

/** RFC 9457 problem document: the body of every status from 400 on. */
export const OnCallProblem = z.object({
  type: z.string().optional(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
})
