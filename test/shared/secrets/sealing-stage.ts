// A key vault and an empty table of a test's own, with a clock that it sets: what sealing needs.
import { randomBytes } from 'node:crypto'
import { type RunningKeyVault, startKeyVault } from '../../../local/key-vault/key-vault.ts'
import { type DataKey, dataKeyBuckets, dataKeyTable, placeOf } from '../../../shared/secrets/data-key-table.ts'
import { type Rewrapping, rewrapDataKeys } from '../../../shared/secrets/rewrapping.ts'
import { type Sealing, createSealing } from '../../../shared/secrets/sealing.ts'
import { openSecrets } from '../../../shared/secrets/secrets.ts'
import { wrappingKeyName } from '../../../shared/secrets/wrapping-key-name.ts'
import type { Store } from '../../../shared/store/store.ts'
import { vaultClient } from '../../local/key-vault/vault-client.ts'

export type Instance = Sealing & {
  /** One run of the timer. */
  readonly rewrap: (options?: { readonly signal?: AbortSignal; readonly store?: Store }) => Promise<Rewrapping>
}

export type SealingStage = {
  readonly vault: RunningKeyVault
  /** Knows nothing yet. */
  readonly instance: (store?: Store) => Instance
  readonly pass: (seconds: number) => void
  /** A new version of the wrapping key. */
  readonly rotate: () => Promise<string>
  readonly isEnabled: (version: string) => Promise<boolean>
  readonly keyOf: (tenantId: string) => Promise<DataKey | undefined>
  readonly keys: () => Promise<readonly DataKey[]>
  readonly close: () => Promise<void>
}

/** @param store of which the table is emptied */
export const openSealingStage = async (store: Store): Promise<SealingStage> => {
  const vault = await startKeyVault({ port: 0 })
  const client = vaultClient(vault.url)
  const rows = store.open(dataKeyTable).key
  for (const bucket of dataKeyBuckets.names) for await (const row of rows.each({ bucket })) await rows.delete(row)
  const begun = Date.now()
  let passed = 0
  const now = (): Date => new Date(begun + passed)
  return {
    vault,
    instance: (own = store) => {
      const secrets = openSecrets(vault.url, now)
      return {
        ...createSealing({ store: own, now, ...secrets }),
        rewrap: (options = {}) => rewrapDataKeys({ ...secrets, store: own, now, ...options }),
      }
    },
    pass: (seconds) => {
      passed += seconds * 1_000
    },
    rotate: async () => {
      const { properties } = await client.setSecret(wrappingKeyName, randomBytes(32).toString('base64'))
      return properties.version ?? ''
    },
    isEnabled: async (version) => {
      for await (const listed of client.listPropertiesOfSecretVersions(wrappingKeyName))
        if (listed.version === version) return listed.enabled ?? false
      throw new Error(`The vault has no version ${version}.`)
    },
    keyOf: async (tenantId) => (await rows.get(placeOf(tenantId)))?.value,
    keys: async () => {
      const found: DataKey[] = []
      for (const bucket of dataKeyBuckets.names) for await (const { value } of rows.each({ bucket })) found.push(value)
      return found
    },
    close: vault.close,
  }
}

type Method = 'get' | 'insert' | 'update' | 'each'

/** A store that asks before each call on a data key; what is thrown then is the end of the process. */
export const askingStore = (store: Store, before: (method: Method, times: number) => Promise<void>): Store => {
  const times: Record<Method, number> = { get: 0, insert: 0, update: 0, each: 0 }
  const asked =
    <Args extends readonly unknown[], Result>(method: Method, run: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await before(method, (times[method] += 1))
      return run(...args)
    }
  const { key } = store.open(dataKeyTable)
  const rows: typeof key = {
    ...key,
    get: async (wanted) => {
      const row = await key.get(wanted)
      await before('get', (times.get += 1))
      return row
    },
    insert: asked('insert', key.insert),
    update: asked('update', key.update),
    each: async function* (...args) {
      await before('each', (times.each += 1))
      yield* key.each(...args)
    },
  }
  return { ...store, open: () => ({ key: rows }) as never }
}
