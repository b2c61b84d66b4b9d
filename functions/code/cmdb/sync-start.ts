// Starts the orchestration of syncs: the one that somebody asked for, and every hour one for each tenant that has changes.
import { sha256 } from '../../../shared/auth/digest.ts'
import { toAppError } from '../../../shared/errors.ts'
import type { FlowClient } from '../../../shared/flows/flow-client.ts'
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import { recordSuccess } from '../../../shared/incidents/success.ts'
import type { Row } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { cmdbSyncFlowName } from './flow-name.ts'
import { clientDigest } from './client-comparison.ts'
import { type Standing, type Sync, type Tools, cmdbBuckets, cmdbTenantTable, openProfiles } from './profile-table.ts'
import { beginSync, findSync } from './sync-turn.ts'

const startWork = { integration: 'code→cmdb', operation: 'start CMDB sync' } as const

type Starting = Tools & { readonly flows: FlowClient }

/** Starting it again changes nothing. False for one that there is not, or that is over. */
export const startSync = async (
  tools: Starting,
  { tenantId, requestId }: { readonly tenantId: string; readonly requestId: string },
): Promise<boolean> => {
  const sync = await findSync(tools, tenantId, requestId)
  if (!sync || sync.finishedAt !== undefined) return false
  await startFlow(tools, sync)
  return true
}

const startFlow = async ({ flows }: Starting, { tenantId, requestId, requestedBy }: Sync): Promise<void> => {
  // There is nothing in the request that could be another one the next time.
  await flows.start(cmdbSyncFlowName, { tenantId, requestId, requestedBy, contentHash: sha256(requestId) })
}

/** @param signal aborted when the run has to stop; the next one goes on, since what is started is at work then */
export const startDueSyncs = async (tools: Starting, signal: AbortSignal): Promise<void> => {
  const counts = { started: 0, failed: 0 }
  for (const bucket of cmdbBuckets.names)
    for await (const marker of tools.store.open(cmdbTenantTable).marker.each({ bucket }, { signal }))
      await startOrReport(tools, marker, counts)
  log.info('code.cmdb.syncs_started', counts)
}

type Marker = Row<{ readonly bucket: string; readonly tenantId: string; readonly since: string }>

/** One tenant that fails keeps none of the others from being synced. */
const startOrReport = async (
  tools: Starting,
  marker: Marker,
  counts: { started: number; failed: number },
): Promise<void> => {
  const names = { ...startWork, tenantId: marker.value.tenantId }
  const outcome = await keptApart(tools, { ...names, event: 'code.cmdb.sync_not_started' }, async () => {
    const begunAt = tools.now()
    if (!(await startIfDue(tools, marker))) return
    counts.started += 1
    await recordSuccess(tools, { ...names, begunAt })
  })
  if (outcome === undefined) counts.failed += 1
}

/** Longer than a change may take from its mark to its transaction. */
const settledAfterMs = 120_000

const startIfDue = async (tools: Starting, marker: Marker): Promise<boolean> => {
  const { tenantId, since } = marker.value
  const rows = openProfiles(tools.store)
  const [changes, standing] = await Promise.all([
    rows.change.list({ tenantId }, { limit: 1 }),
    rows.standing.get({ tenantId }),
  ])
  if (changes.rows.length > 0 || (standing && (await isBehind(tools, standing.value)))) {
    const { sync } = await beginSync(tools, { tenantId, requestedBy: 'timer' })
    await startFlow(tools, sync)
    return true
  }
  if (tools.now().getTime() - Date.parse(since) > settledAfterMs) await takeOut(tools, marker)
  return false
}

/** Asked for, or at work, or not compared yet with the clients and organizations of now. */
const isBehind = async ({ store }: Starting, standing: Standing): Promise<boolean> =>
  standing.current !== undefined ||
  standing.reconcile !== undefined ||
  standing.mappings !== (await clientDigest(store, standing.tenantId))

const takeOut = async ({ store }: Starting, marker: Marker): Promise<void> => {
  try {
    await store.open(cmdbTenantTable).marker.delete(marker)
  } catch (error) {
    // It was marked anew: the next run looks at it.
    if (toAppError(error).code !== 'conflict') throw error
  }
}
