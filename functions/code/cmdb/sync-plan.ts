// The first step of a sync: how much there is to do, and whether so many assets would be retired that somebody has to confirm it.
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { clientDigest } from './client-comparison.ts'
import { type Change, type Standing, type Tools, openProfiles } from './profile-table.ts'
import { isOn, readTurn } from './sync-turn.ts'

/** Half of the active assets or more are held, however few they are: the source is empty, or much smaller than it was. */
const retiredShareMax = 0.5
/** Of more than so many, this share is enough. */
const fewRetirements = 10
const retiredShareOfMany = 0.2

type SyncKey = { readonly tenantId: string; readonly requestId: string }

type Plan = {
  /** False when another sync has taken its place. */
  readonly isOn: boolean
  readonly of: number
  readonly held: number
  /** Client mappings have changed since all assets were compared with them: their digest now. */
  readonly mappings: string | null
  /** Everything is to be sent again: when that was asked for. */
  readonly reconcile: string | null
}

/** Counts, decides and records it. Doing it again counts what is left. */
export const planSync = async (tools: Tools, { tenantId, requestId }: SyncKey): Promise<Plan> => {
  const rows = openProfiles(tools.store)
  const mappings = await clientDigest(tools.store, tenantId)
  return retryOnConflict(async () => {
    const turn = await readTurn(rows, tenantId, requestId)
    if (!isOn(turn)) return { isOn: false, of: 0, held: 0, mappings: null, reconcile: null }
    const plannedAt = tools.now().toISOString()
    const { sync, standing } = turn
    const { changes, asked, unasked } = await countChanges(tools, standing.value)
    const held = isTooMany(unasked, standing.value.activeAssets) ? unasked : 0
    // Those that were refused are among the changes still.
    const done = sync.value.sent + sync.value.retired
    const of = done + changes - held
    const { confirmedUpTo } = standing.value
    const { reconcile = null } = standing.value
    await rows.transaction([
      rows.sync.toUpdate(sync, {
        ...sync.value,
        state: 'running',
        aliveAt: plannedAt,
        plannedAt,
        of,
        held,
        toRetire: sync.value.retired + asked + unasked - held,
        ...(confirmedUpTo !== undefined && { confirmedUpTo }),
      }),
    ])
    const isCompared = reconcile === null && mappings === standing.value.mappings
    return { isOn: true, of, held, mappings: isCompared ? null : mappings, reconcile }
  })
}

const isTooMany = (retirements: number, active: number): boolean =>
  retirements > 0 &&
  (retirements >= active * retiredShareMax ||
    (retirements > fewRetirements && retirements > active * retiredShareOfMany))

/** `asked`: retirements that somebody has confirmed. */
const countChanges = async (
  { store }: Tools,
  { tenantId, confirmedUpTo }: Standing,
): Promise<{ readonly changes: number; readonly asked: number; readonly unasked: number }> => {
  const rows = openProfiles(store)
  const counts = { changes: 0, asked: 0, unasked: 0 }
  for await (const { value } of rows.change.each({ tenantId }, { pageSize: 1_000 })) {
    counts.changes += 1
    if (value.retiresAsset) counts[isConfirmed(value, confirmedUpTo) ? 'asked' : 'unasked'] += 1
  }
  return counts
}

export const isConfirmed = ({ changedAt }: Pick<Change, 'changedAt'>, confirmedUpTo: string | undefined): boolean =>
  confirmedUpTo !== undefined && Date.parse(changedAt) <= Date.parse(confirmedUpTo)
