// Whose turn it is: one sync at a time for a tenant. Who asks while one is requested or at work joins it.
import { randomUUID } from 'node:crypto'
import { AppError } from '../../../shared/errors.ts'
import { retryOnConflict } from '../../../shared/store/retry-on-conflict.ts'
import { type ProfileRows, type Standing, type Sync, type Tools, markTenant, openProfiles } from './profile-table.ts'

/** A step is tried for 24 hours. One that did not get on for longer was ended from outside, and nobody recorded it. */
const abandonedAfterMs = 26 * 3_600_000

type Asked = { readonly tenantId: string; readonly requestedBy: string }

export const noStanding = (tenantId: string): Standing => ({ tenantId, activeAssets: 0 })

/** @returns the sync that is on, which is a new one unless there was one already */
export const beginSync = (
  tools: Tools,
  { tenantId, requestedBy }: Asked,
): Promise<{ readonly sync: Sync; readonly isNew: boolean }> =>
  retryOnConflict(async () => {
    const rows = openProfiles(tools.store)
    const standing = await rows.standing.get({ tenantId })
    const requestId = standing?.value.current
    const current = requestId === undefined ? undefined : await rows.sync.get({ tenantId, requestId })
    if (current && !isAbandoned(current.value, tools.now())) return { sync: current.value, isNew: false }
    const sync = newSync(tenantId, requestedBy, tools.now().toISOString())
    const next = { ...(standing?.value ?? noStanding(tenantId)), current: sync.requestId, latest: sync.requestId }
    await markTenant(tools, tenantId)
    await rows.transaction([
      standing ? rows.standing.toUpdate(standing, next) : rows.standing.toInsert(next),
      rows.sync.toInsert(sync),
      ...(current ? [rows.sync.toUpdate(current, abandoned(current.value, sync.requestedAt))] : []),
    ])
    return { sync, isNew: true }
  })

const isAbandoned = ({ finishedAt, aliveAt }: Sync, now: Date): boolean =>
  finishedAt !== undefined || now.getTime() - Date.parse(aliveAt) > abandonedAfterMs

const abandoned = (sync: Sync, finishedAt: string): Sync =>
  sync.finishedAt === undefined
    ? { ...sync, state: 'failed', finishedAt, problem: { code: 'internal', detail: 'It was cut off.' } }
    : sync

const newSync = (tenantId: string, requestedBy: string, at: string): Sync => ({
  tenantId,
  requestId: randomUUID(),
  state: 'requested',
  requestedAt: at,
  requestedBy,
  aliveAt: at,
  sent: 0,
  retired: 0,
  refused: 0,
  of: 0,
  toRetire: 0,
  held: 0,
})

export const findSync = async (
  { store }: Pick<Tools, 'store'>,
  tenantId: string,
  requestId: string,
): Promise<Sync | undefined> => (await openProfiles(store).sync.get({ tenantId, requestId }))?.value

/** The one that was asked for last. */
export const latestSync = async (tools: Pick<Tools, 'store'>, tenantId: string): Promise<Sync | undefined> => {
  const requestId = (await openProfiles(tools.store).standing.get({ tenantId }))?.value.latest
  return requestId === undefined ? undefined : findSync(tools, tenantId, requestId)
}

/** The sync of a step with the standing of its tenant. @throws AppError `not-found` when one is gone */
export const readTurn = async (rows: ProfileRows, tenantId: string, requestId: string) => {
  const [sync, standing] = await Promise.all([rows.sync.get({ tenantId, requestId }), rows.standing.get({ tenantId })])
  if (!sync || !standing) throw new AppError('not-found', 'The sync no longer exists: its retention period is over.')
  return { sync, standing }
}

/** False once another sync has taken its place: then this one must not go on. */
export const isOn = ({ sync, standing }: Awaited<ReturnType<typeof readTurn>>): boolean =>
  sync.value.finishedAt === undefined && standing.value.current === sync.value.requestId
