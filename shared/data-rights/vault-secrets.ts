// Deletes the secrets that the key vault has of an organization: the keys with which products are called for it, or call us.
import { tenantTag } from '../secrets/peer-keys.ts'
import type { Vault } from '../secrets/vault.ts'
import type { Subject } from './subject.ts'

export type SecretReport = {
  /** Gone for good. In a dry run: what would be. */
  readonly purged: number
  /** Deleted, and kept by a vault that is protected against purging until its time is over. */
  readonly recoverable: number
}

/** They are found by their tag, whether or not a row still names them: it may be cut off anywhere and run again. */
export const deleteSecrets = async (
  vault: Pick<Vault, 'tagged' | 'purge'>,
  subject: Subject,
  { isDry }: { readonly isDry: boolean },
): Promise<SecretReport> => {
  // Clients and people have none.
  const names = subject.kind === 'tenant' ? await vault.tagged(tenantTag, subject.tenantId) : []
  if (isDry) return { purged: names.length, recoverable: 0 }
  let purged = 0
  for (const name of names) purged += (await vault.purge(name)) ? 1 : 0
  return { purged, recoverable: names.length - purged }
}
