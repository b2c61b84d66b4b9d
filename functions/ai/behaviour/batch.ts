// Takes a batch of device events: all its devices and the batch itself are written in one transaction, so it counts once, whole.
import { sha256 } from '../../../shared/auth/digest.ts'
import type { DeviceEvent } from '../../../shared/ai/behaviour/device-event.ts'
import { type DeviceMemory, maturityOf, newMemory } from '../../../shared/ai/behaviour/device-memory.ts'
import { localHours } from '../../../shared/ai/behaviour/hour-class.ts'
import { digests } from '../../../shared/ai/behaviour/known-values.ts'
import { openHours, storedHours } from '../../../shared/ai/behaviour/open-hours.ts'
import { packMemory, unpackMemory } from '../../../shared/ai/behaviour/packed-memory.ts'
import { type JudgedHour, takeEvents } from '../../../shared/ai/behaviour/taking.ts'
import { AppError } from '../../../shared/errors.ts'
import { canonicalJson } from '../../../shared/http/canonical-json.ts'
import type { DefendBehaviourScore } from '../../../shared/peers/defend/behaviour-contract.ts'
import { eachAtOnce } from '../../../shared/pool.ts'
import { refuseAhead } from '../../../shared/schema/time.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { Row, Store } from '../../../shared/store/store.ts'
import { type BatchRow, type DeviceRow, behaviourTable, unsentPending } from './behaviour-table.ts'
import type { BatchReceipt, EventBatch } from './contract.ts'
import { scoreOf } from './device-score.ts'

export type BatchWork = {
  readonly store: Store
  readonly now: () => Date
  readonly tenantId: string
  /** The hours of the week are told apart by its clocks. */
  readonly timeZone: string
}

/** `unsent`: there are scores that Defend has to be told; `sendScores` of the batch tells it. */
export type Recorded = BatchReceipt & { readonly unsent: boolean }

/**
 * Repeating it changes nothing and answers what is so now.
 * @throws AppError `validation-failed` for an event in the future, `idempotency-key-reused` for a known id with another content, `conflict` when
 * others changed the same devices all the time
 */
export const recordBatch = (work: BatchWork, batch: EventBatch): Promise<Recorded> => {
  refuseFuture(batch, work.now())
  const digest = sha256(canonicalJson(batch))
  return retryOnConflict(() => recordOnce(work, batch, digest))
}

/** A device whose clock is ahead would close hours that have not begun. */
const refuseFuture = ({ devices }: EventBatch, now: Date): void => {
  for (const [device, { events }] of devices.entries())
    for (const [event, { at }] of events.entries()) refuseAhead(`body.devices.${device}.events.${event}.at`, at, now)
}

const recordOnce = async (work: BatchWork, batch: EventBatch, digest: string): Promise<Recorded> => {
  const { store, tenantId, now } = work
  const { batchId } = batch
  const rows = store.open(behaviourTable)
  const [known, devices] = await Promise.all([rows.batch.get({ tenantId, batchId }), readDevices(work, batch)])
  if (known) return repeated(work, known, batch, { devices, digest })
  const taken = batch.devices.map((given) => take(work, given, devices.get(given.deviceId)))
  const unsent = taken.flatMap(({ scores }) => scores)
  const counts = { counted: sumOf(taken, ({ counted }) => counted), late: sumOf(taken, ({ late }) => late) }
  // Before the first write: the sweep removes it again when nothing is behind it.
  if (unsent.length > 0)
    await unsentPending.mark(store, { tenantId, ref: batchId, createdAt: now().toISOString() }, now())
  await rows.transaction([
    rows.batch.toInsert({ tenantId, batchId, digest, ...counts, ...(unsent.length > 0 && { unsent }) }),
    ...taken.map(({ before, row }) => (before ? rows.device.toUpdate(before, row) : rows.device.toInsert(row))),
  ])
  return { outcome: 'recorded', ...counts, devices: taken.map(({ shown }) => shown), unsent: unsent.length > 0 }
}

