// Events that come from several sides at once, read as one stream.

export type EventQueue<Event> = {
  readonly push: (event: Event) => void
  readonly close: () => void
  /** The reader gets this once it has read all before it. */
  readonly fail: (error: unknown) => void
  /** Read once. */
  readonly events: AsyncGenerator<Event, void, undefined>
}

/** Whoever writes bounds what is written: nothing is dropped. */
export const createEventQueue = <Event>(): EventQueue<Event> => {
  const waiting: Event[] = []
  let end: { readonly error?: unknown } | undefined
  let wake = Promise.withResolvers<void>()
  const finish = (how: { readonly error?: unknown }): void => {
    end ??= how
    wake.resolve()
  }
  async function* read(): AsyncGenerator<Event, void, undefined> {
    for (;;) {
      yield* waiting.splice(0)
      if (waiting.length > 0) continue
      if (end) {
        if ('error' in end) throw end.error
        return
      }
      await wake.promise
      wake = Promise.withResolvers<void>()
    }
  }
  return {
    push: (event) => {
      if (end) return
      waiting.push(event)
      wake.resolve()
    },
    close: () => finish({}),
    fail: (error) => finish({ error }),
    events: read(),
  }
}
