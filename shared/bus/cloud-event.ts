// The envelope of every event: CloudEvents 1.0 in structured JSON, with the tenant and the trace as extensions. Written exactly, read as the
// standard allows.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
import * as z from 'zod'
import { UtcTime } from '../schema/time.ts'
import { reading, spare } from '../schema/reading.ts'

/** Ids become message ids, to which an attempt is added: the broker takes 128 characters. */
export const eventIdLengthMax = 100

/** As this suite publishes it. */
export const CloudEvent = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(eventIdLengthMax),
  /** `/products/<slug>`: the product that publishes. */
  source: z.string().regex(/^\/products\/[a-z]+$/),
  type: z
    .string()
    .regex(/^[a-z]+(?:\.[a-z_]+)+$/)
    .max(100),
  subject: z.string().max(200).optional(),
  time: UtcTime,
  datacontenttype: z.literal('application/json'),
  /** `urn:theonestack:event:<type>:<version>` */
  dataschema: z.string().max(200),
  tenantid: z.string().min(1).max(200),
  traceparent: z.string().max(200).optional(),
  data: z.unknown(),
})
export type CloudEvent = z.infer<typeof CloudEvent>

/**
 * As others publish it, with data that nobody has looked at yet. What the standard leaves open is open: no time, any source and id, other
 * attributes. `null` is as good as no attribute. Only the tenant is ours to ask for.
 */
export const ReceivedEvent = reading(
  z.object({
    specversion: z.string().refine((version) => version === '1.0', 'must be 1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().min(1),
    subject: z.string().optional(),
    time: z.iso.datetime().optional(),
    datacontenttype: z
      .string()
      .regex(/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i, 'must be a type of JSON')
      .optional(),
    dataschema: z.string().optional(),
    tenantid: z.string().min(1).max(200),
    traceparent: spare(z.string()),
    data: z.unknown().optional(),
    /** Instead of `data`: its bytes in base64. */
    data_base64: z.base64().optional(),
  }),
)
export type ReceivedEvent = z.infer<typeof ReceivedEvent>

/** A schema of ours. An event that names another one, or none, is taken to be of the present version. */
export const dataSchemaStart = 'urn:theonestack:event:'
export const dataSchemaOf = (type: string, version: number): string => `${dataSchemaStart}${type}:${version}`
