// What this process knows of the incidents that are open, so that a success costs nothing when there is none to close.
import { LRUCache } from 'lru-cache'
import type { Store } from '../store/store.ts'
import { incidentTable } from './incident-table.ts'

/** How long it is believed. What another instance recorded meanwhile is closed by the next success after that. */
const believedMs = 5_000
const ownersMax = 2_000
/** An owner has one open incident of each cause; nobody has as many as this. */
const incidentsMax = 1_000

type Known = { readonly readAt: number; readonly incidents: Promise<ReadonlyMap<string, readonly string[]>> }

const knowledge = new WeakMap<Store, LRUCache<string, Known>>()

const knownOf = (store: Store): LRUCache<string, Known> => {
  const known = knowledge.get(store) ?? new LRUCache<string, Known>({ max: ownersMax })
  knowledge.set(store, known)
  return known
}

type Work = { readonly integration: string; readonly operation: string }

const nameOf = ({ integration, operation }: Work): string => JSON.stringify([integration, operation])

/** Ids of the owner's open incidents of this integration and operation, at most five seconds old: one read for all of them. */
export const openIncidentsOf = async (store: Store, owner: string, work: Work): Promise<readonly string[]> => {
  const known = knownOf(store)
  let mine = known.get(owner)
  if (!mine || performance.now() - mine.readAt > believedMs) {
    mine = { readAt: performance.now(), incidents: readOpen(store, owner) }
    known.set(owner, mine)
  }
  try {
    return (await mine.incidents).get(nameOf(work)) ?? []
  } catch (error) {
    known.delete(owner)
    throw error
  }
}

/** After a change by this process. */
export const forgetOpenIncidents = (store: Store, owner: string): void => {
  knownOf(store).delete(owner)
}

const readOpen = async (store: Store, owner: string): Promise<ReadonlyMap<string, readonly string[]>> => {
  const page = await store.open(incidentTable).unresolved.list({ owner }, { limit: incidentsMax })
  const open = new Map<string, string[]>()
  for (const { value } of page.rows) open.set(nameOf(value), [...(open.get(nameOf(value)) ?? []), value.incidentId])
  return open
}
