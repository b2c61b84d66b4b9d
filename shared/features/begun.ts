// An answer that has begun: its first event is there before anybody is answered, so that what fails until then has a status of its own.
import { AppError } from '../errors.ts'

export type Begun<Event> = {
  readonly first: Event
  /** All of them, the first as well. */
  readonly events: AsyncGenerator<Event, void, undefined>
}

/**
 * @param signal of the caller: who leaves before the first event was read ends the work as well
 * @throws what the work throws before its first event
 */
export const begun = async <Event>(
  work: AsyncGenerator<Event, void, undefined>,
  signal: AbortSignal,
): Promise<Begun<Event>> => {
  const first = await work.next()
  if (first.done) throw new AppError('model-cut-off', 'The answer ended before it began. Ask again.')
  const end = (): void => void work.return().catch(() => undefined)
  signal.addEventListener('abort', end, { once: true })
  async function* all(head: Event): AsyncGenerator<Event, void, undefined> {
    try {
      yield head
      yield* work
    } finally {
      signal.removeEventListener('abort', end)
      await work.return()
    }
  }
  return { first: first.value, events: all(first.value) }
}
