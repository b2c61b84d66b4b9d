// Takes a ticket that was begun to its end: made in PSA once, and recorded here. Every step can be repeated from anywhere.
import { isDeepStrictEqual } from 'node:util'
import { AppError, isAppError } from '../../../shared/errors.ts'
import type { Row } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { type Work, clientOf } from './claim.ts'
import type { Detection } from './detection.ts'
import { type TicketRow, securityTicketTable } from './security-ticket-table.ts'
import { draftOf, placeOf } from './ticket-draft.ts'

/** A ticket that PSA has. */
export type FiledTicket = TicketRow & { readonly psaTicketId: string }

const isFiled = (ticket: TicketRow): ticket is FiledTicket =>
  ticket.state === 'filed' && ticket.psaTicketId !== undefined

/**
 * Looks the reference up in PSA, creates the ticket when it is not there, and records it. A refusal for good is recorded and thrown.
 * Throws `conflict` when the ticket changed under it.
 * @param detection the one that is at hand, which need not be the one that the ticket was begun for
 */
export const settleTicket = async (work: Work, row: Row<TicketRow>, detection: Detection): Promise<FiledTicket> => {
  const { store, tenantId } = work
  const { ref } = row.value
  if (isFiled(row.value)) return row.value
  const begun = row.value.state === 'rejected' ? await beginAgain(work, row, detection) : row.value
  const psaTicketId = await makeInPsa(work, begun).catch(async (error: unknown) => {
    if (isAppError(error, 'peer-rejected')) await recordRejection(work, begun)
    throw error
  })
  const { value } = await store.open(securityTicketTable).ticket.modify({ tenantId, ref }, (current = begun) => {
    if (current.state === 'deleted' || isFiled(current)) return current
    const { draft: _, ...rest } = current
    return { ...rest, state: 'filed', psaTicketId }
  })
  if (!isFiled(value)) throw changed(ref, 'was deleted in PSA')
  return value
}

/** What was refused may be right by now: the client may have got another company, or the words may be made by newer code. */
const beginAgain = async (work: Work, row: Row<TicketRow>, detection: Detection): Promise<TicketRow> => {
  const { store, tenantId } = work
  const { draft, clientId, detectionId } = row.value
  const client = await clientOf(work, clientId)
  const fresh =
    detection.detection_id === detectionId || !draft
      ? draftOf(tenantId, detection, client)
      : { ...draft, ...placeOf(client) }
  const again: TicketRow = { ...row.value, state: 'begun', draft: fresh }
  await store.open(securityTicketTable).ticket.update(row, again)
  return again
}

const makeInPsa = async ({ psa, tenantId }: Work, { ref, draft }: TicketRow): Promise<string> => {
  const found = await psa.findTicketByReference(tenantId, ref)
  if (found) return found.id
  if (!draft) throw new AppError('internal', `Security ticket ${ref} has neither a draft nor a ticket in PSA.`)
  const { outcome, ticket } = await psa.createTicket(tenantId, draft)
  if (outcome === 'created') log.info('ai.security_ticket.created', { tenantId, ref, psaTicketId: ticket.id })
  return ticket.id
}

/** Only of what PSA was asked for: somebody may have begun it again since, with what is right. Then it is theirs to finish. */
const recordRejection = async ({ store, tenantId }: Work, { ref, draft }: TicketRow): Promise<void> => {
  const { value } = await store.open(securityTicketTable).ticket.modify({ tenantId, ref }, (current) => {
    if (!current) throw changed(ref, 'is gone')
    return current.state === 'begun' && isDeepStrictEqual(current.draft, draft)
      ? { ...current, state: 'rejected' }
      : current
  })
  if (value.state !== 'rejected' || !isDeepStrictEqual(value.draft, draft)) throw changed(ref, 'was begun again')
}

const changed = (ref: string, how: string): AppError =>
  new AppError('conflict', `Security ticket ${ref} ${how} at the same time. Read it again.`)
