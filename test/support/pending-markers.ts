// The markers that the sweep of an effect goes by, and how a test makes them older than they are.
import type { Marker, Pending } from '../../shared/store/pending.ts'
import type { Row, Store } from '../../shared/store/store.ts'

export const markersOf = async (pending: Pending, store: Store, tenantId: string): Promise<readonly Row<Marker>[]> => {
  const markers: Row<Marker>[] = []
  const all = { before: new Date('2100-01-01'), signal: new AbortController().signal }
  for await (const marker of pending.each(store, all)) if (marker.value.tenantId === tenantId) markers.push(marker)
  return markers
}

/** As if the work of the tenant had been taken up so much earlier. */
export const makeOlder = async (pending: Pending, store: Store, tenantId: string, ms: number): Promise<void> => {
  for (const { value } of await markersOf(pending, store, tenantId))
    await pending.mark(store, value, new Date(Date.parse(value.takenUpAt) - ms))
}
