// What a test seals with that has tables of its own: a key vault with a wrapping key.
import { randomBytes } from 'node:crypto'
import { startKeyVault } from '../../local/key-vault/key-vault.ts'
import { createSealing } from '../../shared/secrets/sealing.ts'
import { openSecrets } from '../../shared/secrets/secrets.ts'
import { wrappingKeyName } from '../../shared/secrets/wrapping-key-name.ts'
import type { Store } from '../../shared/store/store.ts'

/** Closed by the test file. */
export const startWrappingVault = async () => {
  const vault = await startKeyVault({ port: 0 })
  vault.provide(wrappingKeyName, () => randomBytes(32).toString('base64'))
  return vault
}

export type TestSealing = Awaited<ReturnType<typeof startTestSealing>>

/** @param store has the data keys. Closed by the test file. */
export const startTestSealing = async (store: Store) => {
  const vault = await startWrappingVault()
  const now = () => new Date()
  const opened = createSealing({ store, now, ...openSecrets(vault.url, now) })
  return { sealing: () => Promise.resolve(opened), vault, close: vault.close }
}
