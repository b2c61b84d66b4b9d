// The one place that decides with which key a product is called: the organization's own where it has one, else that of the setting.
import type { Config } from '../config/config.ts'
import { noTenant } from '../peer-client/peer-call.ts'
import type { ReadKey } from '../peer-client/peer-request.ts'
import { type Peer, peers } from '../peers/peers.ts'
import type { Store } from '../store/store.ts'
import type { PeerKeys } from './peer-keys.ts'
import type { SecretCache } from './secret-cache.ts'
import type { ReadSecret } from './setting-secret.ts'

/** @returns throws the errors of `PeerKeys.read` and of `ReadSecret` */
export type ReadPeerKey = (peer: Peer, ...asked: Parameters<ReadKey>) => Promise<string>

type Parts = {
  readonly config: Config
  readonly secret: ReadSecret
  readonly store: () => Store
  readonly cache: () => Promise<SecretCache>
  readonly now: () => Date
}

export const createPeerKey = ({ config, secret, store, cache, now }: Parts): ReadPeerKey => {
  let ownKeys: PeerKeys | undefined
  const own = async (): Promise<PeerKeys> => {
    const { createPeerKeys } = await import('./peer-keys.ts')
    return (ownKeys ??= createPeerKeys(store(), cache, now))
  }
  return async (peer, tenantId, refused) => {
    // Without tables no organization can have a key.
    const mayHaveOwn =
      tenantId !== noTenant &&
      'registration' in peers[peer] &&
      config.problems.every(({ name }) => name !== 'DATA_STORAGE')
    const key = mayHaveOwn ? await (await own()).read({ tenantId, peer }, refused) : undefined
    return key ?? secret(peers[peer].key, refused)
  }
}
