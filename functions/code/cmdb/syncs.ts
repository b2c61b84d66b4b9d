// What people do with syncs: ask for one, look at it, confirm retirements.
import { AppError } from '../../../shared/errors.ts'
import { type WaitingFor, readWait } from '../../../shared/flows/flow-wait.ts'
import type { Services } from '../../../shared/services.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { sendSyncCommand } from './sync-command.ts'
import type { CmdbSync } from './contract.ts'
import { type Sync, type Tools, openProfiles } from './profile-table.ts'
import { beginSync, findSync, latestSync, noStanding } from './sync-turn.ts'

type Asked = { readonly tenantId: string; readonly requestedBy: string }
type SyncKey = { readonly tenantId: string; readonly requestId: string }

const toolsOf = (services: Services): Tools => ({ store: services.store(), now: services.now })

/** The sync that is on, or a new one. */
export const requestSync = async (services: Services, asked: Asked): Promise<CmdbSync> => {
  const { sync } = await beginSync(toolsOf(services), asked)
  await start(services, sync)
  return shownSync(sync)
}

/** The sync that is on, or a new one, sends every profile again: what was changed or deleted in CMDB is as the profiles say afterwards. */
export const requestReconciliation = async (services: Services, asked: Asked): Promise<CmdbSync> => {
  const tools = toolsOf(services)
  const { sync } = await beginSync(tools, asked)
  const reconcile = tools.now().toISOString()
  const { tenantId } = asked
  await openProfiles(tools.store).standing.modify({ tenantId }, (standing) => ({
    ...(standing ?? noStanding(tenantId)),
    reconcile,
  }))
  await start(services, sync)
  return shownSync(sync)
}

/** The app that has CMDB's settings starts it. When it cannot be told now, its timer finds the request. */
const start = async (services: Services, sync: Sync): Promise<void> => {
  if (sync.state !== 'requested') return
  try {
    await sendSyncCommand(await services.queues(), sync)
  } catch (error) {
    log.warn('code.cmdb.start_delayed', { tenantId: sync.tenantId, requestId: sync.requestId, error })
  }
}

/** @throws AppError `not-found` */
export const readSync = async (services: Services, { tenantId, requestId }: SyncKey): Promise<CmdbSync> => {
  const sync = await findSync(toolsOf(services), tenantId, requestId)
  if (!sync) throw new AppError('not-found', 'There is no CMDB sync with the id in the path.')
  return withWait(services, sync)
}

export const readLatestSync = async (services: Services, tenantId: string): Promise<CmdbSync | null> => {
  const sync = await latestSync(toolsOf(services), tenantId)
  return sync ? withWait(services, sync) : null
}

/**
 * Lets the assets be retired of everything that was gone when the sync was planned, and begins a sync that does it. Confirming it again
 * changes nothing. @throws AppError `not-found`; `conflict` when the sync held nothing back
 */
export const confirmRetirement = async (services: Services, key: SyncKey, confirmedBy: string): Promise<CmdbSync> => {
  const tools = toolsOf(services)
  const known = await findSync(tools, key.tenantId, key.requestId)
  if (!known) throw new AppError('not-found', 'There is no CMDB sync with the id in the path.')
  if (known.held === 0) throw new AppError('conflict', 'The CMDB sync in the path has not held back any retirements.')
  if (known.confirmation) return shownSync(known)
  const { sync: next } = await beginSync(tools, { tenantId: key.tenantId, requestedBy: confirmedBy })
  const confirmed = await retryOnConflict(() => recordConfirmation(tools, key, confirmedBy, next.requestId))
  await start(services, next)
  return shownSync(confirmed)
}

const recordConfirmation = async (
  { store, now }: Tools,
  { tenantId, requestId }: SyncKey,
  by: string,
  nextId: string,
): Promise<Sync> => {
  const rows = openProfiles(store)
  const [sync, standing] = await Promise.all([rows.sync.get({ tenantId, requestId }), rows.standing.get({ tenantId })])
  if (!sync?.value.plannedAt) throw new AppError('not-found', 'There is no CMDB sync with the id in the path.')
  if (sync.value.confirmation) return sync.value
  const confirmation = { at: now().toISOString(), by, requestId: nextId }
  const confirmed = { ...sync.value, confirmation }
  const { confirmedUpTo } = standing?.value ?? noStanding(tenantId)
  const upTo = [confirmedUpTo, sync.value.plannedAt]
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1)
  const next = { ...(standing?.value ?? noStanding(tenantId)), ...(upTo !== undefined && { confirmedUpTo: upTo }) }
  await rows.transaction([
    rows.sync.toUpdate(sync, confirmed),
    standing ? rows.standing.toUpdate(standing, next) : rows.standing.toInsert(next),
  ])
  return confirmed
}

const withWait = async (services: Services, sync: Sync): Promise<CmdbSync> =>
  shownSync(sync, sync.finishedAt === undefined ? await readWait(toolsOf(services), sync) : undefined)

const shownSync = (sync: Sync, waitingFor?: WaitingFor): CmdbSync => ({
  id: sync.requestId,
  state: sync.state,
  requestedAt: sync.requestedAt,
  ...(sync.finishedAt !== undefined && { finishedAt: sync.finishedAt }),
  progress: { sent: sync.sent, retired: sync.retired, refused: sync.refused, of: sync.of },
  ...(waitingFor && { waitingFor }),
  retirementsHeld: sync.held,
  ...(sync.confirmation && {
    confirmation: { confirmedAt: sync.confirmation.at, syncId: sync.confirmation.requestId },
  }),
  ...(sync.problem && { problem: sync.problem }),
})
