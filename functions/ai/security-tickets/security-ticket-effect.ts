// Security tickets as records in PSA: how one is found and made there, also when many detections want the same one.
import { createOrTriage } from '../../../shared/clients/triage.ts'
import type { Made, RecordDefinition } from '../../../shared/effects/effect-row.ts'
import { makeRecord } from '../../../shared/effects/record.ts'
import { AppError } from '../../../shared/errors.ts'
import type { ReadPsaTicket } from '../../../shared/peers/psa/answers.ts'
import type { PsaClient } from '../../../shared/peers/psa/client.ts'
import type { PsaTicketDraft } from '../../../shared/peers/psa/ticket-contract.ts'
import type { Row } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { type Work, placementOf } from './claim.ts'
import type { Detection } from './detection.ts'
import { incidentOf } from './incident.ts'
import { type TicketRow, securityTicketTable } from './security-ticket-table.ts'
import { draftOf, placeForDetection } from './ticket-draft.ts'

type Seen = Pick<ReadPsaTicket, 'id' | 'url' | 'status'>

/** A ticket that PSA has. */
export type MadeTicket = Made<TicketRow>

export const securityTicketRecord: RecordDefinition<TicketRow, PsaTicketDraft, Seen, PsaClient, ReadPsaTicket> = {
  name: 'ai.security_ticket',
  rows: (store) => store.open(securityTicketTable).ticket,
  find: (psa, tenantId, ref) => psa.findTicketByReference(tenantId, ref),
  create: async (tools, { tenantId, clientId }, draft) => {
    const { outcome, ticket } = await createOrTriage(tools, draft, { ...incidentOf, tenantId, clientId })
    if (outcome === 'created')
      log.info('ai.security_ticket.created', { tenantId, ref: draft.externalReference, psaTicketId: ticket.id })
    return { thing: ticket, isNew: outcome === 'created' }
  },
  readMany: (psa, tenantId, ids) => psa.getTickets(tenantId, ids),
  seen: ({ id, url, status }) => ({ id, url, status }),
}

/**
 * The ticket as PSA has it, whoever began it. Throws `conflict` when it changed under this.
 * @param detection the one that is at hand, which need not be the one that the ticket was begun for
 */
export const settleTicket = async (work: Work, row: Row<TicketRow>, detection: Detection): Promise<MadeTicket> => {
  const begun = row.value.state === 'refused' ? await beginAgain(work, row, detection) : row.value
  const { value } = await makeRecord(securityTicketRecord, { ...work, peer: work.psa }, begun)
  return value
}

/** What was refused may be right by now: the client may have got another company, or the words may be made by newer code. */
const beginAgain = async (work: Work, row: Row<TicketRow>, detection: Detection): Promise<TicketRow> => {
  const { store, tenantId } = work
  const { draft, clientId, detectionId } = row.value
  const placement = await placementOf(work, clientId)
  const fresh =
    detection.detection_id === detectionId || !draft
      ? draftOf(tenantId, detection, placement)
      : { ...draft, ...placeForDetection(placement) }
  const again: TicketRow = { ...row.value, state: 'begun', draft: fresh }
  await store.open(securityTicketTable).ticket.update(row, again)
  return again
}

/** Somebody deleted it in PSA. Recorded, so that whoever reads it next begins another ticket. */
export const recordGone = async ({ store, tenantId }: Work, { ref, made }: MadeTicket): Promise<AppError> => {
  await store.open(securityTicketTable).ticket.modify({ tenantId, ref }, (current) => {
    if (!current) throw new AppError('conflict', `Security ticket ${ref} no longer exists.`)
    return current.made?.id === made.id ? { ...current, state: 'gone' } : current
  })
  return new AppError('conflict', `Security ticket ${ref} was deleted in PSA in the meantime.`)
}
