// One step of a sync: up to 200 changed profiles, some at a time, and after each few what CMDB has is recorded.
import { eachAtOnce } from '../../../shared/pool.ts'
import type { Services } from '../../../shared/services.ts'
import type { Row } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { type ClientFinder, clientFinder } from '../clients/client-mapping.ts'
import { type Outcome, retireAsset, sendProfile } from './asset-change.ts'
import { type Change, type ProfileRows, type Standing, type Sync, openProfiles } from './profile-table.ts'
import { recordOutcomes } from './sync-recording.ts'
import { isConfirmed } from './sync-plan.ts'
import { isOn, readTurn } from './sync-turn.ts'

const changesMax = 200
/** Each takes two operations of a transaction that holds 100, and two more count them. */
const recordedAtOnce = 48
const requestsAtOnce = 8

type SyncKey = { readonly tenantId: string; readonly requestId: string }
type Done = { readonly done: number; readonly of: number; readonly retired: number; readonly cursor: string | null }

/**
 * Syncs the next changes. Throws what ended it, after recording what it got done: those are no longer among the changes then.
 * @param cursor where the step before ended
 */
export const syncBatch = async (services: Services, key: SyncKey, cursor: string | null): Promise<Done> => {
  const store = services.store()
  const rows = openProfiles(store)
  const tools = { rows, cmdb: services.cmdb, clientOf: clientFinder(store, key.tenantId) }
  const page = await rows.change.list({ tenantId: key.tenantId }, { limit: changesMax, cursor: cursor ?? undefined })
  for (let from = 0; from < page.rows.length; from += recordedAtOnce) {
    const turn = await readTurn(rows, key.tenantId, key.requestId)
    if (!isOn(turn)) return { done: 0, of: 0, retired: 0, cursor: null }
    const mayRetire = retirementRule(turn.sync.value, turn.standing.value)
    const { outcomes, failure } = await syncSome(
      { ...tools, requestId: key.requestId },
      page.rows.slice(from, from + recordedAtOnce),
      mayRetire,
    )
    await recordOutcomes({ store, now: services.now }, key, outcomes)
    if (failure !== undefined) throw failure
  }
  const { sync } = await readTurn(rows, key.tenantId, key.requestId)
  const { sent, retired, refused, of } = sync.value
  return { done: sent + retired + refused, of, retired, cursor: page.nextCursor ?? null }
}

type Tools = {
  readonly rows: ProfileRows
  readonly cmdb: Services['cmdb']
  readonly clientOf: ClientFinder
  readonly requestId: string
}

type MayRetire = (change: Change) => boolean

/** What has gone since the plan was made waits for the next one, so that it is counted. */
const retirementRule = (sync: Sync, { confirmedUpTo }: Standing): MayRetire => {
  let left = sync.toRetire - sync.retired
  return (change) => {
    if (!change.retiresAsset || isConfirmed(change, confirmedUpTo)) return true
    if (sync.held > 0 || left <= 0) return false
    left -= 1
    return true
  }
}

/** Several at a time. After the first failure none is begun any more: what is down for one is down for all. */
const syncSome = async (
  tools: Tools,
  changes: readonly Row<Change>[],
  mayRetire: MayRetire,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly failure: unknown }> => {
  const outcomes: Outcome[] = []
  try {
    await eachAtOnce(changes, { atOnce: requestsAtOnce }, async (change) => {
      const outcome = await syncOne(tools, change, mayRetire)
      if (outcome) outcomes.push(outcome)
    })
    return { outcomes, failure: undefined }
  } catch (failure) {
    return { outcomes, failure }
  }
}

/** Undefined for a retirement that has to wait, and for what CMDB has refused in this sync already. */
const syncOne = async (
  { rows, clientOf, requestId, ...tools }: Tools,
  change: Row<Change>,
  mayRetire: MayRetire,
): Promise<Outcome | undefined> => {
  const profile = await rows.profile.get(change.value)
  if (!profile) return { change, profile, result: 'settled' }
  const { refusal, version } = profile.value
  if (refusal?.requestId === requestId && refusal.version === version) return undefined
  const parts = { cmdb: await tools.cmdb(), clientOf }
  if (!profile.value.isGone) return noteRefusal(await sendProfile(parts, change, profile))
  if (profile.value.asset?.state === 'retired') return { change, profile, result: 'settled' }
  return mayRetire(change.value) ? noteRefusal(await retireAsset(parts, change, profile)) : undefined
}

const noteRefusal = (outcome: Outcome): Outcome => {
  if (outcome.result !== 'refused') return outcome
  const { tenantId, repositoryId } = outcome.change.value
  const { error } = outcome
  log.warn('code.cmdb.refused', { tenantId, repositoryId, version: outcome.profile?.value.version, error })
  return outcome
}
