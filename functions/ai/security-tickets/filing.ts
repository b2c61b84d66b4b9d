// Files a critical detection on a PSA ticket exactly once (AI-6), even if it is filed repeatedly, concurrently, or was interrupted.
import { errorTable } from '../../../shared/error-table.ts'
import { isAppError } from '../../../shared/errors.ts'
import type { Marker } from '../../../shared/store/pending.ts'
import type { Row } from '../../../shared/store/store.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { type Claimed, type Work, claim } from './claim.ts'
import type { Detection } from './detection.ts'
import { join } from './joining.ts'
import { settleTicket } from './security-ticket-effect.ts'
import { type DetectionRow, securityTicketTable, unsettledPending } from './security-ticket-table.ts'

/** `duplicate`: it is on its ticket already. */
type Outcome = 'completed' | 'duplicate'

/** As `fileDetection`, for a message: when that is parked, its replay is awaited and not the night. */
export const fileFromMessage = async (work: Work, detection: Detection): Promise<Outcome> => {
  try {
    return await fileDetection(work, detection)
  } catch (error) {
    if (isAppError(error) && errorTable[error.code].onMessage === 'park')
      await unsettledPending.clear(work.store, await mark(work, detection.detection_id))
    throw error
  }
}

/** Throws the errors of PSA and of the storage; repeating it then finishes what was begun and makes nothing twice. */
export const fileDetection = (work: Work, detection: Detection): Promise<Outcome> =>
  retryOnConflict(() => fileOnce(work, detection), { signal: work.signal })

const fileOnce = async (work: Work, given: Detection): Promise<Outcome> => {
  const { store, tenantId } = work
  const rows = store.open(securityTicketTable)
  const key = { tenantId, detectionId: given.detection_id }
  const known = await rows.detection.get(key)
  if (known?.value.settled) {
    // It may have been written by an attempt of ours that somebody else was faster than.
    await unsettledPending.clear(store, await mark(work, key.detectionId))
    return 'duplicate'
  }
  // The first words of a detection stand, whatever is told of it later.
  const detection = known?.value.detection ?? given
  const marker = await mark(work, key.detectionId)
  const { row, ticket } = (known && (await standing(work, known))) ?? (await claim(work, detection, known))
  const filed = await settleTicket(work, ticket, detection)
  const there = filed.detectionId === key.detectionId ? row : await join(work, row, detection, filed)
  await rows.detection.update(there, { ...key, ref: there.value.ref, settled: true })
  await unsettledPending.clear(store, marker)
  return 'completed'
}

/** First of all: if everything ends here, the nightly run finds nothing behind the marker and removes it. */
const mark = ({ store, tenantId, now }: Work, detectionId: string): Promise<Row<Marker>> =>
  unsettledPending.mark(store, { tenantId, ref: detectionId, createdAt: now().toISOString() }, now())

/** Undefined when its ticket is gone: then it is claimed anew. */
const standing = async ({ store, tenantId }: Work, row: Row<DetectionRow>): Promise<Claimed | undefined> => {
  const ticket = await store.open(securityTicketTable).ticket.get({ tenantId, ref: row.value.ref })
  return ticket && ticket.value.state !== 'gone' ? { row, ticket } : undefined
}
