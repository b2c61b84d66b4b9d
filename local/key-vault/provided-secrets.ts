// What provisioning would put into the vault: the secrets that the settings name, and the key that wraps others.
import { randomBytes } from 'node:crypto'
import type { RunningKeyVault } from './key-vault.ts'

type Settings = Readonly<Record<string, string | undefined>>

/** 256 bits: good for the key of a peer and for a key that wraps others. */
const generated = (): string => randomBytes(32).toString('base64')

/** The settings with secrets in the place of their names. A secret that is not there yet is generated. */
export const withSecrets = (vault: Pick<RunningKeyVault, 'provide'>, settings: Settings): Settings => {
  vault.provide('row-wrapping-key', generated)
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      const secret = /^kv:([0-9a-zA-Z-]{1,127})$/.exec(value ?? '')?.[1]
      return [name, secret === undefined ? value : vault.provide(secret, generated)]
    }),
  )
}
