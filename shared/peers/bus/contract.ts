// The wire between this suite and The One Bus, version 1: events go in over HTTP as CloudEvents in structured JSON.
import * as z from 'zod'

/**
 * Answer of `POST /v1/events`. The same event id again is accepted and dropped. Refusals are RFC 9457 problem documents: 400 no CloudEvent;
 * 401 no or a bad key; 403 the key's product may not publish this type.
 */
export const BusAccepted = z.object({ id: z.string() })
