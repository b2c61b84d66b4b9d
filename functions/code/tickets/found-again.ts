// A finding that has a ticket was seen by a later scan: the open ticket gets a note, the one closed lately is reopened.
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { findPlacement } from '../../../shared/clients/placement.ts'
import { refresh } from '../../../shared/effects/last-known.ts'
import { AppError } from '../../../shared/errors.ts'
import type { ReadPsaTicket } from '../../../shared/peers/psa/answers.ts'
import { unknownValue } from '../../../shared/schema/reading.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { findClient } from '../clients/client-mapping.ts'
import { claimAfter, isLater, isWorse, newAdvisoriesOf, wordsOfNews } from './news.ts'
import type { FiledTicket, Filing, Known } from './standing.ts'
import { foundAgainNote, worstSeverity } from './ticket-draft.ts'
import { ticketEffect } from './ticket-effect.ts'
import { ticketTable } from './ticket-table.ts'

type Way = 'note' | 'reopen'

/**
 * Tells PSA once, whoever else is telling it the same at this moment. Throws `conflict` when somebody else changed a claim meanwhile.
 * @param group findings of one ticket
 * @param seen what PSA's ticket, as it was read, calls for
 */
export const tellFoundAgain = async (filing: Filing, group: readonly Known[], seen: Way): Promise<FiledTicket> => {
  const way = await agreedWay(filing, group, seen)
  const told = await (way === 'note' ? noteFoundAgain(filing, group) : reopenFoundAgain(filing, group))
  const raised = await raisePriority(filing, group)
  await rememberNews(filing, group)
  const { ticket, psaTicket } = newsOf(group)
  return {
    outcome: way === 'note' ? 'noted' : 'reopened',
    ticket: await refresh(ticketEffect, filing, ticket, raised ?? told ?? psaTicket),
    ...(raised?.priority && raised.priority !== unknownValue && { priorityRaisedTo: raised.priority }),
  }
}

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

const noteFoundAgain = async (filing: Filing, group: readonly Known[]): Promise<undefined> => {
  const { psaTicket, text, reference } = newsOf(group)
  const { outcome } = await filing.psa.addNote(filing.tenantId, psaTicket.id, { reference, text, internal: true })
  if (outcome === 'ticket-not-found') throw deletedMeanwhile(psaTicket.id)
}

const reopenFoundAgain = async (filing: Filing, group: readonly Known[]): Promise<ReadPsaTicket> => {
  const { psaTicket, text, reference } = newsOf(group)
  const reopened = await filing.psa.reopenTicket(filing.tenantId, psaTicket.id, { reference, note: text })
  if (reopened.outcome === 'ticket-not-found') throw deletedMeanwhile(psaTicket.id)
  return reopened.ticket
}

/** Never lowered: somebody may have had a reason to raise it. Undefined when there is nothing to raise. */
const raisePriority = async (filing: Filing, group: readonly Known[]): Promise<ReadPsaTicket | undefined> => {
  const [first, ...others] = group.filter((item) => isWorse(item, item.claim.value)).map(({ finding }) => finding)
  if (!first) return undefined
  const { store, tenantId, psa } = filing
  const { settings } = await findPlacement(store, tenantId, await findClient(store, tenantId, first.repository))
  const priority = settings.severityMapping[worstSeverity([first, ...others])]
  const { psaTicket, reference } = newsOf(group)
  const { priority: present = unknownValue } = psaTicket
  // How urgent a priority is that is not known here, PSA knows: it lowers none.
  if (present !== unknownValue && priority >= present) return undefined
  const raised = await psa.raisePriority(tenantId, psaTicket.id, { reference, priority })
  if (raised.outcome === 'ticket-not-found') throw deletedMeanwhile(psaTicket.id)
  return raised.ticket
}

/** The same news have the same reference, so that PSA takes them once. */
const newsOf = (group: readonly Known[]) => {
  const [first] = group
  if (!first) throw new AppError('internal', 'Nothing was found again.')
  const seen = group
    .map((item) => [item.fingerprint, item.finding.detectedAt, ...newAdvisoriesOf(item, item.claim.value)].join(' '))
    .sort()
  const psaTicket: ReadPsaTicket = first.psaTicket
  return {
    ticket: first.ticket,
    psaTicket,
    text: foundAgainNote(group.map((item) => ({ finding: item.finding, news: wordsOfNews(item, item.claim.value) }))),
    reference: plainDigest(seen.join('\n'), 'found-again'),
  }
}

/** All or nothing: what is repeated after a crash in between is the same news then, and PSA knows them by their reference. */
const rememberNews = async ({ store, tenantId }: Filing, group: readonly Known[]): Promise<void> => {
  const rows = store.open(ticketTable)
  await retryOnConflict(async () => {
    const claims = await Promise.all(group.map(({ fingerprint }) => rows.claim.get({ tenantId, fingerprint })))
    const updates = group.flatMap((item, index) => {
      const claim = claims[index]
      return claim && (isLater(item, claim.value) || newAdvisoriesOf(item, claim.value).length > 0)
        ? [rows.claim.toUpdate(claim, claimAfter(item, claim.value))]
        : []
    })
    if (updates.length > 0) await rows.transaction(updates)
  })
}

/** Read again: it has no ticket any more, so a new one is made. */
const deletedMeanwhile = (id: string): AppError =>
  new AppError('conflict', `Ticket ${id} was deleted in PSA in the meantime.`)
