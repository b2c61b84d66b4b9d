// Begins a ticket: decides in one transaction which findings it is for, before PSA hears of it.
import { plainDigest } from '../../../shared/auth/plain-digest.ts'
import { findPlacement } from '../../../shared/clients/placement.ts'
import type { Begun } from '../../../shared/effects/effect.ts'
import type { Row } from '../../../shared/store/entity.ts'
import { findClient } from '../clients/client-mapping.ts'
import type { Filing, Standing, Wanted } from './standing.ts'
import { draftForClient, draftOf } from './ticket-draft.ts'
import { ticketEffect } from './ticket-effect.ts'
import { findingContentOf } from './fingerprint.ts'
import { isLater } from './news.ts'
import { type Claim, type Ticket, type TicketDraft, type TicketKey, ticketTable } from './ticket-table.ts'

/**
 * Writes the ticket and the claim of each of its findings, all or nothing. Throws `conflict` when somebody else claimed one of them
 * meanwhile: then it is their ticket.
 * @param group findings of one repository and type, with the same ticket before this one
 */
export const beginTicket = async (
  filing: Filing,
  group: readonly [Standing, ...Standing[]],
): Promise<Begun<Ticket>> => {
  const rows = filing.store.open(ticketTable)
  const ticket = await ticketFor(filing, group)
  const claims = group.map((item) => {
    const value = claimOf(filing.tenantId, item, { createdAt: ticket.createdAt, ref: ticket.ref })
    return item.claim ? rows.claim.toUpdate(item.claim, value) : rows.claim.toInsert(value)
  })
  return ticketEffect.begin(filing, ticket, () => rows.transaction([rows.ticket.toInsert(ticket), ...claims]))
}

/** What a ticket knows of a finding once it is told of it. */
const claimOf = (tenantId: string, { fingerprint, finding, advisories }: Wanted, ticket: TicketKey): Claim => ({
  tenantId,
  fingerprint,
  ticket,
  lastDetectedAt: finding.detectedAt,
  advisories: [...advisories],
  severity: finding.severity,
  content: findingContentOf(finding),
})

/**
 * A ticket that PSA refused is begun again with what is known now: the reason may have been the client it was for. Its other
 * findings, and what it is related to, stay.
 */
export const beginAgain = async (
  filing: Filing,
  row: Row<Ticket>,
  group: readonly [Standing, ...Standing[]],
): Promise<Begun<Ticket>> => {
  const { draft, title, clientName, clientId, findings } = await ticketFor(filing, group)
  const { clientName: _, clientId: _before, draft: refused, ...rest } = row.value
  const isWhole = hasAllFindings(row.value, group)
  const others = row.value.findings.filter(
    (known) => !findings.some(({ fingerprint }) => fingerprint === known.fingerprint),
  )
  const again: Ticket = {
    ...rest,
    state: 'begun',
    findings: [...findings, ...others],
    ...(clientName !== undefined && { clientName }),
    ...(clientId !== undefined && { clientId }),
    // The texts of findings are kept in the draft alone: it is only written anew when nothing is missing.
    ...(!isWhole && refused
      ? { draft: { ...refused, ticket: draftForClient(refused.ticket, draft.ticket) } }
      : {
          title,
          draft: {
            ...draft,
            ticket: {
              ...draft.ticket,
              externalReference: rest.ref,
              relatedTicketIds: refused?.ticket.relatedTicketIds ?? [],
            },
          },
        }),
  }
  const rows = filing.store.open(ticketTable)
  const claims = isWhole ? group : []
  return ticketEffect.begin(filing, again, () =>
    rows.transaction([
      rows.ticket.toUpdate(row, again),
      ...claims.flatMap((item) =>
        item.claim ? [rows.claim.toUpdate(item.claim, claimAgain(filing.tenantId, item, item.claim.value))] : [],
      ),
    ]),
  )
}

/** Whether all that the ticket is for is at hand: then it can be written anew. */
export const hasAllFindings = ({ findings }: Ticket, group: readonly Wanted[]): boolean =>
  findings.every((known) => group.some(({ fingerprint }) => fingerprint === known.fingerprint))

const claimAgain = (tenantId: string, item: Wanted, claim: Claim): Claim => ({
  ...claimOf(tenantId, item, claim.ticket),
  lastDetectedAt: isLater(item, claim) ? item.finding.detectedAt : claim.lastDetectedAt,
})

const ticketFor = async (
  { store, tenantId, now, filedBy }: Filing,
  group: readonly [Standing, ...Standing[]],
): Promise<Ticket & { readonly draft: TicketDraft }> => {
  const [{ finding, claim, ticket: before }] = group
  const previousId = before?.value.made?.id
  const ref = referenceOf(tenantId, group)
  const client = await findClient(store, tenantId, finding.repository)
  const placement = await findPlacement(store, tenantId, client)
  const [first, ...others] = group.map((item) => item.finding)
  const draft = draftOf([first ?? finding, ...others], { ...placement, ref, previousTicketId: previousId })
  return {
    tenantId,
    ref,
    createdAt: now().toISOString(),
    state: 'begun',
    title: draft.ticket.title,
    type: finding.type,
    repository: { id: finding.repository.id, name: finding.repository.name },
    findings: group.map((item) => ({
      findingId: item.finding.findingId,
      fingerprint: item.fingerprint,
      severity: item.finding.severity,
    })),
    ...(client && { clientName: client.name, clientId: client.clientId }),
    draft,
    ...(claim && { previous: claim.value.ticket }),
    ...(previousId !== undefined && { previousId }),
    filedBy,
  }
}

/** The same findings after the same ticket always have the same reference. It tells nothing about them. */
const referenceOf = (tenantId: string, group: readonly Standing[]): string => {
  const before = group[0]?.claim?.value.ticket.ref ?? ''
  return plainDigest(JSON.stringify([tenantId, before, ...group.map(({ fingerprint }) => fingerprint).sort()]), 'code')
}
