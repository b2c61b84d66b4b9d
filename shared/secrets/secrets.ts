// What the process has of the key vault: the vault itself, and the secrets that it has read.
import { type SecretCache, createSecretCache } from './secret-cache.ts'
import { type Vault, createVault } from './vault.ts'

export type Secrets = { readonly vault: Vault; readonly cache: SecretCache }

/** Does nothing until a secret is read. */
export const openSecrets = (url: string, now: () => Date): Secrets => {
  const vault = createVault(url)
  return { vault, cache: createSecretCache(vault, now) }
}
