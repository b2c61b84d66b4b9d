// Files findings as PSA tickets (CODE-1): one ticket for the same finding, however often, at once or half-way it is asked for.
import { isMade } from '../../../shared/effects/effect-row.ts'
import { refresh } from '../../../shared/effects/last-known.ts'
import { AppError, isAppError, toAppError } from '../../../shared/errors.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { aheadOf, isAhead } from '../../../shared/schema/time.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { Finding } from './finding.ts'
import { tellFoundAgain } from './found-again.ts'
import { identify, latestOfEach } from './identification.ts'
import { ignoredOf, newAdvisoriesOf, noDifferences, toldOf } from './news.ts'
import type { Filed, FiledTicket, Filing, Known, Standing, Wanted } from './standing.ts'
import { beginAgain, beginTicket, hasAllFindings } from './ticket-beginning.ts'
import { type NextStep, nextStep } from './ticket-life.ts'
import { ticketEffect } from './ticket-effect.ts'
import { ticketTable } from './ticket-table.ts'

/**
 * One result per finding, in the order of the request: its ticket, or why it has none. New findings share one ticket for each
 * repository and type. One from ahead of our time fails alone. Repeating the call finishes what was left undone and makes nothing twice.
 */
export const fileFindings = async (
  filing: Filing,
  findings: readonly Finding[],
  pathOf: (index: number) => string,
): Promise<readonly (Filed | AppError)[]> => {
  const now = filing.now()
  const timely = findings.filter(({ detectedAt }) => !isAhead(detectedAt, now))
  const filed = new Map(timely.map((finding, index) => [finding, index]))
  const results = await fileTimely(filing, timely)
  return findings.map((finding, index) => {
    const result = results[filed.get(finding) ?? -1]
    return result ?? aheadOf(`${pathOf(index)}.detectedAt`, finding.detectedAt, now)
  })
}

const fileTimely = async (filing: Filing, findings: readonly Finding[]): Promise<readonly (Filed | AppError)[]> => {
  if (findings.length === 0) return []
  const wanted = await identify(filing, findings)
  const results = new Map<string, Filed | AppError>()
  await retryOnConflict(async () => {
    const open = latestOfEach(wanted).filter(({ fingerprint }) => !results.has(fingerprint))
    if (open.length > 0) await fileOnce(filing, open, results)
  })
  return wanted.map(
    ({ fingerprint }) => results.get(fingerprint) ?? new AppError('internal', 'A finding got no result.'),
  )
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
      await collect(group, results, tellNews, () => tellFoundAgain(filing, group.map(complete), step))
  for (const group of groupBy([...(steps.get('new') ?? []), ...(steps.get('renew') ?? [])], newTicketKeyOf))
    await collect(group, results, takeAll, async () => {
      const { value, isNew } = await ticketEffect.settle(toolsOf(filing), await beginTicket(filing, group))
      return { ticket: value, outcome: isNew ? 'created' : 'existing' }
    })
}

/** A failure is the result of its group alone; a conflict is for another pass. */
const collect = async (
  group: readonly Standing[],
  results: Map<string, Filed | AppError>,
  differences: Differences,
  work: () => Promise<FiledTicket>,
): Promise<void> => {
  let result: FiledTicket | AppError
  try {
    result = await work()
  } catch (thrown) {
    if (isAppError(thrown, 'conflict')) throw thrown
    result = toAppError(thrown)
    log.error('code.ticket.filing_failed', { error: result, findings: group.length })
  }
  for (const item of group)
    results.set(item.fingerprint, result instanceof AppError ? result : { ...result, ...differences(item) })
}

type Differences = (item: Standing) => Pick<Filed, 'changed' | 'ignored'>

/** For a ticket that is begun with all that is said of its findings. */
const takeAll: Differences = () => noDifferences
const tellNews: Differences = (item) => (item.claim ? toldOf(item, item.claim.value) : noDifferences)
const leaveAsItIs: Differences = (item) => (item.claim ? ignoredOf(item, item.claim.value) : noDifferences)

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
  for (const group of groupBy(unfinished, ({ ticket }) => ticket?.value.ref ?? '')) {
    const [{ ticket }] = group
    if (!ticket) throw new AppError('internal', 'An unfinished ticket has no row.')
    const isBegunAnew = ticket.value.state === 'refused' && hasAllFindings(ticket.value, group)
    await collect(group, results, isBegunAnew ? takeAll : leaveAsItIs, async () => {
      const begun = await (ticket.value.state === 'refused'
        ? beginAgain(filing, ticket, group)
        : ticketEffect.resume(filing, ticket.value))
      const { value, isNew } = await ticketEffect.settle(toolsOf(filing), begun)
      return { ticket: value, outcome: isNew ? 'created' : 'existing' }
    })
  }
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

const stepOf = ({ claim, ticket, psaTicket, ...item }: Standing): NextStep | 'new' =>
  claim
    ? nextStep(claim.value, ticket && psaTicket, item.finding.detectedAt, newAdvisoriesOf(item, claim.value).length > 0)
    : 'new'

/** One ticket for each repository and type, and for each ticket that went before it. */
const newTicketKeyOf = ({ finding, claim }: Standing): string =>
  JSON.stringify([finding.repository.id, finding.type, claim?.value.ticket.ref ?? null])

const complete = ({ claim, ticket, psaTicket, ...item }: Standing): Known => {
  if (!claim || !ticket || !psaTicket || !isMade(ticket.value))
    throw new AppError('internal', 'A finding that has a ticket lacks its claim or its ticket.')
  return { ...item, claim, ticket: { ...ticket, value: ticket.value }, psaTicket }
}

const existing = async ({ store, now }: Filing, standing: Standing): Promise<Filed> => {
  const { claim, ticket, psaTicket } = complete(standing)
  return {
    outcome: 'existing',
    ...ignoredOf(standing, claim.value),
    ticket: await refresh(ticketEffect, { store, now }, ticket, psaTicket),
  }
}

const groupBy = <Item>(items: readonly Item[], keyOf: (item: Item) => string): (readonly [Item, ...Item[]])[] =>
  [...Map.groupBy(items, keyOf).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  )
