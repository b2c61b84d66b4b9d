// Takes enrichments in, and starts their orchestrations.
import { userOf } from '../../../shared/auth/caller.ts'
import { isAppError } from '../../../shared/errors.ts'
import { requireConsent } from '../../../shared/features/consent.ts'
import { noteAttempt, startAttempt } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import type { FlowRequest } from '../../../shared/flows/flow-request.ts'
import type { CrmEnrichableKind } from '../../../shared/peers/crm/enrichment-contract.ts'
import type { Services } from '../../../shared/services.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type Enrichment, enrichmentTable, refOf } from './enrichment-table.ts'
import { enrichmentFlowName } from './flow-name.ts'
import { requireSight } from './sight.ts'

type Requesting = {
  readonly services: Services
  readonly store: Store
  readonly now: () => Date
  readonly flows: Pick<FlowClient, 'start'>
  readonly tenantId: string
  /** A person: CRM has to show them the record. */
  readonly requestedBy: string
}

type Requested = { readonly id: string; readonly outcome: 'started' | 'restarted' | 'existing' }

/**
 * One a day for each record, however often it is asked for. One whose last attempt failed is begun again, and one whose site could not be reached.
 * @throws AppError `ai-opted-out`, `ai-tier-missing`, `flow-not-started`; `not-found` and `forbidden` when CRM does not show the record to the person
 */
export const requestEnrichment = async (
  requesting: Requesting,
  { kind, id }: { readonly kind: CrmEnrichableKind; readonly id: string },
): Promise<Requested> => {
  const { services, store, now, flows, tenantId, requestedBy } = requesting
  // Whoever asks learns it now: an enrichment that fails because of it would be an incident.
  await requireConsent(services, tenantId)
  const userId = userOf(requestedBy)
  await (await services.aiTiers()).tierOf(tenantId, userId)
  if (userId !== undefined) await requireSight(services, { tenantId, userId }, { kind, id })
  const createdAt = now().toISOString()
  const ref = refOf(tenantId, { kind, id, day: createdAt.slice(0, 10) })
  const asked = { tenantId, ref, createdAt, state: 'begun', kind, recordId: id, requestedBy, attempt: 1 } as const
  const kept = await keepEnrichment(store, asked)
  const starting = {
    flows,
    flow: enrichmentFlowName,
    tenantId,
    requestedBy,
    cameToNothing: ({ state }: FlowRequest) => state === 'failed' || (state === 'completed' && isUnreached(kept)),
    recordAttempt: (next: number) =>
      noteAttempt(store.open(enrichmentTable).enrichment, { tenantId, ref }, next, (current) =>
        renewed(store, current),
      ),
  }
  const { outcome } = await startAttempt(starting, { id: ref, attempt: kept.attempt })
  return { id: ref, outcome }
}

/** The row comes before the request: the steps read it. Without a request it is nothing yet, and is not shown. */
const keepEnrichment = async (store: Store, fresh: Enrichment): Promise<Enrichment> => {
  const { tenantId, createdAt, ref } = fresh
  const rows = store.open(enrichmentTable)
  try {
    await rows.transaction([rows.enrichment.toInsert(fresh), rows.listed.toInsert({ tenantId, createdAt, ref })])
    return fresh
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
    const known = await rows.enrichment.get({ tenantId, ref })
    if (!known) throw error
    return known.value
  }
}

/** Its first page was away: that may be another matter a moment later. */
const isUnreached = ({ stop, pages = [] }: Enrichment): boolean =>
  stop === 'nothing-found' && pages[0]?.fault === 'unreachable'

/** What CRM has refused for good is looked for anew, and what was not reached; what was found otherwise is gone on with. */
const renewed = async (store: Store, current: Enrichment): Promise<Enrichment> => {
  if (current.state !== 'refused' && !isUnreached(current)) return current
  await store.open(enrichmentTable).findings.delete(current)
  const { draft: _, proposed: _proposed, pages: _pages, stop: _stop, ...rest } = current
  return { ...rest, state: 'begun' }
}
