// Discards parked messages: they are never handled, and it is kept who decided that, and why.
import { AppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { log } from '../telemetry/log.ts'
import { type IncidentKey, readIncident } from './incident-life.ts'
import { type ParkedMessage, incidentTable } from './incident-table.ts'
import { untilUncontested } from './repetition.ts'

type Tools = { readonly store: Store; readonly now: () => Date }

/** Who decided it, and why. */
export type Decision = { readonly by: string; readonly reason: string }

export type ParkedKey = IncidentKey & Pick<ParkedMessage, 'parkedId'>

/** Repeating it changes nothing. Throws `not-found` for a message that never was there, `conflict` for one that is on its way again. */
export const discardMessage = async (
  { store, now }: Tools,
  key: ParkedKey,
  { by, reason }: Decision,
): Promise<void> => {
  const { owner, incidentId, parkedId } = key
  const isOnItsWay = await untilUncontested({
    store,
    of: incidentId,
    what: 'relieved of a message',
    change: async () => {
      const rows = store.open(incidentTable)
      const incident = await readIncident(store, key)
      const parked = await rows.parked.get(key)
      if (!parked && (await rows.discarded.get(key))) return false
      if (!parked) throw new AppError('not-found', 'No message with this id is parked with the incident.')
      if (parked.value.state !== 'parked') return true
      const { eventType, eventId } = parked.value
      const kept = { owner, incidentId, parkedId, reason, discardedAt: now().toISOString(), discardedBy: by }
      await rows.transaction([
        rows.incident.toUpdate(incident, { ...incident.value, parked: Math.max(0, incident.value.parked - 1) }),
        rows.parked.toDelete(parked),
        rows.body.toDelete(key),
        rows.discarded.toUpsert({
          ...kept,
          ...(eventType !== undefined && { eventType }),
          ...(eventId !== undefined && { eventId }),
        }),
      ])
      return false
    },
  })
  if (isOnItsWay) throw new AppError('conflict', 'The message is being replayed. Wait for the result.')
  log.warn('governance.incident.message_discarded', { incidentId, parkedId, by })
}

/** Of one call; what is left is discarded by the next. */
const discardsMax = 500

/** Every message that waits. Throws as `discardMessage`, and `messages-parked` when there are more than 500: repeat it then. */
export const discardAll = async (
  tools: Tools,
  { owner, incidentId }: IncidentKey,
  decision: Decision,
): Promise<void> => {
  let discarded = 0
  const rows = tools.store.open(incidentTable).parked
  for await (const { value } of rows.each({ owner }, { from: [incidentId], to: [incidentId] })) {
    if (value.state !== 'parked') continue
    if (discarded >= discardsMax)
      throw new AppError(
        'messages-parked',
        `${discardsMax} messages were discarded and more are parked. Repeat the request.`,
      )
    await discardMessage(tools, { owner, incidentId, parkedId: value.parkedId }, decision)
    discarded += 1
  }
}
