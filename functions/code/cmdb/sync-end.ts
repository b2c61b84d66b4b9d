// The last step of a sync: it says how it ended, and the next one may begin.
import type { ErrorCode } from '../../../shared/error-table.ts'
import { AppError } from '../../../shared/errors.ts'
import { recordIncident } from '../../../shared/incidents/incident-recording.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { type ProfileRows, type Standing, type Sync, type Tools, openProfiles } from './profile-table.ts'
import { refusedIn } from './refusal.ts'
import { readTurn } from './sync-turn.ts'

type SyncKey = { readonly tenantId: string; readonly requestId: string }

type Ended = {
  /** It is not over: more was asked for since it was planned. */
  readonly again: boolean
  readonly sent: number
  readonly retired: number
  readonly refused: number
  readonly held: number
  /** There are changes that it did not get to; those that are held or refused are not among them. */
  readonly hasMore: boolean
}

type End = { readonly mayGoOn: boolean; readonly problem?: { readonly code: ErrorCode; readonly detail: string } }

/** Ending it again changes nothing. */
export const endSync = async (tools: Tools, key: SyncKey, { mayGoOn, problem }: End): Promise<Ended> => {
  const rows = openProfiles(tools.store)
  const before = await readTurn(rows, key.tenantId, key.requestId)
  if (mayGoOn && isAskedForMore(before.sync.value, before.standing.value)) return ended(before.sync.value, true)
  if (before.sync.value.finishedAt === undefined) await reportRefusals(tools, before.sync.value)
  return retryOnConflict(() => finish(tools, rows, key, problem))
}

/** Since it was planned, retirements have been confirmed, or everything is to be sent again. */
const isAskedForMore = (sync: Sync, standing: Standing): boolean =>
  sync.finishedAt === undefined &&
  ((sync.held > 0 && standing.confirmedUpTo !== sync.confirmedUpTo) || standing.reconcile !== undefined)

const finish = async (
  tools: Tools,
  rows: ProfileRows,
  { tenantId, requestId }: SyncKey,
  problem: End['problem'],
): Promise<Ended> => {
  const { sync, standing } = await readTurn(rows, tenantId, requestId)
  const { current, ...others } = standing.value
  const isOver = sync.value.finishedAt !== undefined
  const finishedAt = tools.now().toISOString()
  const state = problem ? 'failed' : 'completed'
  await rows.transaction([
    ...(isOver ? [] : [rows.sync.toUpdate(sync, { ...sync.value, state, finishedAt, ...(problem && { problem }) })]),
    ...(current === requestId ? [rows.standing.toUpdate(standing, others)] : []),
  ])
  const staying = sync.value.held + sync.value.refused
  const left = await rows.change.list({ tenantId }, { limit: Math.min(1_000, staying + 1) })
  return { ...ended(sync.value, false), hasMore: left.rows.length > staying }
}

const ended = ({ sent, retired, refused, held }: Sync, again: boolean): Ended => ({
  again,
  sent,
  retired,
  refused,
  held,
  hasMore: again,
})

/** One incident, which counts them and names the first. Before the end is recorded, so that a crash in between does not keep it from anybody. */
const reportRefusals = async (tools: Tools, { tenantId, requestId, refused }: Sync): Promise<void> => {
  if (refused === 0) return
  const subjects = await refusedIn(tools, { tenantId, requestId })
  const detail = `CMDB refused ${refused} application profiles. The next sync tries each again. The list of refusals has CMDB's reasons.`
  const details = { peer: 'cmdb', operation: 'put asset', subjects }
  await recordIncident(tools, {
    integration: 'code→cmdb',
    operation: 'sync application profiles',
    error: new AppError('peer-rejected', detail, { details }),
    tenantId,
    times: refused,
  })
}
