// What was begun and may not be finished: a marker is written before the work and removed after it, so that a sweep finds what a crash
// left behind without scanning a table.
import * as z from 'zod'
import { isAppError } from '../errors.ts'
import { buckets } from './buckets.ts'
import type { Row, Store } from './store.ts'
import { rowKind, table } from './table.ts'

const Marker = z.strictObject({
  bucket: z.string(),
  tenantId: z.string(),
  ref: z.string(),
  /** Of the record that it marks, since it may be part of that record's key. */
  createdAt: z.iso.datetime(),
  /** When somebody last took up the work: this, and not the age of the record, says whether they may still be at it. */
  takenUpAt: z.iso.datetime(),
})
export type Marker = z.infer<typeof Marker>
export type Marked = Pick<Marker, 'tenantId' | 'ref' | 'createdAt'>

/** @param tableName must not be changed once it is deployed, since markers are found by it */
export const pending = (tableName: string) => {
  const inBuckets = buckets(tableName)
  const markers = table(tableName, {
    marker: rowKind({
      schema: Marker,
      partition: ['bucket'],
      key: ['tenantId', 'ref'],
      keepFor: 'forever',
      dataOf: { tenant: ['tenantId'], through: { reference: ['ref'] } },
    }),
  })
  const open = (store: Store) => store.open(markers).marker
  return {
    table: markers,
    /**
     * Before the first write of the work: if everything ends here, the sweep finds nothing behind the marker and removes it. Marking
     * again takes the work over: whoever marked before cannot clear the marker any more.
     */
    mark: (store: Store, { tenantId, ref, createdAt }: Marked, now: Date): Promise<Row<Marker>> =>
      open(store).upsert({ bucket: inBuckets.of(ref), tenantId, ref, createdAt, takenUpAt: now.toISOString() }),
    /** Unless somebody has taken up the work since: then the marker is theirs. */
    clear: async (store: Store, marker: Row<Marker>): Promise<void> => {
      try {
        await open(store).delete(marker)
      } catch (error) {
        if (!isAppError(error, 'conflict')) throw error
      }
    },
    /** Those that nobody has taken up since `before`. */
    each: async function* (
      store: Store,
      { before, signal }: { readonly before: Date; readonly signal: AbortSignal },
    ): AsyncGenerator<Row<Marker>> {
      for (const bucket of inBuckets.names)
        for await (const marker of open(store).each({ bucket }, { signal }))
          if (Date.parse(marker.value.takenUpAt) < before.getTime()) yield marker
    },
  }
}
export type Pending = ReturnType<typeof pending>
