// Wraps the data keys of tenants with a key of the vault, of which there may be several versions while it is rotated.
import { type KeyObject, createSecretKey } from 'node:crypto'
import { AppError } from '../errors.ts'
import { decrypt, encrypt, keyBytes } from './encryption.ts'
import { type VaultSecret, unusable } from './vault.ts'
import { wrappingKeyName } from './wrapping-key-name.ts'

/** A data key as it is stored. */
export type WrappedKey = {
  readonly tenantId: string
  readonly keyId: string
  /** Base64. */
  readonly wrapped: string
  /** The version of the secret that unwraps it. */
  readonly wrappingVersion: string
}

type Owner = Pick<WrappedKey, 'tenantId' | 'keyId'>

export const wrap = (secret: VaultSecret, owner: Owner, dataKey: KeyObject): WrappedKey => ({
  tenantId: owner.tenantId,
  keyId: owner.keyId,
  wrapped: encrypt(wrappingKeyOf(secret), dataKey.export(), contextOf(owner, secret.version)).toString('base64'),
  wrappingVersion: secret.version,
})

/** @throws AppError `internal` for a key of another tenant, or one that was changed */
export const unwrap = (secret: VaultSecret, key: WrappedKey): KeyObject => {
  const wrappingKey = wrappingKeyOf(secret)
  try {
    const wrapped = Buffer.from(key.wrapped, 'base64')
    return createSecretKey(decrypt(wrappingKey, wrapped, contextOf(key, key.wrappingVersion)))
  } catch (cause) {
    throw new AppError(
      'internal',
      'The data key of an organization cannot be unwrapped: it was changed, or belongs to another one. Restore its row.',
      { cause },
    )
  }
}

const contextOf = ({ tenantId, keyId }: Owner, version: string): readonly string[] => [
  'data key',
  tenantId,
  keyId,
  version,
]

const wrappingKeyOf = ({ value }: VaultSecret): KeyObject => {
  const bytes = Buffer.from(value, 'base64')
  if (bytes.byteLength !== keyBytes || bytes.toString('base64') !== value)
    throw unusable(wrappingKeyName, `is not ${keyBytes} random bytes in base64`)
  return createSecretKey(bytes)
}