/** Reads at once. */
const readsAtOnce = 16

const readDevices = async (
  { store, tenantId }: BatchWork,
  { devices }: EventBatch,
): Promise<ReadonlyMap<string, Row<DeviceRow>>> => {
  const rows = store.open(behaviourTable).device
  const found = new Map<string, Row<DeviceRow>>()
  await eachAtOnce(devices, { atOnce: readsAtOnce }, async ({ deviceId }) => {
    const row = await rows.get({ tenantId, deviceId })
    if (row) found.set(deviceId, row)
  })
  return found
}

const repeated = (
  work: BatchWork,
  { value }: Row<BatchRow>,
  batch: EventBatch,
  { devices, digest }: { readonly devices: ReadonlyMap<string, Row<DeviceRow>>; readonly digest: string },
): Recorded => {
  if (value.digest !== digest)
    throw new AppError(
      'idempotency-key-reused',
      `The batch ${batch.batchId} was already recorded with other events. Use a new id.`,
    )
  const shown = batch.devices.map(({ deviceId }) => {
    const memory = memoryOf(devices.get(deviceId))
    const { judged } = takeEvents(memory, [], toolsOf(work, deviceId))
    return shownDevice(deviceId, memory, judged)
  })
  const { counted, late, unsent = [] } = value
  return { outcome: 'known', counted, late, devices: shown, unsent: unsent.length > 0 }
}

/**
 * What is older when it comes is late, also for a device that is not known yet: its days count once they have passed here, or whoever hands in
 * events could make weeks of them up at once. A device that was without a network for a weekend is still heard.
 */
const ageMsMax = 3 * 24 * 3_600_000

type Given = EventBatch['devices'][number]
type ShownDevice = BatchReceipt['devices'][number]

type Taken = {
  readonly before: Row<DeviceRow> | undefined
  readonly row: DeviceRow
  readonly scores: readonly DefendBehaviourScore[]
  readonly counted: number
  readonly late: number
  readonly shown: ShownDevice
}

const take = (work: BatchWork, { deviceId, clientId, events }: Given, before: Row<DeviceRow> | undefined): Taken => {
  const memory = memoryOf(before)
  const earliest = work.now().getTime() - ageMsMax
  const timely = events.map(eventOf).filter(({ at }) => at >= earliest)
  const { judged, late: closed } = takeEvents(memory, timely, toolsOf(work, deviceId))
  const late = events.length - timely.length + closed
  const client = clientId ?? before?.value.clientId
  return {
    before,
    row: {
      tenantId: work.tenantId,
      deviceId,
      ...(client !== undefined && { clientId: client }),
      memory: packMemory(memory),
      open: storedHours(memory.open),
    },
    scores: judged.filter(({ isNews }) => isNews).map((hour) => scoreOf(deviceId, hour, work.timeZone)),
    counted: events.length - late,
    late,
    shown: shownDevice(deviceId, memory, judged),
  }
}

/** What was packed in another form is learned anew. */
const memoryOf = (row: Row<DeviceRow> | undefined): DeviceMemory => {
  const memory = row && unpackMemory(row.value.memory)
  return memory && row ? { ...memory, open: openHours(row.value.open) } : newMemory()
}

const toolsOf = ({ tenantId, timeZone }: BatchWork, deviceId: string) => ({
  localHourOf: localHours(timeZone),
  digestOf: digests(JSON.stringify([tenantId, deviceId])),
})

const eventOf = ({ at, ...event }: Given['events'][number]): DeviceEvent => ({ ...event, at: Date.parse(at) })

const shownDevice = (deviceId: string, memory: DeviceMemory, judged: readonly JudgedHour[]): ShownDevice => {
  const latest = judged.at(-1)
  return {
    deviceId,
    standing: maturityOf(memory),
    daysSeen: memory.daysSeen,
    score: latest?.score ?? null,
    isUnusual: latest?.isUnusual ?? false,
  }
}

const sumOf = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0)
