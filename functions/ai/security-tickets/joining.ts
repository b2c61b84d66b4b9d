// Puts a detection onto the ticket that another one began: as an internal note, or by opening the ticket again when it was closed meanwhile.
import { type ReadPsaTicket, closedAtOf } from '../../../shared/peers/psa/answers.ts'
import type { Row } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import type { Work } from './claim.ts'
import { type Detection, noteReferenceOf } from './detection.ts'
import { type DetectionRow, securityTicketTable } from './security-ticket-table.ts'
import { type MadeTicket, recordGone } from './security-ticket-effect.ts'
import { noteOf, reopenedNote } from './ticket-draft.ts'

/**
 * Throws `conflict` when the ticket was deleted in PSA, or somebody else has the same detection in hand.
 * @param row the claim of the detection
 * @returns the claim as it is now
 */
export const join = async (
  work: Work,
  row: Row<DetectionRow>,
  detection: Detection,
  ticket: MadeTicket,
): Promise<Row<DetectionRow>> => {
  const { psa, tenantId } = work
  const decided = await withWay(work, row, ticket)
  const { way } = decided.value
  const reference = noteReferenceOf(detection.detection_id)
  const text = noteOf(detection)
  if (way === 'reopening') {
    const { outcome } = await psa.reopenTicket(tenantId, ticket.made.id, { reference, note: text })
    if (outcome === 'ticket-not-found') throw await recordGone(work, ticket)
  } else {
    const { outcome } = await psa.addNote(tenantId, ticket.made.id, { reference, text, internal: true })
    if (outcome === 'ticket-not-found') throw await recordGone(work, ticket)
    // Closed between the look at it and the note: nobody would read that.
    if (isClosed(await readTicket(work, ticket)))
      await psa.reopenTicket(tenantId, ticket.made.id, { reference: `${reference}-reopened`, note: reopenedNote })
  }
  log.info('ai.security_ticket.joined', { tenantId, ref: ticket.ref, psaTicketId: ticket.made.id, way })
  return decided
}

const isClosed = (ticket: ReadPsaTicket): boolean => closedAtOf(ticket) !== null

/**
 * Written down before PSA hears of it: the references of notes and of reopenings do not meet, so that a repetition that decided
 * otherwise would put the detection there twice.
 */
const withWay = async (work: Work, row: Row<DetectionRow>, ticket: MadeTicket): Promise<Row<DetectionRow>> => {
  if (row.value.way) return row
  const way = isClosed(await readTicket(work, ticket)) ? 'reopening' : 'note'
  return work.store.open(securityTicketTable).detection.update(row, { ...row.value, way })
}

const readTicket = async (work: Work, ticket: MadeTicket): Promise<ReadPsaTicket> => {
  const found = await work.psa.getTicket(work.tenantId, ticket.made.id)
  if (!found) throw await recordGone(work, ticket)
  return found
}
