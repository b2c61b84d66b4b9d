// Secrets as the API of Key Vault shows them.
import type { Secret, SecretVersion } from './secrets.ts'

/** Deleted secrets of a real vault are kept for as long, by default. */
const recoverableDays = 90
const daySeconds = 86_400

/** Without its value: what lists and changes of properties show. */
export const propertiesOf = (vaultUrl: string, { name }: Secret, version: SecretVersion) => ({
  id: `${vaultUrl}/secrets/${name}/${version.version}`,
  ...(version.contentType !== undefined && { contentType: version.contentType }),
  ...(version.tags && { tags: version.tags }),
  attributes: {
    enabled: version.enabled,
    ...(version.nbf !== undefined && { nbf: version.nbf }),
    ...(version.exp !== undefined && { exp: version.exp }),
    created: version.created,
    updated: version.updated,
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays,
  },
})

export const bundleOf = (vaultUrl: string, secret: Secret, version: SecretVersion) => ({
  value: version.value,
  ...propertiesOf(vaultUrl, secret, version),
})

/** In a list of secrets there is one entry each, of no version. */
export const listedOf = (vaultUrl: string, secret: Secret, version: SecretVersion) => ({
  ...propertiesOf(vaultUrl, secret, version),
  id: `${vaultUrl}/secrets/${secret.name}`,
})

export const deletionOf = (vaultUrl: string, { name, deletedAt = 0 }: Secret) => ({
  recoveryId: `${vaultUrl}/deletedsecrets/${name}`,
  deletedDate: deletedAt,
  scheduledPurgeDate: deletedAt + recoverableDays * daySeconds,
})
