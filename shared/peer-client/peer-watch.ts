// What a piece of work met at the peers that it called, failures that it made good or left for later included.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { ErrorCode } from '../error-table.ts'
import type { AppError } from '../errors.ts'

export type PeerFailure = { readonly peer: string; readonly error: AppError; readonly times: number }

export type PeerWatch = {
  /** Slugs of peers that gave an answer of their contract. */
  readonly answered: Set<string>
  /** One of each peer and code, the last of them. */
  readonly failures: Map<`${string} ${ErrorCode}`, PeerFailure>
}

const watches = new AsyncLocalStorage<PeerWatch>()

export const newPeerWatch = (): PeerWatch => ({ answered: new Set(), failures: new Map() })

export const watchPeers = <T>(watch: PeerWatch, work: () => Promise<T>): Promise<T> => watches.run(watch, work)

export const noteAnswer = (peer: string): void => {
  watches.getStore()?.answered.add(peer)
}

export const noteFailure = (peer: string, error: AppError): void => {
  const watch = watches.getStore()
  if (!watch) return
  const name = `${peer} ${error.code}` as const
  watch.failures.set(name, { peer, error, times: (watch.failures.get(name)?.times ?? 0) + 1 })
}
