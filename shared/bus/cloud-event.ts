// The envelope of every event: CloudEvents 1.0 in structured JSON, with the tenant and the trace as extensions.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
import * as z from 'zod'

/** Ids become message ids, to which an attempt is added: the broker takes 128 characters. */
const eventIdLengthMax = 100

/** Envelope with data that nobody has looked at yet. Attributes that we do not know are let through, as the standard asks. */
export const CloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(eventIdLengthMax),
  /** `/products/<slug>`: the product that publishes. */
  source: z.string().regex(/^\/products\/[a-z]+$/),
  type: z
    .string()
    .regex(/^[a-z]+(?:\.[a-z_]+)+$/)
    .max(100),
  subject: z.string().max(200).optional(),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  /** `urn:theonestack:event:<type>:<version>` */
  dataschema: z.string().max(200),
  tenantid: z.string().min(1).max(200),
  traceparent: z.string().max(200).optional(),
  data: z.unknown(),
})
export type CloudEvent = z.infer<typeof CloudEvent>

export const dataSchemaOf = (type: string, version: number): string => `urn:theonestack:event:${type}:${version}`
