// What becomes of an incident: a person acknowledges or resolves it, or it is resolved when its replayed messages have gone through.
import { errorTable } from '../error-table.ts'
import { AppError } from '../errors.ts'
import type { Operation } from '../store/operation.ts'
import type { OpenTable, Row, Store } from '../store/store.ts'
import { type Incident, type ParkedMessage, incidentTable } from './incident-table.ts'
import { forgetOpenIncidents } from './open-incidents.ts'
import { untilUncontested } from './repetition.ts'

type Tools = { readonly store: Store; readonly now: () => Date }
export type IncidentKey = Pick<Incident, 'owner' | 'incidentId'>

/** Throws `not-found`, also for an incident of another owner. */
export const readIncident = async (store: Store, { owner, incidentId }: IncidentKey): Promise<Row<Incident>> => {
  const row = await store.open(incidentTable).incident.get({ owner, incidentId })
  if (row) return row
  throw new AppError('not-found', 'There is no incident with this id.')
}

/**
 * @param change writes the row, on the condition that it is still as it was read; it is run again when it is not
 * @param what ends the sentence of the error: `An incident could not be …`
 * @throws AppError `not-found`, `conflict`
 */
export const changeIncident = (
  store: Store,
  key: IncidentKey,
  what: string,
  change: (row: Row<Incident>) => Promise<Incident>,
): Promise<Incident> =>
  untilUncontested({ store, of: key.incidentId, what, change: async () => change(await readIncident(store, key)) })

/** Repeating it changes nothing; a resolved incident stays resolved. Throws `not-found`, `conflict`. */
export const acknowledgeIncident = ({ store, now }: Tools, key: IncidentKey, by: string): Promise<Incident> =>
  changeIncident(store, key, 'acknowledged', async (row) => {
    if (row.value.state !== 'open') return row.value
    const deed = { acknowledgedAt: now().toISOString(), acknowledgedBy: by }
    return (await store.open(incidentTable).incident.update(row, { ...row.value, state: 'acknowledged', ...deed }))
      .value
  })

/**
 * The next failure of the same cause opens a new one. Messages that are on their way again settle by themselves. Repeating it changes nothing.
 * Throws `not-found`, `conflict`; `messages-parked` while messages wait for a replay, since nothing else would show them.
 */
export const resolveIncident = ({ store, now }: Tools, key: IncidentKey, by: string): Promise<Incident> =>
  changeIncident(store, key, 'resolved', async (row) => {
    if (row.value.state === 'resolved') return row.value
    const rows = store.open(incidentTable)
    // After the incident was read: whatever is parked later changes it, and has this begin again.
    if (row.value.parked > 0 && (await hasWaiting(rows, key)))
      throw new AppError('messages-parked', 'Messages are parked with the incident and have not been handled.')
    const resolved = resolvedNow(row.value, now(), by)
    await rows.transaction([rows.incident.toUpdate(row, resolved), ...closing(rows, row.value)])
    forgetOpenIncidents(store, row.value.owner)
    return resolved
  })

const hasWaiting = async (rows: IncidentRows, { owner, incidentId }: IncidentKey): Promise<boolean> => {
  for await (const { value } of rows.parked.each({ owner }, { from: [incidentId], to: [incidentId] }))
    if (value.state === 'parked') return true
  return false
}

const resolvedNow = (incident: Incident, now: Date, by: string): Incident => ({
  ...incident,
  state: 'resolved',
  resolvedAt: now.toISOString(),
  resolvedBy: by,
})

type IncidentRows = OpenTable<typeof incidentTable.kinds>

/** Ends the group, so that the next failure opens a new incident. */
const closing = (rows: IncidentRows, { owner, incidentId, group }: Incident): readonly Operation[] => [
  rows.unresolved.toDelete({ owner, incidentId }),
  rows.group.toDelete({ owner, group }),
]

/** What succeeded: see `success.ts`. */
type Recovery = {
  readonly begunAt: Date
  readonly correlationId?: string | undefined
  readonly code?: Incident['code'] | undefined
}

/**
 * The work that failed has succeeded: the incident is resolved. One with parked messages stays until they are replayed or discarded, and
 * only says that its cause is gone. Repeating it changes nothing. Throws `conflict`.
 * A failure that was seen after the work began keeps the incident open, unless it was one of the work itself.
 */
export const recoverIncident = ({ store, now }: Tools, key: IncidentKey, recovery: Recovery): Promise<void> =>
  untilUncontested({
    store,
    of: key.incidentId,
    what: 'closed',
    change: async () => {
      const rows = store.open(incidentTable)
      const row = await rows.incident.get(key)
      if (!row || row.value.state === 'resolved' || !isHealed(row.value, recovery)) return
      if (row.value.parked === 0)
        await rows.transaction([
          rows.incident.toUpdate(row, resolvedNow(row.value, now(), 'success')),
          ...closing(rows, row.value),
        ])
      else if (row.value.recoveredAt === undefined)
        await rows.incident.update(row, { ...row.value, recoveredAt: now().toISOString() })
    },
  })

const isHealed = ({ code, lastSeenAt, correlationId }: Incident, recovery: Recovery): boolean =>
  (recovery.code === undefined || recovery.code === code) &&
  (Date.parse(lastSeenAt) <= recovery.begunAt.getTime() ||
    // What ends work for good was not tried again: it was told on the way, and stays.
    (errorTable[code].onMessage === 'retry' && correlationId !== '' && correlationId === recovery.correlationId))

type ParkedKey = IncidentKey & Pick<ParkedMessage, 'parkedId'>

/** A replayed message has gone through: it is parked no more, and the last one resolves its incident. Repeating it changes nothing. */
export const settleReplay = ({ store, now }: Tools, { owner, incidentId, parkedId }: ParkedKey): Promise<void> =>
  untilUncontested({
    store,
    of: incidentId,
    what: 'relieved of a replayed message',
    change: async () => {
      const rows = store.open(incidentTable)
      const key = { owner, incidentId, parkedId }
      // The incident first: whatever is parked or settled after it was read changes it, and has this begin again.
      const incident = await rows.incident.get(key)
      const parked = await rows.parked.get(key)
      if (!parked) return
      await rows.transaction([
        rows.parked.toDelete(parked),
        rows.body.toDelete(key),
        ...(incident ? relieving(rows, incident, await othersParked(rows, key, incident.value), now()) : []),
      ])
    },
  })

/** Messages that ended unseen are still in the incident's own count, so when it matters it is the rows that say whether any are left. */
const othersParked = async (
  rows: IncidentRows,
  { owner, incidentId, parkedId }: ParkedKey,
  { parked }: Incident,
): Promise<number> => {
  const page = await rows.parked.list({ owner }, { limit: 2, from: [incidentId], to: [incidentId] })
  const isAnother = page.rows.some(({ value }) => value.parkedId !== parkedId)
  return isAnother ? Math.max(1, parked - 1) : 0
}

const relieving = (rows: IncidentRows, incident: Row<Incident>, parked: number, now: Date): readonly Operation[] => {
  const relieved = { ...incident.value, parked }
  return parked === 0 && relieved.state !== 'resolved'
    ? [rows.incident.toUpdate(incident, resolvedNow(relieved, now, 'replay')), ...closing(rows, relieved)]
    : [rows.incident.toUpdate(incident, relieved)]
}
