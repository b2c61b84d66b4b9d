// Shows enrichments: how far each is, which pages were read, and what CRM was told.
import { type RequestReader, seesRequestOf } from '../../../shared/auth/request-reader.ts'
import { AppError } from '../../../shared/errors.ts'
import { requestIdOf } from '../../../shared/flows/attempts.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import { type FlowRequest, flowRequestTable } from '../../../shared/flows/flow-request.ts'
import { showRequest } from '../../../shared/flows/shown-request.ts'
import type { Services } from '../../../shared/services.ts'
import type { Store } from '../../../shared/store/store.ts'
import type { ShownEnrichment } from './contract.ts'
import { type Enrichment, enrichmentTable } from './enrichment-table.ts'
import { enrichmentFlowName } from './flow-name.ts'
import { requireSight } from './sight.ts'

type Begun = { readonly enrichment: Enrichment; readonly request: FlowRequest }

const findEnrichment = async (store: Store, tenantId: string, ref: string): Promise<Begun | undefined> => {
  const enrichment = await store.open(enrichmentTable).enrichment.get({ tenantId, ref })
  if (!enrichment) return undefined
  const requestId = requestIdOf(ref, enrichment.value.attempt)
  const request = await store.open(flowRequestTable).request.get({ tenantId, flow: enrichmentFlowName, requestId })
  return request && { enrichment: enrichment.value, request: request.value }
}

/**
 * To a person who did not ask for it, as CRM shows them the record: it was asked for once a day, whoever came first.
 * @throws AppError `not-found` for one that this tenant does not have, or whose request was never accepted; `forbidden`
 */
export const showEnrichment = async (
  {
    services,
    flows,
    caller,
  }: { readonly services: Services; readonly flows: () => Promise<FlowClient>; readonly caller: RequestReader },
  ref: string,
): Promise<ShownEnrichment> => {
  const { tenantId } = caller
  const begun = await findEnrichment(services.store(), tenantId, ref)
  if (!begun) throw new AppError('not-found', 'There is no enrichment with this id.')
  const { kind, recordId: id, requestedBy } = begun.enrichment
  if (!seesRequestOf(caller, requestedBy) && caller.kind === 'session')
    await requireSight(services, caller, { kind, id })
  const isRunning = begun.request.state === 'started'
  const { progress } = isRunning ? await showRequest(await flows(), begun.request) : {}
  return { ...shown(begun), ...(progress && { progress }) }
}

/** One page, newest first. Fewer than were asked for where others asked for some of them. */
export const listEnrichments = async (
  store: Store,
  caller: RequestReader,
  page: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ readonly enrichments: ShownEnrichment[]; readonly nextCursor?: string }> => {
  const { tenantId } = caller
  const { rows, nextCursor } = await store.open(enrichmentTable).listed.list({ tenantId }, page)
  const begun = await Promise.all(rows.map(({ value }) => findEnrichment(store, tenantId, value.ref)))
  return {
    enrichments: begun.flatMap((found) =>
      found && seesRequestOf(caller, found.enrichment.requestedBy) ? [shown(found)] : [],
    ),
    ...(nextCursor !== undefined && { nextCursor }),
  }
}

const shown = ({ enrichment, request }: Begun): ShownEnrichment => {
  const { ref, kind, recordId, stop, pages = [], proposed, made } = enrichment
  return {
    id: ref,
    record: { kind, id: recordId },
    state: request.state,
    ...(stop !== undefined && { stop }),
    pages: pages.map(({ url, fault }) => ({ url, ...(fault !== undefined && { fault }) })),
    ...(made && { written: made.written, proposed: proposed ?? [], url: made.url }),
    ...(request.problem && { problem: request.problem }),
    requestedAt: request.requestedAt,
    ...(request.finishedAt !== undefined && { finishedAt: request.finishedAt }),
  }
}
