// Lists incidents, and the messages that are parked with one. No body is read for it.
import type { Store } from '../store/store.ts'
import { type IncidentKey, readIncident } from './incident-life.ts'
import { type Incident, type ParkedMessage, incidentTable } from './incident-table.ts'

type PageOptions = { readonly limit: number; readonly cursor?: string | undefined }

/**
 * One page, newest first. Of the unresolved ones a page can be shorter than asked for. A cursor is good for the same `state` only.
 * Throws `validation-failed` for a foreign cursor.
 */
export const listIncidents = async (
  store: Store,
  owner: string,
  { state, limit, cursor }: PageOptions & { readonly state: 'unresolved' | 'all' },
): Promise<{ readonly incidents: readonly Incident[]; readonly nextCursor?: string }> => {
  const rows = store.open(incidentTable)
  if (state === 'all') {
    const page = await rows.incident.list({ owner }, { limit, cursor })
    return { ...leadingOn(page), incidents: page.rows.map(({ value }) => value) }
  }
  const page = await rows.unresolved.list({ owner }, { limit, cursor })
  const found = await Promise.all(page.rows.map(({ value }) => rows.incident.get(value)))
  // One of them may have been resolved just now.
  const incidents = found.flatMap((row) => (row && row.value.state !== 'resolved' ? [row.value] : []))
  return { ...leadingOn(page), incidents }
}

/** One page, in no order that means anything. Throws `not-found`. */
export const listParked = async (
  store: Store,
  key: IncidentKey,
  { limit, cursor }: PageOptions,
): Promise<{ readonly messages: readonly ParkedMessage[]; readonly nextCursor?: string }> => {
  const { owner, incidentId } = (await readIncident(store, key)).value
  const page = await store
    .open(incidentTable)
    .parked.list({ owner }, { limit, cursor, from: [incidentId], to: [incidentId] })
  return { ...leadingOn(page), messages: page.rows.map(({ value }) => value) }
}

const leadingOn = ({ nextCursor }: { readonly nextCursor?: string }) => (nextCursor === undefined ? {} : { nextCursor })
