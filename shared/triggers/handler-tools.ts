// What every handler is given beside the input of its own trigger.
import type { Services } from '../services.ts'
import type { Store } from '../store/store.ts'

export type HandlerTools = {
  /** Connected by whoever asks for it: a function that does without answers also while storage is not configured. */
  readonly store: Store
  readonly now: () => Date
  /** What only some handlers need: clients of peers, queues, sessions, settings. */
  readonly services: Services
}

/** With what is particular to the call. */
export const handlerInput = <Own extends object>(services: Services, own: Own): HandlerTools & Own =>
  Object.assign(
    {
      get store() {
        return services.store()
      },
      now: services.now,
      services,
    },
    own,
  )
