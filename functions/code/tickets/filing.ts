// Files findings as PSA tickets (CODE-1): one ticket for the same finding, however often, at once or half-way it is asked for.
import { isMade } from '../../../shared/effects/effect-row.ts'
import { refresh } from '../../../shared/effects/last-known.ts'
import { AppError, isAppError, toAppError } from '../../../shared/errors.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { untilUndisturbed } from '../../../shared/store/undisturbed.ts'
import type { Finding } from './finding.ts'
import { fingerprintOf } from './fingerprint.ts'
import { tellFoundAgain } from './found-again.ts'
import { withoutSecrets } from './secretless-finding.ts'
import type { Filed, Filing, Known, Standing, Wanted } from './standing.ts'
import { beginTicket, beginAgain } from './ticket-beginning.ts'
import { type NextStep, nextStep } from './ticket-life.ts'
import { ticketEffect } from './ticket-effect.ts'
import { ticketTable } from './ticket-table.ts'

/**
 * One result for each finding, in their order: its ticket, or why it has none. New findings share one ticket for each
 * repository and type. Repeating the call finishes what was left undone and makes nothing twice.
 */
export const fileFindings = async (
  filing: Filing,
  findings: readonly Finding[],
): Promise<readonly (Filed | AppError)[]> => {
  const wanted = await Promise.all(
    findings.map(async (finding) => ({ finding: await withoutSecrets(finding), fingerprint: fingerprintOf(finding) })),
  )
  // First, so that a ticket is found by the ids of its findings also when the nightly run has to finish it.
  await rememberFindingIds(filing, wanted)
  const results = new Map<string, Filed | AppError>()
  await untilUndisturbed(async () => {
    const open = latestOfEach(wanted).filter(({ fingerprint }) => !results.has(fingerprint))
    if (open.length > 0) await fileOnce(filing, open, results)
  })
  return wanted.map(
    ({ fingerprint }) => results.get(fingerprint) ?? new AppError('internal', 'A finding got no result.'),
  )
}

/** The same finding twice in one request: the later detection stands for both. */
const latestOfEach = (wanted: readonly Wanted[]): readonly Wanted[] => {
  const latest = new Map<string, Wanted>()
  for (const item of wanted) {
    const known = latest.get(item.fingerprint)
    if (!known || Date.parse(known.finding.detectedAt) < Date.parse(item.finding.detectedAt))
      latest.set(item.fingerprint, item)
  }
  return [...latest.values()]
}

/** One pass. What is settled is put into `results`; a conflict with somebody else is thrown, and the rest is tried again. */
const fileOnce = async (
  filing: Filing,
  wanted: readonly Wanted[],
  results: Map<string, Filed | AppError>,
): Promise<void> => {
  const standings = await readStandings(filing, wanted)
  const settled = await settleUnfinished(filing, standings, results)
  const known = await readPsaTickets(filing, settled)
  const steps = Map.groupBy(known, stepOf)
  for (const item of steps.get('same') ?? []) results.set(item.fingerprint, await existing(filing, item))
  for (const step of ['note', 'reopen'] as const)
    for (const group of groupBy(steps.get(step) ?? [], ({ ticket }) => ticket?.value.ref ?? ''))
      await collect(group, results, () => tellFoundAgain(filing, group.map(complete), step))
  for (const group of groupBy([...(steps.get('new') ?? []), ...(steps.get('renew') ?? [])], newTicketKeyOf))
    await collect(group, results, async () => {
      const { value, isNew } = await ticketEffect.settle(toolsOf(filing), await beginTicket(filing, group))
      return { ticket: value, outcome: isNew ? 'created' : 'existing' }
    })
}

/** A failure is the result of its group alone; a conflict is for another pass. */
const collect = async (
  group: readonly Wanted[],
  results: Map<string, Filed | AppError>,
  work: () => Promise<Filed>,
): Promise<void> => {
  let result: Filed | AppError
  try {
    result = await work()
  } catch (thrown) {
    if (isAppError(thrown, 'conflict')) throw thrown
    result = toAppError(thrown)
    log.error('code.ticket.filing_failed', { error: result, findings: group.length })
  }
  for (const { fingerprint } of group) results.set(fingerprint, result)
}

