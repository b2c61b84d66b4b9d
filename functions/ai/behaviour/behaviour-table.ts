// What is kept of the behaviour of devices: a row of about 3 KB for each, and for 8 days which batches were taken.
import * as z from 'zod'
import { StoredHours } from '../../../shared/ai/behaviour/open-hours.ts'
import { DefendBehaviourScore } from '../../../shared/peers/defend/behaviour-contract.ts'
import { pending } from '../../../shared/store/pending.ts'
import { rowKind, table } from '../../../shared/store/table.ts'

const DeviceRow = z.strictObject({
  tenantId: z.string(),
  deviceId: z.string(),
  clientId: z.string().optional(),
  /** Packed: `shared/ai/behaviour/packed-memory.ts`. */
  memory: z.string(),
  open: StoredHours,
})
export type DeviceRow = z.infer<typeof DeviceRow>

const BatchRow = z.strictObject({
  tenantId: z.string(),
  batchId: z.string(),
  /** Of its content: the same id with another one is refused. */
  digest: z.string(),
  counted: z.int(),
  late: z.int(),
  /** What Defend has not been told yet. */
  unsent: z.array(DefendBehaviourScore).optional(),
})
export type BatchRow = z.infer<typeof BatchRow>

/** In one partition, since a batch and the devices in it are written in one transaction. */
export const behaviourTable = table('aiDeviceBehaviour', {
  device: rowKind({
    schema: DeviceRow,
    partition: ['tenantId'],
    key: ['deviceId'],
    // After 30 days away nothing is known of a device any more; the rest is for looking into what was told of it.
    keepFor: { days: 45 },
    // Users are in it as digests alone, which lead to nobody.
    dataOf: { tenant: ['tenantId'], client: ['clientId'], secret: ['memory'] },
  }),
  batch: rowKind({
    schema: BatchRow,
    partition: ['tenantId'],
    key: ['batchId'],
    keepFor: { days: 8 },
    dataOf: { tenant: ['tenantId'] },
  }),
})

/** Of batches with scores that Defend was not told yet, by their ids. */
export const unsentPending = pending('aiBehaviourScoresUnsent')
