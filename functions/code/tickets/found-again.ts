// A finding that has a ticket was seen by a later scan: the open ticket gets a note, the one closed lately is reopened.
import { sha256 } from '../../../shared/auth/digest.ts'
import { AppError, isAppError } from '../../../shared/errors.ts'
import type { PsaTicket } from '../../../shared/peers/psa/contract.ts'
import type { Filed, Filing, Known } from './standing.ts'
import { foundAgainNote } from './ticket-draft.ts'
import { withStatus } from './ticket-status.ts'
import { ticketTable } from './ticket-table.ts'

/** @param group findings of one ticket */
export const noteFoundAgain = async (filing: Filing, group: readonly Known[]): Promise<Filed> => {
  const { ticket, psaTicket, text, reference } = newsOf(group)
  const { outcome } = await filing.psa.addNote(filing.tenantId, psaTicket.id, { reference, text, internal: true })
  if (outcome === 'ticket-not-found') throw deletedMeanwhile(psaTicket.id)
  await rememberDetections(filing, group)
  return { outcome: 'noted', ticket: await withStatus(filing.store, ticket, psaTicket, filing.now()) }
}

/** @param group findings of one ticket */
export const reopenFoundAgain = async (filing: Filing, group: readonly Known[]): Promise<Filed> => {
  const { ticket, psaTicket, text, reference } = newsOf(group)
  const reopened = await filing.psa.reopenTicket(filing.tenantId, psaTicket.id, { reference, note: text })
  if (reopened.outcome === 'ticket-not-found') throw deletedMeanwhile(psaTicket.id)
  await rememberDetections(filing, group)
  return { outcome: 'reopened', ticket: await withStatus(filing.store, ticket, reopened.ticket, filing.now()) }
}

/** The same news have the same reference, so that PSA takes them once. */
const newsOf = (group: readonly Known[]) => {
  const [first] = group
  if (!first) throw new AppError('internal', 'Nothing was found again.')
  const seen = group.map(({ fingerprint, finding }) => `${fingerprint} ${finding.detectedAt}`).sort()
  const psaTicket: PsaTicket = first.psaTicket
  return {
    ticket: first.ticket,
    psaTicket,
    text: foundAgainNote(group.map(({ finding }) => finding)),
    reference: `found-again-${sha256(seen.join('\n'))}`,
  }
}

/** How often it begins again when somebody else changes one of the claims at the same time. */
const attemptsMax = 6

/** All or nothing: what is repeated after a crash in between is the same news then, and PSA knows them by their reference. */
const rememberDetections = async ({ store, tenantId }: Filing, group: readonly Known[]): Promise<void> => {
  const rows = store.open(ticketTable)
  for (let attempt = 1; ; attempt++) {
    const claims = await Promise.all(group.map(({ fingerprint }) => rows.claim.get({ tenantId, fingerprint })))
    const updates = group.flatMap(({ finding: { detectedAt } }, index) => {
      const claim = claims[index]
      return claim && Date.parse(claim.value.lastDetectedAt) < Date.parse(detectedAt)
        ? [rows.claim.toUpdate(claim, { ...claim.value, lastDetectedAt: detectedAt })]
        : []
    })
    if (updates.length === 0) return
    try {
      await rows.transaction(updates)
      return
    } catch (error) {
      if (!isAppError(error, 'conflict') || attempt === attemptsMax) throw error
    }
  }
}

/** Read again: it has no ticket any more, so a new one is made. */
const deletedMeanwhile = (id: string): AppError =>
  new AppError('conflict', `Ticket ${id} was deleted in PSA meanwhile.`)