const toolsOf = (filing: Filing) => ({ ...filing, peer: filing.psa })

const readStandings = async ({ store, tenantId }: Filing, wanted: readonly Wanted[]): Promise<readonly Standing[]> => {
  const rows = store.open(ticketTable)
  return Promise.all(
    wanted.map(async (item) => {
      const claim = await rows.claim.get({ tenantId, fingerprint: item.fingerprint })
      const ticket = claim && (await rows.ticket.get({ tenantId, ...claim.value.ticket }))
      return { ...item, ...(claim && { claim }), ...(ticket && { ticket }) }
    }),
  )
}

/** Tickets that an earlier request began and did not finish are finished first. Those that fail are done with here. */
const settleUnfinished = async (
  filing: Filing,
  standings: readonly Standing[],
  results: Map<string, Filed | AppError>,
): Promise<readonly Standing[]> => {
  const unfinished = standings.filter(({ ticket }) => ticket && !isMade(ticket.value))
  for (const group of groupBy(unfinished, ({ ticket }) => ticket?.value.ref ?? ''))
    await collect(group, results, async () => {
      const [{ ticket }] = group
      if (!ticket) throw new AppError('internal', 'An unfinished ticket has no row.')
      const begun = await (ticket.value.state === 'refused'
        ? beginAgain(filing, ticket, group)
        : ticketEffect.resume(filing, ticket.value))
      const { value, isNew } = await ticketEffect.settle(toolsOf(filing), begun)
      return { ticket: value, outcome: isNew ? 'created' : 'existing' }
    })
  return standings.filter((standing) => !unfinished.includes(standing))
}

const readPsaTickets = async (
  { psa, tenantId }: Filing,
  standings: readonly Standing[],
): Promise<readonly Standing[]> => {
  const ids = standings.flatMap(({ ticket }) => ticket?.value.made?.id ?? [])
  const tickets = ids.length === 0 ? [] : await psa.getTickets(tenantId, ids)
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  return standings.map((standing) => ({ ...standing, psaTicket: byId.get(standing.ticket?.value.made?.id ?? '') }))
}

const stepOf = ({ claim, ticket, psaTicket, finding }: Standing): NextStep | 'new' =>
  claim ? nextStep(claim.value, ticket && psaTicket, finding.detectedAt) : 'new'

/** One ticket for each repository and type, and for each ticket that went before it. */
const newTicketKeyOf = ({ finding, claim }: Standing): string =>
  JSON.stringify([finding.repository.id, finding.type, claim?.value.ticket.ref ?? null])

const complete = ({ claim, ticket, psaTicket, ...item }: Standing): Known => {
  if (!claim || !ticket || !psaTicket || !isMade(ticket.value))
    throw new AppError('internal', 'A finding that has a ticket lacks its claim or its ticket.')
  return { ...item, claim, ticket: { ...ticket, value: ticket.value }, psaTicket }
}

const existing = async ({ store, now }: Filing, standing: Standing): Promise<Filed> => {
  const { ticket, psaTicket } = complete(standing)
  return { outcome: 'existing', ticket: await refresh(ticketEffect, { store, now }, ticket, psaTicket) }
}

/** So that the ticket is found by the id of each finding, also of one that was filed under another id before. */
const rememberFindingIds = async ({ store, tenantId }: Filing, wanted: readonly Wanted[]): Promise<void> => {
  const rows = store.open(ticketTable)
  const byId = new Map(wanted.map(({ finding, fingerprint }) => [finding.findingId, fingerprint]))
  await rows.transaction(
    [...byId].map(([findingId, fingerprint]) => rows.finding.toUpsert({ tenantId, findingId, fingerprint })),
  )
}

const groupBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): (readonly [Item, ...Item[]])[] =>
  [...Map.groupBy(items, keyOf).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  )
