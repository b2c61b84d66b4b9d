// What the steps of an asset's enrichment do, by day in an orchestration and by night in a timer.
import * as z from 'zod'
import { makeRecord } from '../../../shared/effects/record.ts'
import { AppError } from '../../../shared/errors.ts'
import { attemptOf } from '../../../shared/flows/attempts.ts'
import type { Services } from '../../../shared/services.ts'
import { decideAsset } from './asset-decision.ts'
import { AssetChanged, assetEnrichmentRecord } from './asset-enrichment-effect.ts'
import { type AssetEnrichment, assetEnrichmentTable } from './asset-enrichment-table.ts'
import { readKnowledge } from './asset-reading.ts'

export const NoInput = z.strictObject({})
export const Decided = z.strictObject({ stopped: z.boolean() })
export const Written = z.strictObject({ written: z.int().min(0), proposed: z.int().min(0) })

type Step = { readonly services: Services; readonly tenantId: string; readonly requestId: string }

/** What was decided stands: a repetition reads nothing again. */
export const decideEnrichment = async (step: Step): Promise<z.infer<typeof Decided>> => {
  const { draft, made, stop } = await readEnrichment(step)
  if (draft || made) return { stopped: false }
  return { stopped: stop !== undefined || !(await decideAnew(step)) }
}

/** How often people may change the asset while it is being read. */
const turnsMax = 4

/**
 * Once, by the external reference. CMDB takes it only for the very asset that it was decided by: whatever somebody has changed since is read first.
 * @throws AppError `conflict` when people change the asset all the time
 */
export const writeEnrichment = async (step: Step): Promise<z.infer<typeof Written>> => {
  const { services } = step
  const tools = { store: services.store(), peer: await services.cmdb(), now: services.now }
  for (let turn = 1; ; turn += 1) {
    const enrichment = await readEnrichment(step)
    if (enrichment.stop !== undefined) return { written: 0, proposed: 0 }
    try {
      const { value } = await makeRecord(assetEnrichmentRecord, tools, enrichment)
      return { written: value.made.written.length, proposed: value.proposed?.length ?? 0 }
    } catch (error) {
      if (!(error instanceof AssetChanged) || turn === turnsMax) throw error
      await decideAnew(step)
    }
  }
}

/** Undefined sources of an asset that CMDB has not, or has no longer. @returns whether there is something to write */
const decideAnew = async (step: Step): Promise<boolean> => {
  const { services, tenantId } = step
  const { ref, assetReference } = await readEnrichment(step)
  const asset = await (await services.cmdb()).readFields(tenantId, assetReference)
  if (!asset) {
    await note(step, (current) => ({ ...current, draft: undefined, stop: 'no-such-asset' }))
    return false
  }
  const { sources, candidates } = await readKnowledge(services, tenantId, asset)
  const decided = decideAsset(asset, candidates)
  const draft = { externalReference: ref, assetReference, expectedVersion: asset.version, ...decided }
  const proposed = [...new Set(decided.proposals.map(({ field }) => field))]
  await note(step, (current) => ({ ...current, draft, proposed, sources: [...sources] }))
  return true
}

const readEnrichment = async ({ services, tenantId, requestId }: Step): Promise<AssetEnrichment> => {
  const row = await services
    .store()
    .open(assetEnrichmentTable)
    .enrichment.get({ tenantId, ref: attemptOf(requestId).id })
  if (!row) throw new AppError('not-found', 'The enrichment no longer exists.')
  return row.value
}

const note = async (
  { services, tenantId, requestId }: Step,
  change: (current: AssetEnrichment) => AssetEnrichment,
): Promise<void> => {
  const rows = services.store().open(assetEnrichmentTable).enrichment
  await rows.modify({ tenantId, ref: attemptOf(requestId).id }, (current) => {
    if (!current) throw new AppError('not-found', 'The enrichment no longer exists.')
    return current.made ? current : change(current)
  })
}
