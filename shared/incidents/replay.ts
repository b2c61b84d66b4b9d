// Sends the parked messages of an incident to their queues again.
import type { Queues } from '../bus/queues.ts'
import { retryForMs } from '../bus/retry-delay.ts'
import { isAppError } from '../errors.ts'
import type { Sealing } from '../secrets/sealing.ts'
import type { Row, Store } from '../store/store.ts'
import { log } from '../telemetry/log.ts'
import { type IncidentKey, changeIncident } from './incident-life.ts'
import { type ParkedMessage, incidentTable } from './incident-table.ts'
import { openBody } from './parked-body.ts'
import { replayProperties } from './replay-properties.ts'

type Replayed = { readonly replayed: number; readonly hasMore: boolean }

type Tools = {
  readonly store: Store
  readonly now: () => Date
  readonly queues: Queues
  readonly sealing: () => Promise<Sealing>
}

const replaysMax = 200

/** A replayed message goes through, or comes back parked, when it has been retried for long enough; one that has done neither by then is lost. */
const lostAfterMs = retryForMs + 24 * 3_600_000

/**
 * Sends parked messages of an incident to their queues again, up to 200 a call; what is on its way already is left alone, unless that was more
 * than two days ago. A message that the bus has no room for beside what a replay adds stays parked, and so does one that cannot be decrypted.
 * @returns how many were sent, and whether there may be more
 * @throws AppError `not-found`, `conflict`, `bus-unavailable`, `vault-unavailable`, `not-configured`; what was sent until then is on its way
 */
export const replayIncident = async (tools: Tools, key: IncidentKey, by: string): Promise<Replayed> => {
  await noteReplay(tools, key, by)
  const outcome = await replayWaiting(tools, key)
  log.info('governance.incident.replayed', { incidentId: key.incidentId, by, ...outcome })
  return outcome
}

const replayWaiting = async (tools: Tools, { owner, incidentId }: IncidentKey): Promise<Replayed> => {
  const rows = tools.store.open(incidentTable)
  let replayed = 0
  for await (const row of rows.parked.each({ owner }, { from: [incidentId], to: [incidentId] })) {
    if (!isWaiting(row.value, tools.now())) continue
    if (replayed >= replaysMax) return { replayed, hasMore: true }
    if (await replay(tools, row)) replayed += 1
  }
  return { replayed, hasMore: false }
}

const isWaiting = ({ state, replayedAt }: ParkedMessage, now: Date): boolean =>
  state === 'parked' || now.getTime() - Date.parse(replayedAt ?? '') > lostAfterMs

/** Before anything is sent, so that it is known who did it even if it does not come to an end. */
const noteReplay = async ({ store, now }: Tools, key: IncidentKey, by: string): Promise<void> => {
  await changeIncident(store, key, 'replayed', async (row) => {
    const noted = { ...row.value, replayedAt: now().toISOString(), replayedBy: by }
    return (await store.open(incidentTable).incident.update(row, noted)).value
  })
}

/**
 * Sent first and marked after: what a crash leaves in between is sent again under the same id, and dropped by the queue.
 * @returns whether it was sent
 */
const replay = async (tools: Tools, row: Row<ParkedMessage>): Promise<boolean> => {
  const { store, queues, now } = tools
  const rows = store.open(incidentTable)
  const { value } = row
  const body = await bodyOf(tools, value)
  if (!body) return false
  const replays = value.replays + 1
  const message = {
    // With the incident: what is parked with two of them is two messages, each of which settles its own.
    messageId: `${value.parkedId}:${value.incidentId}:${replays}`,
    body,
    contentType: value.contentType,
    properties: {
      ...(value.eventType !== undefined && { type: value.eventType }),
      ...(value.publisher !== undefined && { publisher: value.publisher }),
      ...replayProperties.write({ ...value, replays }),
    },
  }
  try {
    await queues.send(value.queue, message)
  } catch (error) {
    if (!isAppError(error, 'value-too-large')) throw error
    const { incidentId, parkedId } = value
    log.error('governance.incident.message_too_large', { incidentId, parkedId, bytes: message.body.length, error })
    return false
  }
  try {
    await rows.parked.update(row, { ...value, state: 'replaying', replays, replayedAt: now().toISOString() })
  } catch (error) {
    // Handled, or parked once more, before we got here.
    if (!isAppError(error, 'conflict')) throw error
  }
  return true
}

/** Undefined for one that went through, or ended, since it was listed, and for one that nobody can read any more. */
const bodyOf = async ({ store, sealing }: Tools, message: ParkedMessage): Promise<Buffer | undefined> => {
  try {
    const stored = await store.open(incidentTable).body.get(message)
    return stored && (await openBody(await sealing(), stored.value))
  } catch (error) {
    if (!isAppError(error, 'internal')) throw error
    const { incidentId, parkedId } = message
    log.error('governance.incident.message_unreadable', { incidentId, parkedId, error })
    return undefined
  }
}
