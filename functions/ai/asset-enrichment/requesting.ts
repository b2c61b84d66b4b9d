// Takes enrichments of assets in, and starts their orchestrations.
import { userOf } from '../../../shared/auth/caller.ts'
import { isAppError } from '../../../shared/errors.ts'
import { requireConsent } from '../../../shared/features/consent.ts'
import { noteAttempt, startAttempt } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import type { FlowRequest } from '../../../shared/flows/flow-request.ts'
import type { Services } from '../../../shared/services.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type AssetEnrichment, assetEnrichmentTable, assetRefOf } from './asset-enrichment-table.ts'
import { assetEnrichmentFlowName } from './flow-name.ts'
import { requireSight } from './sight.ts'

type Requesting = {
  readonly services: Services
  readonly flows: Pick<FlowClient, 'start'>
  readonly tenantId: string
  /** A person: CMDB has to show them the asset. */
  readonly requestedBy: string
}

type Requested = { readonly id: string; readonly outcome: 'started' | 'restarted' | 'existing' }

/**
 * One a day for each asset, however often it is asked for. One whose last attempt failed is begun again.
 * @throws AppError `ai-opted-out`, `flow-not-started`; `not-found` and `forbidden` when CMDB does not show the asset to the person
 */
export const requestEnrichment = async (
  { services, flows, tenantId, requestedBy }: Requesting,
  assetReference: string,
): Promise<Requested> => {
  await requireConsent(services, tenantId)
  const userId = userOf(requestedBy)
  if (userId !== undefined) await requireSight(services, { tenantId, userId }, assetReference)
  const store = services.store()
  const { ref, attempt } = await keepEnrichment(store, { tenantId, assetReference, requestedBy }, services.now())
  const starting = {
    flows,
    flow: assetEnrichmentFlowName,
    tenantId,
    requestedBy,
    cameToNothing: ({ state }: FlowRequest) => state === 'failed',
    recordAttempt: (next: number) => beginAgain(store, { tenantId, ref }, next),
  }
  const { outcome } = await startAttempt(starting, { id: ref, attempt })
  return { id: ref, outcome }
}

/** Without a request, or a night that goes on with it, the row is nothing yet. */
export const keepEnrichment = async (
  store: Store,
  asked: Pick<AssetEnrichment, 'tenantId' | 'assetReference' | 'requestedBy'>,
  at: Date,
): Promise<AssetEnrichment> => {
  const { tenantId } = asked
  const createdAt = at.toISOString()
  const ref = assetRefOf(tenantId, { ...asked, day: createdAt.slice(0, 10) })
  const rows = store.open(assetEnrichmentTable)
  const fresh = { ...asked, ref, createdAt, state: 'begun', attempt: 1 } as const
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

export const beginAgain = (
  store: Store,
  key: Pick<AssetEnrichment, 'tenantId' | 'ref'>,
  attempt: number,
): Promise<AssetEnrichment> => noteAttempt(store.open(assetEnrichmentTable).enrichment, key, attempt, renewed)

/** What CMDB has refused for good is read and decided anew. */
const renewed = (current: AssetEnrichment): AssetEnrichment => {
  if (current.state !== 'refused') return current
  const { draft: _, proposed: _proposed, sources: _sources, ...rest } = current
  return { ...rest, state: 'begun' }
}
