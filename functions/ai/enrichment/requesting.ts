// Takes enrichments in, and starts their orchestrations.
import { sha256 } from '../../../shared/auth/digest.ts'
import { isAppError } from '../../../shared/errors.ts'
import { requireConsent } from '../../../shared/features/consent.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import type { CrmEnrichableKind } from '../../../shared/peers/crm/enrichment-contract.ts'
import type { Services } from '../../../shared/services.ts'
import type { Store } from '../../../shared/store/store.ts'
import { enrichmentTable, refOf } from './enrichment-table.ts'
import { enrichmentFlowName } from './flow-name.ts'

type Requesting = {
  readonly services: Services
  readonly store: Store
  readonly now: () => Date
  readonly flows: FlowClient
  readonly tenantId: string
  readonly requestedBy: string
}

type Requested = { readonly id: string; readonly outcome: 'started' | 'existing' }

/**
 * One a day for each record, however often it is asked for.
 * @throws AppError `ai-opted-out`, `flow-not-started`
 */
export const requestEnrichment = async (
  requesting: Requesting,
  { kind, id }: { readonly kind: CrmEnrichableKind; readonly id: string },
): Promise<Requested> => {
  const { services, store, now, flows, tenantId, requestedBy } = requesting
  await requireConsent(services, tenantId)
  const createdAt = now().toISOString()
  const ref = refOf(tenantId, { kind, id, day: createdAt.slice(0, 10) })
  const rows = store.open(enrichmentTable)
  // The row comes before the request: the steps read it. Without a request it is nothing yet, and is not shown.
  try {
    await rows.transaction([
      rows.enrichment.toInsert({ tenantId, ref, createdAt, state: 'begun', kind, recordId: id, requestedBy }),
      rows.listed.toInsert({ tenantId, createdAt, ref }),
    ])
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
  }
  const request = { tenantId, requestId: ref, requestedBy, contentHash: sha256(ref) }
  const { isNew } = await flows.start(enrichmentFlowName, request)
  return { id: ref, outcome: isNew ? 'started' : 'existing' }
}
