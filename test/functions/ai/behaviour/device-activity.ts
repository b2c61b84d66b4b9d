// What a device does, for tests: events, batches of them, and the three weeks by which it is known what is usual.
import { randomUUID } from 'node:crypto'
import { type BatchWork, recordBatch } from '../../../../functions/ai/behaviour/batch.ts'
import { EventBatch } from '../../../../functions/ai/behaviour/contract.ts'

export const hourMs = 3_600_000
const dayMs = 24 * hourMs

type Event = EventBatch['devices'][number]['events'][number]

export const batch = (events: readonly Event[], deviceId = 'device-1', batchId: string = randomUUID()) => ({
  batchId,
  devices: [{ deviceId, clientId: 'client-1', events: [...events] }],
})
export const logons = (at: number, count: number): Event[] =>
  Array.from({ length: count }, (_, index) => ({
    at: new Date(at + index).toISOString(),
    kind: 'logon' as const,
    user: 'ann',
  }))

/** The start of an hour, so many hours before this one. */
export const hoursAgo = (hours: number): number => Math.floor(Date.now() / hourMs) * hourMs - hours * hourMs

/** Three weeks of an hour each day, up to the day before, each handed in when it is over. */
export const live = async (work: (now: Date) => BatchWork): Promise<void> => {
  for (let day = 21; day >= 1; day -= 1) {
    const at = hoursAgo(3) - day * dayMs
    await recordBatch(work(new Date(at + hourMs)), EventBatch.parse(batch(logons(at, 2 + (day % 3)))))
  }
}
