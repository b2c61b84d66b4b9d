// With which key a product is called for an organization: the organization's own, which is in the vault, or the one of the setting.
import { LRUCache } from 'lru-cache'
import * as z from 'zod'
import { log, runDetached } from '../telemetry/log.ts'
import type { Store } from '../store/store.ts'
import { rowKind, table } from '../store/table.ts'
import type { SecretCache } from './secret-cache.ts'
import type { Vault } from './vault.ts'

const PeerKey = z.strictObject({
  tenantId: z.string(),
  peer: z.string(),
  keyId: z.string(),
  promotedAt: z.iso.datetime(),
})
export type PeerKey = z.infer<typeof PeerKey>

/** The present key of an organization for each product that has one. */
export const peerKeyTable = table('peerKeys', {
  current: rowKind({
    schema: PeerKey,
    partition: ['tenantId'],
    key: ['peer'],
    keepFor: 'forever',
    dataOf: { tenant: ['tenantId'] },
  }),
})

/** Its name in the vault. */
export const keySecretName = (keyId: string): string => `integration-key-${keyId}`

/** The tag of secrets that are an organization's: its id. By it they are found when its data is deleted. */
export const tenantTag = 'tenant'

/** Puts a key that was made for an organization into the vault, where the deletion of the organization finds it. */
export const keepKeySecret = (
  vault: Pick<Vault, 'set'>,
  { tenantId, keyId, key }: { readonly tenantId: string; readonly keyId: string; readonly key: string },
): Promise<void> => vault.set(keySecretName(keyId), key, { [tenantTag]: tenantId })

export type PeerKeys = {
  /**
   * Undefined where the organization has no key of its own.
   * @param refused a key that the product has just refused: what is known is read anew, at most every 5 s
   * @throws AppError `storage-unavailable`, `vault-unavailable` when what is known is too old
   */
  readonly read: (whose: Pick<PeerKey, 'tenantId' | 'peer'>, refused?: string) => Promise<string | undefined>
}

/** As for secrets: good for a minute, then read anew on the side, and for ten minutes while storage does not answer. */
const freshMs = 60_000
const staleMs = 10 * 60_000
const pauseMs = 5_000
const knownMax = 5_000

type Known = { readonly keyId: string | undefined; readonly at: number }

export const createPeerKeys = (store: Store, cache: () => Promise<SecretCache>, now: () => Date): PeerKeys => {
  const rows = store.open(peerKeyTable).current
  const known = new LRUCache<string, Known>({ max: knownMax })
  const reading = new Map<string, Promise<Known>>()

  /** One reading at a time for all who want it. */
  const readAnew = (whose: Pick<PeerKey, 'tenantId' | 'peer'>, id: string): Promise<Known> => {
    const present = reading.get(id)
    if (present) return present
    const at = now().getTime()
    const fresh = rows
      .get(whose)
      .then((row) => {
        const found = { keyId: row?.value.keyId, at }
        known.set(id, found)
        return found
      })
      .finally(() => reading.delete(id))
    reading.set(id, fresh)
    return fresh
  }

  const find = async (whose: Pick<PeerKey, 'tenantId' | 'peer'>, isRefused: boolean): Promise<Known> => {
    const id = JSON.stringify([whose.tenantId, whose.peer])
    const last = known.get(id)
    const age = last ? now().getTime() - last.at : Infinity
    if (!last || age >= staleMs || (isRefused && age >= pauseMs)) return readAnew(whose, id)
    if (age >= freshMs)
      runDetached(() => readAnew(whose, id)).catch((error: unknown) =>
        log.warn('peer.key.not_read', { peer: whose.peer, tenantId: whose.tenantId, error }),
      )
    return last
  }

  return {
    read: async (whose, refused) => {
      const { keyId } = await find(whose, refused !== undefined)
      if (keyId === undefined) return undefined
      const { value } = await (await cache()).read(keySecretName(keyId), refused === undefined ? {} : { refused })
      return value
    },
  }
}
