// Shows enrichments of assets: how far each is, which products were read, and what CMDB was told.
import { userOf } from '../../../shared/auth/caller.ts'
import { type RequestReader, seesRequestOf } from '../../../shared/auth/request-reader.ts'
import { AppError } from '../../../shared/errors.ts'
import { requestIdOf } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import { type FlowRequest, flowRequestTable } from '../../../shared/flows/flow-request.ts'
import { showRequest } from '../../../shared/flows/shown-request.ts'
import type { Services } from '../../../shared/services.ts'
import type { Store } from '../../../shared/store/store.ts'
import { type AssetEnrichment, assetEnrichmentTable, nightly } from './asset-enrichment-table.ts'
import type { ShownAssetEnrichment } from './contract.ts'
import { assetEnrichmentFlowName } from './flow-name.ts'
import { requireSight } from './sight.ts'

/** One of the night has no request. */
type Begun = { readonly enrichment: AssetEnrichment; readonly request?: FlowRequest | undefined }

const findEnrichment = async (store: Store, tenantId: string, ref: string): Promise<Begun | undefined> => {
  const row = await store.open(assetEnrichmentTable).enrichment.get({ tenantId, ref })
  if (!row) return undefined
  if (row.value.requestedBy === nightly) return { enrichment: row.value }
  const requestId = requestIdOf(ref, row.value.attempt)
  const request = await store.open(flowRequestTable).request.get({ tenantId, flow: assetEnrichmentFlowName, requestId })
  return request && { enrichment: row.value, request: request.value }
}

/**
 * To a person who did not ask for it, as CMDB shows them the asset: it was asked for once a day, whoever came first, or by the night.
 * @throws AppError `not-found` for one that this tenant does not have, or whose request was never accepted; `forbidden`
 */
export const showEnrichment = async (
  {
    services,
    flows,
    caller,
  }: { readonly services: Services; readonly flows: () => Promise<FlowClient>; readonly caller: RequestReader },
  ref: string,
): Promise<ShownAssetEnrichment> => {
  const begun = await findEnrichment(services.store(), caller.tenantId, ref)
  if (!begun) throw new AppError('not-found', 'There is no enrichment with this id.')
  const { assetReference, requestedBy } = begun.enrichment
  if (!seesRequestOf(caller, requestedBy) && caller.kind === 'session')
    await requireSight(services, caller, assetReference)
  const { request } = begun
  const { progress } = request?.state === 'started' ? await showRequest(await flows(), request) : {}
  return { ...shown(begun), ...(progress && { progress }) }
}

/** One page, newest first. Fewer than were asked for where others asked for some of them. */
export const listEnrichments = async (
  store: Store,
  caller: RequestReader,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ readonly enrichments: ShownAssetEnrichment[]; readonly nextCursor?: string }> => {
  const { tenantId } = caller
  const { rows, nextCursor } = await store.open(assetEnrichmentTable).listed.list({ tenantId }, page)
  const begun = await Promise.all(rows.map(({ value }) => findEnrichment(store, tenantId, value.ref)))
  return {
    enrichments: begun.flatMap((found) =>
      found && seesRequestOf(caller, found.enrichment.requestedBy) ? [shown(found)] : [],
    ),
    ...(nextCursor !== undefined && { nextCursor }),
  }
}

const shown = ({ enrichment, request }: Begun): ShownAssetEnrichment => {
  const { ref, assetReference, requestedBy, createdAt, stop, sources = [], proposed, made } = enrichment
  const finishedAt = request ? request.finishedAt : made?.asOf
  return {
    id: ref,
    assetReference,
    requestedBy: requestedBy === nightly ? 'nightly' : userOf(requestedBy) === undefined ? 'product' : 'person',
    state: request?.state ?? stateOf(enrichment),
    ...(stop !== undefined && { stop }),
    sources,
    ...(made && { written: made.written, proposed: proposed ?? [], url: made.url }),
    ...(request?.problem && { problem: request.problem }),
    requestedAt: request?.requestedAt ?? createdAt,
    ...(finishedAt !== undefined && { finishedAt }),
  }
}

const stateOf = ({ made, stop, state }: AssetEnrichment): FlowRequest['state'] => {
  if (state === 'refused') return 'failed'
  return made || stop ? 'completed' : 'started'
}
