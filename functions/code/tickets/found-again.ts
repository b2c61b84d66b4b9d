// A finding that has a ticket was seen by a later scan: the open ticket gets a note, the one closed lately is reopened.
import { sha256 } from '../../../shared/auth/digest.ts'
import { refresh } from '../../../shared/effects/last-known.ts'
import { AppError } from '../../../shared/errors.ts'
import type { PsaTicket } from '../../../shared/peers/psa/contract.ts'
import { untilUndisturbed } from '../../../shared/store/undisturbed.ts'
import type { Filed, Filing, Known } from './standing.ts'
import { foundAgainNote } from './ticket-draft.ts'
import { ticketEffect } from './ticket-effect.ts'
import { ticketTable } from './ticket-table.ts'

type Way = 'note' | 'reopen'

/**
 * Tells PSA once, whoever else is telling it the same at this moment. Throws `conflict` when somebody else changed a claim meanwhile.
 * @param group findings of one ticket
 * @param seen what PSA's ticket, as it was read, calls for
 */
export const tellFoundAgain = async (filing: Filing, group: readonly Known[], seen: Way): Promise<Filed> =>
  (await agreedWay(filing, group, seen)) === 'note' ? noteFoundAgain(filing, group) : reopenFoundAgain(filing, group)

/**
 * Written down before PSA hears of it: who reads the ticket after another one has reopened it would note the same news as well, and PSA
 * does not compare the references of notes with those of reopenings.
 */
const agreedWay = async ({ store }: Filing, group: readonly Known[], seen: Way): Promise<Way> => {
  const { reference } = newsOf(group)
  const agreed = group.find(({ claim }) => claim.value.news?.reference === reference)?.claim.value.news
  if (agreed) return agreed.way
  const rows = store.open(ticketTable)
  const news = { reference, way: seen }
  await rows.transaction(group.map(({ claim }) => rows.claim.toUpdate(claim, { ...claim.value, news })))
  return seen
}

const noteFoundAgain = async (filing: Filing, group: readonly Known[]): Promise<Filed> => {
  const { ticket, psaTicket, text, reference } = newsOf(group)
  const { outcome } = await filing.psa.addNote(filing.tenantId, psaTicket.id, { reference, text, internal: true })
  if (outcome === 'ticket-not-found') throw deletedMeanwhile(psaTicket.id)
  await rememberDetections(filing, group)
  return { outcome: 'noted', ticket: await refresh(ticketEffect, filing, ticket, psaTicket) }
}

const reopenFoundAgain = async (filing: Filing, group: readonly Known[]): Promise<Filed> => {
  const { ticket, psaTicket, text, reference } = newsOf(group)
  const reopened = await filing.psa.reopenTicket(filing.tenantId, psaTicket.id, { reference, note: text })
  if (reopened.outcome === 'ticket-not-found') throw deletedMeanwhile(psaTicket.id)
  await rememberDetections(filing, group)
  return { outcome: 'reopened', ticket: await refresh(ticketEffect, filing, ticket, reopened.ticket) }
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

/** All or nothing: what is repeated after a crash in between is the same news then, and PSA knows them by their reference. */
const rememberDetections = async ({ store, tenantId }: Filing, group: readonly Known[]): Promise<void> => {
  const rows = store.open(ticketTable)
  await untilUndisturbed(async () => {
    const claims = await Promise.all(group.map(({ fingerprint }) => rows.claim.get({ tenantId, fingerprint })))
    const updates = group.flatMap(({ finding: { detectedAt } }, index) => {
      const claim = claims[index]
      return claim && Date.parse(claim.value.lastDetectedAt) < Date.parse(detectedAt)
        ? [rows.claim.toUpdate(claim, { ...claim.value, lastDetectedAt: detectedAt })]
        : []
    })
    if (updates.length > 0) await rows.transaction(updates)
  })
}

/** Read again: it has no ticket any more, so a new one is made. */
const deletedMeanwhile = (id: string): AppError =>
  new AppError('conflict', `Ticket ${id} was deleted in PSA meanwhile.`)
