// An event of the bus as a batch. What of it cannot be read, or lies in the future, is left out: nobody is there to be told what to mend.
import type { Event } from '../../../shared/bus/event.ts'
import { isAhead } from '../../../shared/schema/time.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { EventBatch, ReadEvent } from './contract.ts'

/** Undefined when nothing is left of it. */
export const batchOf = ({ data }: Event<'defend.device.activity'>, now: Date): EventBatch | undefined => {
  const devices = data.devices.flatMap((device) => {
    if (device?.device_id === undefined) return []
    const { device_id: deviceId, client_id: clientId, events: given = [] } = device
    const events = given.flatMap((event) => {
      const one = ReadEvent.safeParse(event && { ...event, bytesSent: event.bytes_sent })
      return one.success && !isAhead(one.data.at, now) ? [one.data] : []
    })
    return events.length === 0 ? [] : [{ deviceId, ...(clientId !== undefined && { clientId }), events }]
  })
  const [given, left] = [data.devices, devices].map((of) =>
    of.reduce((sum, one) => sum + (one?.events?.length ?? 0), 0),
  )
  if (left !== given) log.warn('ai.device_activity.left_out', { batchId: data.batch_id, given, left })
  return EventBatch.safeParse({ batchId: data.batch_id, devices }).data
}
