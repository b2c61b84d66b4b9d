// Lists incidents, and the messages that are parked with one. No body is read for it.
import { AppError } from '../errors.ts'
import type { Sealing } from '../secrets/sealing.ts'
import type { Store } from '../store/store.ts'
import { type IncidentKey, readIncident } from './incident-life.ts'
import { type Incident, type ParkedMessage, incidentTable } from './incident-table.ts'
import { openBody } from './parked-body.ts'

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

const bodyCharactersMax = 20_000

/** One message with what it said, as text without secrets, cut after 20,000 characters. Throws `not-found`, and as `openBody`. */
export const readParked = async (
  { store, sealing }: { readonly store: Store; readonly sealing: () => Promise<Sealing> },
  key: IncidentKey & Pick<ParkedMessage, 'parkedId'>,
): Promise<{ readonly message: ParkedMessage; readonly body: string }> => {
  const rows = store.open(incidentTable)
  const [message, body] = await Promise.all([rows.parked.get(key), rows.body.get(key)])
  if (!message) throw new AppError('not-found', 'No message with this id is parked with the incident.')
  const text = body ? (await openBody(await sealing(), body.value)).toString('utf8') : ''
  const { redactSecrets } = await import('../text/secret-redaction.ts')
  // Searched before it is cut: half a secret is none to the search.
  return { message: message.value, body: redactSecrets(text).slice(0, bodyCharactersMax) }
}
