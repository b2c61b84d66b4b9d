// Who acts, and whether that is in the audit log yet: carried through everything that is done for one request, message or run.
import { AsyncLocalStorage } from 'node:async_hooks'

type Acting = { readonly actor: string; readonly recorded?: Promise<void> | undefined }

const acting = new AsyncLocalStorage<Acting>()

/**
 * @param actor `user:<id>`, `key:<id>`, or `function:<name>` for what the suite does by itself
 * @param recorded of an act whose entry is still being written: whatever others would notice waits for it (`untilRecorded`)
 */
export const actingAs = <T>(actor: string, work: () => Promise<T>, recorded?: Promise<void>): Promise<T> =>
  acting.run({ actor, recorded }, work)

export const currentActor = (): string => acting.getStore()?.actor ?? 'function:unknown'

/** To be awaited before anything that cannot be taken back: nothing is done without an entry. @throws AppError why there is none */
export const untilRecorded = async (): Promise<void> => {
  await acting.getStore()?.recorded
}
