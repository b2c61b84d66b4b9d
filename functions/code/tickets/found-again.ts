// A finding that has a ticket was seen by a later scan: the open ticket gets a note, the one closed lately is reopened.
import { sha256 } from '../../../shared/auth/digest.ts'
import { AppError } from '../../../shared/errors.ts'
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

const rememberDetections = async ({ store, tenantId }: Filing, group: readonly Known[]): Promise<void> => {
  const rows = store.open(ticketTable)
  for (const { claim, fingerprint, finding } of group)
    await rows.claim.modify({ tenantId, fingerprint }, (current = claim.value) =>
      Date.parse(current.lastDetectedAt) >= Date.parse(finding.detectedAt)
        ? current
        : { ...current, lastDetectedAt: finding.detectedAt },
    )
}

/** Read again: it has no ticket any more, so a new one is made. */
const deletedMeanwhile = (id: string): AppError =>
  new AppError('conflict', `Ticket ${id} was deleted in PSA meanwhile.`)
