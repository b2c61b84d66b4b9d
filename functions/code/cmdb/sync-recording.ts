// Records what CMDB has, in one transaction with the index of changes and the counts: a step that is repeated counts nothing twice.
import type { Operation } from '../../../shared/store/operation.ts'
import type { Row } from '../../../shared/store/store.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import type { Outcome } from './asset-change.ts'
import { type Change, type Profile, type ProfileRows, type Tools, openProfiles } from './profile-table.ts'
import { refusalReasonOf } from './refusal.ts'
import { readTurn } from './sync-turn.ts'

type SyncKey = { readonly tenantId: string; readonly requestId: string }

type Counted = { sent: number; retired: number; refused: number; active: number }

/**
 * At most 48. A profile that has changed while it was under way stays among the changes.
 * @throws AppError `conflict` when others were faster every time
 */
export const recordOutcomes = async (tools: Tools, key: SyncKey, outcomes: readonly Outcome[]): Promise<void> => {
  const rows = openProfiles(tools.store)
  let isFirst = true
  await retryOnConflict(async () => {
    const asRead = isFirst
    isFirst = false
    const at = tools.now().toISOString()
    const { sync, standing } = await readTurn(rows, key.tenantId, key.requestId)
    const counted: Counted = { sent: 0, retired: 0, refused: 0, active: 0 }
    const operations: Operation[] = []
    for (const outcome of outcomes) {
      const { change, profile } = asRead ? outcome : await readAgain(rows, outcome)
      operations.push(...operationsOf(rows, { outcome, change, profile, at, requestId: key.requestId }, counted))
    }
    const { sent, retired, refused, active } = counted
    const next = {
      ...sync.value,
      aliveAt: at,
      sent: sync.value.sent + sent,
      retired: sync.value.retired + retired,
      refused: sync.value.refused + refused,
    }
    const activeAssets = Math.max(0, standing.value.activeAssets + active)
    await rows.transaction([
      ...operations,
      rows.sync.toUpdate(sync, { ...next, of: Math.max(next.of, next.sent + next.retired + next.refused) }),
      ...(active === 0 ? [] : [rows.standing.toUpdate(standing, { ...standing.value, activeAssets })]),
    ])
  })
}

type Read = { readonly change: Row<Change> | undefined; readonly profile: Row<Profile> | undefined }

const readAgain = async (rows: ProfileRows, { change: { value } }: Outcome): Promise<Read> => {
  const [change, profile] = await Promise.all([rows.change.get(value), rows.profile.get(value)])
  return { change, profile }
}

type Recorded = Read & { readonly outcome: Outcome; readonly at: string; readonly requestId: string }

const operationsOf = (
  rows: ProfileRows,
  { outcome, change, profile, at, requestId }: Recorded,
  counted: Counted,
): readonly Operation[] => {
  if (!profile) return change ? [rows.change.toDelete(change)] : []
  // Otherwise it was changed while it was under way.
  const isSame = profile.value.version === outcome.profile?.value.version
  // This was recorded already: by an earlier attempt whose answer was lost, or by somebody else.
  if (isSame && !change) return []
  const next = profileAfter(profile.value, outcome, { isSame, at, requestId })
  if (outcome.result === 'sent' || outcome.result === 'retired' || outcome.result === 'refused')
    counted[outcome.result] += 1
  counted.active += activeCount(next) - activeCount(profile.value)
  const isDone = isSame && next.version === profile.value.version && outcome.result !== 'refused'
  return [
    ...(next === profile.value ? [] : [rows.profile.toUpdate(profile, next)]),
    ...(isDone && change ? [rows.change.toDelete(change)] : []),
    ...(!change && mustBeLookedAt(next, outcome) ? [rows.change.toInsert(changeOf(next, at))] : []),
  ]
}

const activeCount = ({ asset }: Profile): number => (asset?.state === 'active' ? 1 : 0)

const profileAfter = (
  profile: Profile,
  outcome: Outcome,
  { isSame, at, requestId }: { readonly isSame: boolean; readonly at: string; readonly requestId: string },
): Profile => {
  switch (outcome.result) {
    case 'sent':
    case 'retired':
      // A late one does not take away what a newer one has recorded.
      if (profile.asset && profile.asset.version > outcome.asset.version) return profile
      return withoutRefusal({ ...profile, asset: { ...outcome.asset, at } })
    case 'refused':
      return isSame
        ? { ...profile, refusal: { version: profile.version, at, requestId, reason: refusalReasonOf(outcome.error) } }
        : profile
    case 'overtaken':
      // CMDB has more than is known here, as after a restored backup: go on above that.
      return profile.version >= outcome.byVersion ? profile : { ...profile, version: outcome.byVersion + 1 }
    case 'settled':
      return profile
  }
}

const withoutRefusal = ({ refusal: _refusal, ...profile }: Profile): Profile => profile

/** A late retirement may have come after a newer profile; sending that once more brings its asset back. */
const mustBeLookedAt = ({ isGone, version, asset }: Profile, { result }: Outcome): boolean => {
  if (isGone) return asset?.state === 'active'
  return result === 'retired' || asset?.state !== 'active' || asset.version !== version
}

const changeOf = ({ tenantId, repositoryId, isGone, asset }: Profile, changedAt: string): Change => ({
  tenantId,
  repositoryId,
  changedAt,
  retiresAsset: isGone && asset?.state === 'active',
})
