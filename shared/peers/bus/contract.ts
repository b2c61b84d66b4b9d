// The wire between this suite and The One Bus, version 1: events go in over HTTP as CloudEvents in structured JSON.
import * as z from 'zod'

/** Request header of every call. The tenant is the one that the event names. */
export const busHeaders = { key: 'X-Integration-Key' } as const

/** Content types of the body, which mean the same here. */
export const busContentTypes = ['application/cloudevents+json', 'application/json'] as const

export const busLimits = {
  /** Bytes of the body. The broker counts what it adds to the event too, so that the last few hundred may be refused as well. */
  eventBytes: 262_144,
} as const

/**
 * Answer of `POST /v1/events`, 202: the broker has stored the event. The same event id again is accepted and dropped.
 *
 * Refusals are RFC 9457 problem documents: 400 no CloudEvent; 401 no or a bad key; 403 the key's product may not publish this type,
 * which begins with the product's slug (`code.` for The One Code); 413 too large; 415 another content type; 503 with `Retry-After` while
 * the broker is away. Neither the type, beyond its first part, nor the data is compared with the catalogue: subscribers do that.
 */
export const BusAccepted = z.object({ id: z.string() })
export type BusAccepted = z.infer<typeof BusAccepted>
