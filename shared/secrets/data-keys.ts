// The data key of a tenant: made once, unwrapped once for all rows that are read, and forgotten after five minutes.
import type { KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { randomToken } from '../auth/digest.ts'
import { AppError, isAppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { type DataKey, dataKeyTable, placeOf } from './data-key-table.ts'
import { newKey } from './encryption.ts'
import type { SecretCache } from './secret-cache.ts'
import type { Vault } from './vault.ts'
import { unwrap, wrap } from './wrapping.ts'
import { wrappingKeyName } from './wrapping-key-name.ts'

export type DataKeyTools = {
  readonly store: Store
  readonly vault: Pick<Vault, 'get'>
  readonly cache: SecretCache
  readonly now: () => Date
}

export type OpenKey = { readonly keyId: string; readonly key: KeyObject }

export type DataKeys = {
  /** @throws AppError `internal` when the tenant does not have this one */
  readonly get: (tenantId: string, keyId: string) => Promise<OpenKey>
  /** The tenant's own, made if it has none yet. */
  readonly getOrMake: (tenantId: string) => Promise<OpenKey>
}

/** How long an unwrapped key is kept. */
const keptMs = 5 * 60_000
const tenantsMax = 1_000

type Kept = { readonly key: Promise<OpenKey | undefined>; readonly at: number }

export const createDataKeys = (tools: DataKeyTools): DataKeys => {
  const { store, vault, now } = tools
  const rows = store.open(dataKeyTable).key
  const kept = new LRUCache<string, Kept>({ max: tenantsMax })

  const load = async (tenantId: string): Promise<OpenKey | undefined> => {
    const row = await rows.get(placeOf(tenantId))
    return row && unwrapStored(tools, row.value)
  }

  /** One look-up at a time for all who want it. What fails, or is not there, is not kept. */
  const known = (tenantId: string, find: () => Promise<OpenKey | undefined>): Promise<OpenKey | undefined> => {
    const before = kept.get(tenantId)
    if (before && now().getTime() - before.at < keptMs) return before.key
    const entry = { key: find(), at: now().getTime() }
    kept.set(tenantId, entry)
    const forget = (): void => {
      if (kept.peek(tenantId) === entry) kept.delete(tenantId)
    }
    entry.key.then((found) => found ?? forget(), forget)
    return entry.key
  }

  /** The current version is asked of the vault itself: one that is known from before may be about to be retired. */
  const make = async (tenantId: string): Promise<OpenKey> => {
    const wrapping = await vault.get(wrappingKeyName)
    const made = { keyId: randomToken().slice(0, 16), key: newKey() }
    try {
      const wrapped = wrap(wrapping, { tenantId, keyId: made.keyId }, made.key)
      await rows.insert({ ...placeOf(tenantId), ...wrapped, createdAt: now().toISOString() })
      return made
    } catch (error) {
      if (!isAppError(error, 'conflict')) throw error
    }
    // Another instance was faster, and theirs is the key.
    return required(tenantId, await load(tenantId))
  }

  return {
    get: async (tenantId, keyId) => {
      const found = await known(tenantId, () => load(tenantId))
      if (found?.keyId === keyId) return found
      // It may have been deleted and made anew since it was read.
      kept.delete(tenantId)
      const again = required(tenantId, await known(tenantId, () => load(tenantId)))
      return again.keyId === keyId ? again : required(tenantId, undefined)
    },
    getOrMake: async (tenantId) =>
      (await known(tenantId, () => load(tenantId))) ??
      required(tenantId, await known(tenantId, async () => (await load(tenantId)) ?? make(tenantId))),
  }
}

const required = (tenantId: string, key: OpenKey | undefined): OpenKey => {
  if (key) return key
  throw new AppError('internal', 'The data key of an organization is gone, and with it what was sealed for it.', {
    cause: new Error(`No data key of tenant ${tenantId}.`),
  })
}

/** The version that a row named may be retired by the time that it is asked for: by then the row names another. */
const unwrapStored = async ({ store, cache }: DataKeyTools, stored: DataKey): Promise<OpenKey> => {
  const open = async (row: DataKey): Promise<OpenKey> => {
    const secret = await cache.read(wrappingKeyName, { version: row.wrappingVersion })
    return { keyId: row.keyId, key: unwrap(secret, row) }
  }
  try {
    return await open(stored)
  } catch (error) {
    const { tenantId, wrappingVersion } = stored
    const row = isAppError(error, 'not-configured')
      ? await store.open(dataKeyTable).key.get(placeOf(tenantId))
      : undefined
    if (!row || row.value.wrappingVersion === wrappingVersion) throw error
    return open(row.value)
  }
}
