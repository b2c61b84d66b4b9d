// Takes enrichments of assets in, and starts their orchestrations.
import { sha256 } from '../../../shared/auth/digest.ts'
import { AppError, isAppError } from '../../../shared/errors.ts'
import { requireConsent } from '../../../shared/features/consent.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import type { Services } from '../../../shared/services.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type AssetEnrichment, assetEnrichmentTable, assetRefOf } from './asset-enrichment-table.ts'
import { assetEnrichmentFlowName } from './flow-name.ts'

type Requesting = {
  readonly services: Services
  readonly flows: FlowClient
  readonly tenantId: string
  /** For a person: whom CMDB has to show the asset. */
  readonly userId: string | undefined
  readonly requestedBy: string
}

type Requested = { readonly id: string; readonly outcome: 'started' | 'existing' }

/**
 * One a day for each asset, however often it is asked for.
 * @throws AppError `ai-opted-out`, `flow-not-started`; `not-found` and `forbidden` when CMDB does not show the asset to the person
 */
export const requestEnrichment = async (
  { services, flows, tenantId, userId, requestedBy }: Requesting,
  assetReference: string,
): Promise<Requested> => {
  await requireConsent(services, tenantId)
  if (userId !== undefined) await requireSight(services, { tenantId, userId }, assetReference)
  const at = services.now()
  const ref = await keepEnrichment(services.store(), { tenantId, assetReference, requestedBy }, at)
  const request = { tenantId, requestId: ref, requestedBy, contentHash: sha256(ref) }
  const { isNew } = await flows.start(assetEnrichmentFlowName, request)
  return { id: ref, outcome: isNew ? 'started' : 'existing' }
}

/** Who may not see an asset has nothing written into it. CMDB decides. */
const requireSight = async (
  { forReading }: Services,
  { tenantId, userId }: { readonly tenantId: string; readonly userId: string },
  assetReference: string,
): Promise<void> => {
  const { outcome } = await (await forReading.cmdb()).viewAsset(tenantId, userId, assetReference)
  if (outcome === 'not-found') throw new AppError('not-found', 'CMDB has no such asset.')
  if (outcome === 'not-allowed') throw new AppError('forbidden', 'CMDB does not show you this asset.')
}

/** Without a request, or a night that goes on with it, the row is nothing yet. @returns its reference */
export const keepEnrichment = async (
  store: Store,
  asked: Pick<AssetEnrichment, 'tenantId' | 'assetReference' | 'requestedBy'>,
  at: Date,
): Promise<string> => {
  const { tenantId } = asked
  const createdAt = at.toISOString()
  const ref = assetRefOf(tenantId, { ...asked, day: createdAt.slice(0, 10) })
  const rows = store.open(assetEnrichmentTable)
  try {
    await rows.transaction([
      rows.enrichment.toInsert({ ...asked, ref, createdAt, state: 'begun' }),
      rows.listed.toInsert({ tenantId, createdAt, ref }),
    ])
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
  }
  return ref
}
