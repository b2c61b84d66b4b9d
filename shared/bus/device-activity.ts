// What events of devices carry: as Defend publishes them by the catalogue, and what is read of them.
import * as z from 'zod'
import { reading, spare } from '../schema/reading.ts'
import { freeText } from './free-text.ts'
import { shortId } from './short-id.ts'

const id = z.string().min(1).max(200)
const anyId = z
  .string()
  .min(1)
  .overwrite((text) => shortId(text))

const value = z.string().min(1).max(200)

const activityLimits = { devices: 90, events: 1_000 } as const

const EventDraft = z.strictObject({
  at: z.iso.datetime(),
  kind: z.enum(['logon', 'logon_failure', 'process_start', 'connection', 'admin_action', 'heartbeat']),
  user: value.optional(),
  process: value.optional(),
  parent: value.optional(),
  destination: value.optional(),
  bytes_sent: z.int().min(0).optional(),
})

/** The same as what is handed in over HTTP; a batch of one id counts once, whichever way it comes. */
export const DeviceActivity = z.strictObject({
  batch_id: id,
  devices: z
    .array(
      z.strictObject({
        device_id: id,
        client_id: id.optional(),
        events: z.array(EventDraft).min(1).max(activityLimits.events),
      }),
    )
    .min(1)
    .max(activityLimits.devices),
})

const event = z.object({
  at: spare(EventDraft.shape.at),
  kind: spare(EventDraft.shape.kind),
  user: spare(freeText),
  process: spare(freeText),
  parent: spare(freeText),
  destination: spare(freeText),
  bytes_sent: spare(z.int().min(0)),
})

const device = z.object({ device_id: spare(anyId), client_id: spare(anyId), events: spare(z.array(spare(event))) })

/** Which batch it is has to be known. Devices and events are looked at one by one by who takes them: one that is wrong stops no other. */
export const ReadDeviceActivity = reading(z.object({ batch_id: anyId, devices: z.array(spare(device)) }))
