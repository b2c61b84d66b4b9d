// The transactional outbox: an event is stored in one transaction with the change that caused it, and published after (R3).
import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { AppError, isAppError } from '../errors.ts'
import type { BusClient } from '../peers/bus/client.ts'
import { eachAtOnce } from '../pool.ts'
import { buckets } from '../store/buckets.ts'
import { ascending } from '../store/key.ts'
import type { Operation } from '../store/operation.ts'
import type { Store } from '../store/store.ts'
import { type RowKind, type Table, rowKind, table } from '../store/table.ts'
import { log } from '../telemetry/log.ts'
import { CloudEvent } from './cloud-event.ts'

const OutboxRow = z.strictObject({ tenantId: z.string(), sequence: z.string(), event: CloudEvent })

const published = 'Published within seconds, and gone then'

/** The kind that a table needs, under the name `outbox`, for its changes to cause events. */
export const outboxRow = rowKind({
  schema: OutboxRow,
  partition: ['tenantId'],
  key: ['sequence'],
  keepFor: 'forever',
  dataOf: { tenant: ['tenantId'], keptOn: { client: published, person: published } },
})

/** Where there may be something to publish. Each commit has its own, so that none takes away another's. */
export const outboxMarkerTable = table('outboxMarkers', {
  marker: rowKind({
    schema: z.strictObject({
      bucket: z.string(),
      since: z.iso.datetime(),
      commit: z.string(),
      table: z.string(),
      tenantId: z.string(),
    }),
    partition: ['bucket'],
    key: ['since', 'commit'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'] },
  }),
})

export const outboxBuckets = buckets('outbox')

type WithOutbox = Table<{ readonly outbox: typeof outboxRow } & Readonly<Record<string, RowKind>>>

type Parts = { readonly store: Store; readonly bus: () => Promise<BusClient>; readonly now: () => Date }

export type Commit = {
  readonly table: WithOutbox
  readonly tenantId: string
  readonly operations: readonly Operation[]
  readonly events: readonly CloudEvent[]
  /**
   * One after the other unless told. `in-any-order` is for many that have nothing to do with each other; `later` leaves them to the
   * sweep, for who has just seen that the bus is away.
   */
  readonly publish?: 'in-order' | 'in-any-order' | 'later'
}

/** Longer than a commit may take: after that its transaction either stands or never will. */
const settledAfterMs = 60_000

/**
 * Carries the operations out and stores the events in one transaction, then publishes them. Throws what the transaction throws; once
 * it stands, a bus that cannot be reached is only logged, since the sweep publishes later.
 * @returns whether all events are out
 */
export const commitWithEvents = async (
  parts: Parts,
  { table: owner, tenantId, operations, events, publish = 'in-order' }: Commit,
): Promise<{ readonly isPublished: boolean }> => {
  const { store, now } = parts
  const rows = store.open(owner)
  const at = now()
  const marker = {
    bucket: outboxBuckets.of(tenantId),
    since: at.toISOString(),
    commit: randomUUID(),
    table: owner.name,
    tenantId,
  }
  const stored = events.map((event, index) => ({
    tenantId,
    sequence: `${ascending(at.getTime())}-${ascending(index)}-${event.id}`,
    event,
  }))
  const markers = store.open(outboxMarkerTable)
  await markers.marker.insert(marker)
  try {
    await rows.transaction([...operations, ...stored.map((row) => rows.outbox.toInsert(row))])
  } catch (error) {
    // Only a conflict says for sure that nothing was stored; after anything else the sweep looks.
    if (isAppError(error, 'conflict')) await markers.marker.delete(marker)
    throw error
  }
  if (publish === 'later') return { isPublished: false }
  try {
    // One that fails leaves those after it to the sweep.
    const atOnce = publish === 'in-order' ? 1 : atOnceMax
    await eachAtOnce(stored, { atOnce }, (row) => publishRow(parts, owner, row))
    await markers.marker.delete(marker)
    return { isPublished: true }
  } catch (error) {
    log.warn('bus.event.publishing_delayed', { table: owner.name, tenantId, events: stored.length, error })
    return { isPublished: false }
  }
}

const atOnceMax = 10

const publishRow = async ({ store, bus }: Parts, owner: WithOutbox, row: z.output<typeof OutboxRow>): Promise<void> => {
  await (await bus()).publish(row.event)
  await store.open(owner).outbox.delete(row)
  log.info('bus.event.published', { type: row.event.type, id: row.event.id, tenantId: row.tenantId })
}

/**
 * Publishes what commits left behind. An event that cannot be published now stays, and keeps none of the others back.
 * @returns how many events went out, and how many partitions still hold some
 */
export const sweepOutbox = async (
  parts: Parts,
  owners: readonly WithOutbox[],
  { signal }: { readonly signal: AbortSignal },
): Promise<SweepCounts> => {
  const counts: SweepCounts = { published: 0, left: 0 }
  for (const bucket of outboxBuckets.names) await sweepBucket(parts, owners, bucket, signal, counts)
  return counts
}

export type SweepCounts = {
  published: number
  left: number
  /** The oldest commit whose events could not be published: since when they wait, and what failed first. */
  oldest?: { readonly since: string; readonly failure: unknown }
}

const sweepBucket = async (
  parts: Parts,
  owners: readonly WithOutbox[],
  bucket: string,
  signal: AbortSignal,
  counts: SweepCounts,
): Promise<void> => {
  const markers = parts.store.open(outboxMarkerTable)
  for await (const { value: marker } of markers.marker.each({ bucket }, { signal })) {
    // Oldest first: those after it are younger still.
    if (parts.now().getTime() - Date.parse(marker.since) < settledAfterMs) return
    const owner = owners.find((candidate) => candidate.name === marker.table)
    if (!owner) {
      const cause = new Error(`The outbox of ${marker.table} is not swept by this app.`)
      throw new AppError('internal', 'Events could not be published. Quote the correlation id to support.', { cause })
    }
    const left = await publishPartition(parts, owner, marker.tenantId, signal, counts)
    if (left === 'nothing') await markers.marker.delete(marker)
    else counts.left += 1
    if (typeof left === 'object' && !(counts.oldest && counts.oldest.since <= marker.since))
      counts.oldest = { since: marker.since, ...left }
  }
}

/** What is left in it: `nothing`, `unseen` when there was no time to look, else with the first failure. */
const publishPartition = async (
  parts: Parts,
  owner: WithOutbox,
  tenantId: string,
  signal: AbortSignal,
  counts: SweepCounts,
): Promise<'nothing' | 'unseen' | { readonly failure: unknown }> => {
  const rows = parts.store.open(owner)
  let left: { readonly failure: unknown } | undefined
  for await (const { value } of rows.outbox.each({ tenantId }, { signal }))
    try {
      await publishRow(parts, owner, value)
      counts.published += 1
    } catch (error) {
      left ??= { failure: error }
      const { type, id } = value.event
      log.error('bus.event.not_published', { table: owner.name, tenantId, type, id, error })
    }
  return left ?? (signal.aborted ? 'unseen' : 'nothing')
}
