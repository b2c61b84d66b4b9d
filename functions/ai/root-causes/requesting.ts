// Takes the search for a root cause in, starts its orchestration, and cancels it.
import { readContext } from '../../../shared/context/reading.ts'
import { AppError } from '../../../shared/errors.ts'
import { requireConsent } from '../../../shared/features/consent.ts'
import { noteAttempt, startAttempt } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import { type FlowRequest, flowRequestTable } from '../../../shared/flows/flow-request.ts'
import { requireShown } from '../../../shared/peers/user-read/user-read.ts'
import type { Services } from '../../../shared/services.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { CauseDraft } from './contract.ts'
import { rootCauseFlowName } from './flow-name.ts'
import { type StoredCause, causeIdOf, rootCauseTable } from './root-cause-table.ts'

type Requesting = {
  readonly services: Services
  readonly flows: FlowClient
  readonly now: () => Date
  readonly tenantId: string
  readonly userId: string
  readonly requestedBy: string
}

type Requested = {
  readonly causeId: string
  readonly outcome: 'started' | 'restarted' | 'existing'
  readonly isFinished: boolean
}

/**
 * The same ticket and records for the same person are one search. One whose last attempt failed or was cancelled is begun again.
 * @throws AppError `ai-opted-out`, `ai-tier-missing`, `flow-not-started`; `not-found` and `forbidden` when PSA does not show the ticket to the person
 */
export const requestCause = async (requesting: Requesting, draft: CauseDraft): Promise<Requested> => {
  const { services, flows, tenantId, userId, requestedBy } = requesting
  // Whoever asks learns it now: a search that fails because of it would be an incident.
  await requireConsent(services, tenantId)
  await (await services.aiTiers()).tierOf(tenantId, userId)
  await requireSight(requesting, draft.ticketId)
  const { causeId, attempt: known } = await keepCause(requesting, draft)
  const starting = {
    flows,
    flow: rootCauseFlowName,
    tenantId,
    requestedBy,
    cameToNothing: ({ state }: FlowRequest) => state === 'failed' || state === 'cancelled',
    recordAttempt: (attempt: number) =>
      noteAttempt(services.store().open(rootCauseTable).cause, { tenantId, causeId }, attempt),
  }
  const { outcome, request } = await startAttempt(starting, { id: causeId, attempt: known })
  return { causeId, outcome, isFinished: outcome === 'existing' && request.finishedAt !== undefined }
}

/** What PSA does not show the person is no search, and no incident. While PSA is away it is begun all the same, and waits. */
const requireSight = async ({ services, tenantId, userId }: Requesting, ticketId: string): Promise<void> => {
  const read = await readContext({ product: 'psa', kind: 'ticket', id: ticketId }, { tenantId, userId }, services)
  requireShown(read.kind === 'refused' ? read.reason : undefined, 'PSA', 'ticket')
}

/** The row comes before the request: the steps read it. Without a request it is nothing yet, and is not shown. */
const keepCause = async (
  { services, now, tenantId, userId, requestedBy }: Requesting,
  { ticketId, records }: CauseDraft,
): Promise<StoredCause> => {
  const named = records.map(({ product, kind, id }) => ({ product, kind, id }))
  const beside = [...new Map(named.map((one) => [JSON.stringify(one), one])).values()]
  const ticket = { product: 'psa', kind: 'ticket', id: ticketId }
  const sources = [ticket, ...beside.filter(({ product, id }) => product !== 'psa' || id !== ticketId)]
  const causeId = causeIdOf(tenantId, userId, sources)
  const requestedAt = now().toISOString()
  const rows = services.store().open(rootCauseTable).cause
  const fresh = { tenantId, causeId, ticketId, userId, sources, attempt: 1, requestedAt, requestedBy }
  return (await rows.modify({ tenantId, causeId }, (current) => current ?? fresh)).value
}

/**
 * Asks the orchestration to end without a note. It does unless PSA has been asked for the note by then.
 * @throws AppError `conflict` when it has ended otherwise
 */
export const cancelCause = async (
  { store, now }: { readonly store: Store; readonly now: () => Date },
  request: FlowRequest,
): Promise<FlowRequest> => {
  const { value } = await store.open(flowRequestTable).request.modify(request, (current) => {
    if (!current) throw new AppError('not-found', 'There is no such search.')
    if (current.cancelRequestedAt !== undefined) return current
    if (current.finishedAt !== undefined)
      throw new AppError('conflict', `The search is ${current.state} and can no longer be cancelled.`)
    return { ...current, cancelRequestedAt: now().toISOString() }
  })
  return value
}
