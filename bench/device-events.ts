// What a stream of device events costs: batches as Defend hands them in, read, judged and stored, beside rows of the same size that are only
// read and written; and whether memory stays flat meanwhile. By itself a tenth of the devices for three minutes; `--whole` is 10,000 devices
// with an event each second, for ten minutes.
import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { behaviourTable } from '../functions/ai/behaviour/behaviour-table.ts'
import { type BatchWork, recordBatch } from '../functions/ai/behaviour/batch.ts'
import { EventBatch } from '../functions/ai/behaviour/contract.ts'
import { isAppError } from '../shared/errors.ts'
import { eachAtOnce } from '../shared/pool.ts'
import { type Store, createStore } from '../shared/store/store.ts'
import { rowKind, table } from '../shared/store/table.ts'
import type { Bench } from './benchmark.ts'
import { liveHeapMb } from './live-heap.ts'
import type { Measurement } from './measurement.ts'

const short = { devices: 1_000, minutes: 3 } as const
const whole = { devices: 10_000, minutes: 10 } as const
const eventsPerMinute = 60
const devicesOfBatch = 80
/** Batches that are handed in at the same time. */
const atOnce = 4
/** Ten thousand devices have so many. */
const eventsPerSecondLeast = 10_000
/** That the heap may grow from the second minute to the last, in MB. */
const growthMost = 30

const minuteMs = 60_000

const bareTable = table('benchDevices', {
  device: rowKind({
    schema: z.strictObject({ tenantId: z.string(), deviceId: z.string(), memory: z.string(), open: z.string() }),
    partition: ['tenantId'],
    key: ['deviceId'],
    keepFor: { days: 1 },
    dataOf: { nobody: 'Of a benchmark' },
  }),
})

export const measureDeviceEvents = async ({
  settings,
  progress,
  whole: isWhole,
}: Bench): Promise<readonly Measurement[]> => {
  const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
  const { devices, minutes } = isWhole ? whole : short
  const tenantId = `bench-${randomUUID()}`
  // An hour ago and a bit: the minutes go over the end of an hour.
  const from = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3 * minuteMs
  const heaps: number[] = []
  let [seconds, repeated] = [0, 0]
  for (let minute = 0; minute < minutes; minute += 1) {
    const begun = performance.now()
    await eachAtOnce(batchesOf(devices), { atOnce }, async (first) => {
      // As a request brings it: text, which is parsed and checked.
      const text = batchText(first, Math.min(devicesOfBatch, devices - first), from + minute * minuteMs)
      const batch = EventBatch.parse(JSON.parse(text))
      repeated += await handIn({ store, now: () => new Date(), tenantId, timeZone: 'Europe/Berlin' }, batch)
    })
    seconds += (performance.now() - begun) / 1_000
    heaps.push(Math.round(liveHeapMb() * 10) / 10)
    progress(
      `minute ${minute + 1} of ${minutes}: ${rate(minute + 1, devices, seconds)} events/s, heap ${heaps.at(-1)} MB`,
    )
  }
  const { bytes, floor } = await bareRates(store, tenantId)
  const growth = (heaps.at(-1) ?? 0) - (heaps[1] ?? 0)
  progress(`${bytes} bytes a device, heap grew by ${growth.toFixed(1)} MB, ${repeated} batches repeated`)
  if (growth > growthMost) throw new Error(`The heap grew by ${growth} MB from the second minute to the last.`)
  return [
    {
      name: `Device events, ${devices} devices`,
      figure: rate(minutes, devices, seconds),
      unit: 'events/s',
      floor: { name: 'bare rows', figure: floor },
      ...(isWhole && { least: eventsPerSecondLeast }),
      details: { bytesPerDevice: bytes, repeated, heapFirstMb: heaps[1] ?? 0, heapLastMb: heaps.at(-1) ?? 0 },
    },
  ]
}

/** The emulator stops for seconds while it saves what it has. Whoever hands a batch in repeats it then: it counts once. */
const repetitionsMax = 5

/** @returns how often it had to be repeated */
const handIn = async (work: BatchWork, batch: EventBatch): Promise<number> => {
  for (let repetition = 0; ; repetition += 1)
    try {
      await recordBatch(work, batch)
      return repetition
    } catch (error) {
      if (!isAppError(error, 'storage-unavailable') || repetition === repetitionsMax) throw error
    }
}

const rate = (minutes: number, devices: number, seconds: number): number =>
  Math.round((minutes * devices * eventsPerMinute) / seconds)

function* batchesOf(devices: number): Generator<number> {
  for (let first = 0; first < devices; first += devicesOfBatch) yield first
}

const kinds = ['process_start', 'connection', 'process_start', 'logon', 'connection', 'heartbeat'] as const

const batchText = (first: number, count: number, from: number): string =>
  JSON.stringify({
    batchId: randomUUID(),
    devices: Array.from({ length: count }, (_, index) => ({
      deviceId: `device-${first + index}`,
      events: [...Array(eventsPerMinute).keys()].map((second) =>
        eventAt(first + index + second, from + second * 1_000),
      ),
    })),
  })

const eventAt = (number: number, at: number) => {
  const kind = kinds[number % kinds.length]
  return {
    at: new Date(at).toISOString(),
    kind,
    ...(kind === 'process_start' && { process: `program-${number % 40}.exe`, parent: 'explorer.exe' }),
    ...(kind === 'connection' && { destination: `as-${number % 30}`, bytesSent: 1_000 * (number % 50) }),
    ...(kind === 'logon' && { user: `user-${number % 3}` }),
  }
}

/** Rows like these, read one by one and written in transactions: of how many events they would take the place each second. */
const bareRates = async (
  store: Store,
  tenantId: string,
): Promise<{ readonly bytes: number; readonly floor: number }> => {
  const { rows } = await store.open(behaviourTable).device.list({ tenantId }, { limit: 1_000 })
  const values = rows.map(({ value }) => ({ ...value, open: JSON.stringify(value.open) }))
  const bytes = Math.round(values.reduce((sum, { memory, open }) => sum + memory.length + open.length, 0) / rows.length)
  const bare = store.open(bareTable)
  const like = values.map(({ deviceId, memory, open }) => ({ tenantId, deviceId, memory, open }))
  const write = (first: number): Promise<unknown> =>
    bare.transaction(like.slice(first, first + devicesOfBatch).map((row) => bare.device.toUpsert(row)))
  const turn = (): Promise<void> =>
    eachAtOnce(batchesOf(like.length), { atOnce }, async (first) => {
      await eachAtOnce(like.slice(first, first + devicesOfBatch), { atOnce: 16 }, async ({ deviceId }) => {
        await bare.device.get({ tenantId, deviceId })
      })
      await write(first)
    })
  await turn()
  const begun = performance.now()
  await turn()
  return { bytes, floor: Math.round((like.length * eventsPerMinute) / ((performance.now() - begun) / 1_000)) }
}
