// Changes rows that others change as well: one after the other within this process, and again when another process was faster.
import { AppError, isAppError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { retryOnConflict } from '../store/retry-on-conflict.ts'

type Change<T> = {
  readonly store: Store
  /** What it contends for: changes of the same name wait for each other. */
  readonly of: string
  /** Ends the sentence of the error: `An incident could not be …` */
  readonly what: string
  /** Reads and writes; it is run again from the start when it throws `conflict`. */
  readonly change: () => Promise<T>
}

/** Throws AppError `conflict` when others were faster every time, and whatever else `change` throws. */
export const untilUncontested = <T>({ store, of, what, change }: Change<T>): Promise<T> =>
  inTurn(store, of, async () => {
    try {
      return await retryOnConflict(change)
    } catch (cause) {
      if (!isAppError(cause, 'conflict')) throw cause
      throw new AppError('conflict', `An incident could not be ${what}: it kept being changed by others.`, { cause })
    }
  })

/** The last in each line; a line that nobody stands in any more is gone. */
const lines = new WeakMap<Store, Map<string, Promise<unknown>>>()

const inTurn = async <T>(store: Store, name: string, work: () => Promise<T>): Promise<T> => {
  const ofStore = lines.get(store) ?? new Map<string, Promise<unknown>>()
  lines.set(store, ofStore)
  const done = (ofStore.get(name) ?? Promise.resolve()).then(work)
  const over = done.catch(() => {})
  ofStore.set(name, over)
  try {
    return await done
  } finally {
    if (ofStore.get(name) === over) ofStore.delete(name)
  }
}
