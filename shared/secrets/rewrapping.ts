// Rotation of the key that wraps data keys: each tenant's key is wrapped anew with the current version, and an old version is retired once
// a walk over all of them has found that none needs it.
import { type AppError, isAppError } from '../errors.ts'
import type { Row } from '../store/entity.ts'
import type { Store } from '../store/store.ts'
import { log } from '../telemetry/log.ts'
import { type DataKey, dataKeyBuckets, dataKeyTable } from './data-key-table.ts'
import type { Secrets } from './secrets.ts'
import type { VaultSecret } from './vault.ts'
import { unwrap, wrap } from './wrapping.ts'
import { wrappingKeyName } from './wrapping-key-name.ts'

type Tools = Secrets & { readonly store: Store; readonly now: () => Date; readonly signal?: AbortSignal }

export type Rewrapping = {
  /** Data keys that were wrapped anew by this run. */
  readonly rewrapped: number
  /** Those that still need an old version. */
  readonly left: number
  /** Versions that were disabled, since nothing needs them. */
  readonly retired: readonly string[]
}

/**
 * How old the current version has to be before another is retired: who read the one before as the current one, and is still about to
 * store a key that it wraps, has long done so.
 */
const settledMs = 60 * 60_000
/** Data keys that one run wraps anew at the most. */
const rewrapsMax = 20_000

/**
 * Each step leaves every key readable: a run may be cut off anywhere, and two may run at once. The next one goes on with what is left.
 * @param tools.signal ends it early
 * @throws AppError `vault-unavailable`, `not-configured`, `storage-unavailable`; the first failure of a key that could not be rewrapped,
 * once all others are
 */
export const rewrapDataKeys = async (tools: Tools): Promise<Rewrapping> => {
  const current = await tools.vault.get(wrappingKeyName)
  const old = (await tools.vault.versions(wrappingKeyName))
    .filter(({ version, isEnabled }) => isEnabled && version !== current.version)
    .map(({ version }) => version)
  if (old.length === 0) return { rewrapped: 0, left: 0, retired: [] }
  const { rewrapped, failure } = await rewrapAll(tools, current)
  const begunAt = tools.now().getTime()
  const needed = await countVersions(tools)
  const left =
    needed && [...needed].reduce((sum, [version, count]) => sum + (version === current.version ? 0 : count), 0)
  const isSettled = begunAt - current.createdAt.getTime() >= settledMs
  const retired = needed && isSettled ? old.filter((version) => !needed.has(version)) : []
  for (const version of retired) await tools.vault.disable(wrappingKeyName, version)
  log.info('secret.data_keys.rewrapped', { version: current.version, rewrapped, left, retired })
  if (failure) throw failure
  return { rewrapped, left: left ?? 0, retired }
}

const rewrapAll = async (
  tools: Tools,
  current: VaultSecret,
): Promise<{ readonly rewrapped: number; readonly failure?: AppError }> => {
  let rewrapped = 0
  let failure: AppError | undefined
  for await (const row of allKeys(tools)) {
    if (row.value.wrappingVersion === current.version) continue
    try {
      if (await rewrap(tools, current, row)) rewrapped += 1
    } catch (error) {
      // Of this key alone: the vault does not have its version, or it was changed.
      if (!isAppError(error, 'not-configured', 'internal')) throw error
      log.error('secret.data_key.not_rewrapped', { tenantId: row.value.tenantId, error })
      failure ??= error
    }
    if (rewrapped >= rewrapsMax) break
  }
  return { rewrapped, ...(failure && { failure }) }
}

/** False when another run was faster. */
const rewrap = async ({ store, cache, now }: Tools, current: VaultSecret, row: Row<DataKey>): Promise<boolean> => {
  const before = await cache.read(wrappingKeyName, { version: row.value.wrappingVersion })
  const rewrapped = wrap(current, row.value, unwrap(before, row.value))
  try {
    await store.open(dataKeyTable).key.update(row, { ...row.value, ...rewrapped, rewrappedAt: now().toISOString() })
    return true
  } catch (error) {
    if (isAppError(error, 'conflict')) return false
    throw error
  }
}

/** How many keys need each version; undefined when the walk did not come to its end, and proves nothing. */
const countVersions = async (tools: Tools): Promise<ReadonlyMap<string, number> | undefined> => {
  const counts = new Map<string, number>()
  for await (const { value } of allKeys(tools))
    counts.set(value.wrappingVersion, (counts.get(value.wrappingVersion) ?? 0) + 1)
  return tools.signal?.aborted ? undefined : counts
}

async function* allKeys({ store, signal }: Tools): AsyncGenerator<Row<DataKey>> {
  const rows = store.open(dataKeyTable).key
  for (const bucket of dataKeyBuckets.names)
    yield* rows.each({ bucket }, { pageSize: 1_000, ...(signal && { signal }) })
}
