// What the endpoint of device events takes and answers.
import * as z from 'zod'
import { eventKinds } from '../../../shared/ai/behaviour/device-event.ts'
import { TimeFromOutside } from '../../../shared/schema/time.ts'
import { shorten } from '../../../shared/text/shortened-text.ts'
import { redactSecrets } from '../../../shared/text/secret-redaction.ts'
import { OpaqueId } from '../../../shared/text/text-schema.ts'
import { visibleText } from '../../../shared/ai/safety/visible-text.ts'

/** All devices of a batch are written in one transaction, which has 100 operations. */
export const devicesMax = 90
export const eventsMax = 5_000
const valueLengthMax = 200
const valuesKept = 5_000

/** The same few programs, destinations and users come thousands of times: each is cleaned once. */
const cleaned = new Map<string, string>()

const clean = (text: string): string => {
  const before = cleaned.get(text)
  if (before !== undefined) return before
  const made = shorten(redactSecrets(visibleText(text).replaceAll(/\s+/g, ' ').trim(), 'name'), valueLengthMax)
  if (cleaned.size >= valuesKept) cleaned.clear()
  if (text.length <= valueLengthMax) cleaned.set(text, made)
  return made
}

/** The name of a program, a destination or a user: one line, without secrets, shortened where it is too long. */
export const Value = z.string().overwrite(clean).min(1)

const eventFields = {
  at: TimeFromOutside,
  kind: z.enum(eventKinds).describe('`heartbeat`: the agent is alive and nothing happened'),
  user: Value.optional(),
  process: Value.optional().describe('Of a `process_start`: name of the program'),
  parent: Value.optional().describe('Of a `process_start`: name of the program that starts it'),
  destination: Value.optional().describe('Of a `connection`: its network or domain'),
  bytesSent: z.int().min(0).max(1e15).optional(),
}

/** As it is read from the bus: what else it has passes. */
export const ReadEvent = z.object(eventFields)

const Event = z
  .strictObject(eventFields)
  .meta({ id: 'DeviceEvent', description: 'What is longer than 200 characters is shortened' })

export const DeviceEvents = z.strictObject({
  deviceId: OpaqueId,
  clientId: OpaqueId.optional(),
  events: z.array(Event).min(1).max(eventsMax),
})

export const EventBatch = z
  .strictObject({
    batchId: OpaqueId.describe('A repetition changes nothing, for 8 days'),
    devices: z.array(DeviceEvents).min(1).max(devicesMax),
  })
  .refine(
    ({ devices }) => new Set(devices.map(({ deviceId }) => deviceId)).size === devices.length,
    'names a device more than once',
  )
  .refine(
    ({ devices }) => devices.reduce((sum, { events }) => sum + events.length, 0) <= eventsMax,
    `has more than ${eventsMax.toLocaleString('en')} events`,
  )
  .meta({ id: 'EventBatch', description: 'It is taken as a whole or, when anything in it is wrong, not at all' })
export type EventBatch = z.output<typeof EventBatch>

const count = z.int().min(0)

export const BatchReceipt = z
  .object({
    outcome: z.enum(['recorded', 'known']).describe('`known`: the batch was recorded before'),
    counted: count,
    late: count.describe('Events of hours that were closed already, or more than 3 days old. They change nothing'),
    devices: z.array(
      z.object({
        deviceId: z.string(),
        standing: z
          .enum(['learning', 'provisional', 'full'])
          .describe('`learning` in the first 7 days, without a score; `provisional` until the 14th day'),
        daysSeen: count,
        score: z
          .number()
          .nullable()
          .describe('Of its latest hour as it is now, 0 to 100; null while it is being learned'),
        isUnusual: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'BatchReceipt' })
export type BatchReceipt = z.input<typeof BatchReceipt>
