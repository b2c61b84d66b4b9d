// Who acts: carried through everything that is done for one request, message or run, for the entries of the audit log.
import { AsyncLocalStorage } from 'node:async_hooks'

const acting = new AsyncLocalStorage<string>()

/** @param actor `user:<id>`, `key:<id>`, or `function:<name>` for what the suite does by itself */
export const actingAs = <T>(actor: string, work: () => Promise<T>): Promise<T> => acting.run(actor, work)

export const currentActor = (): string => acting.getStore() ?? 'function:unknown'
