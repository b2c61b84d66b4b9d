// An answer that has begun: its first event is there before anybody is answered, so that what fails until then has a status of its own.
import { AppError } from '../errors.ts'

export type Begun<Event> = {
  readonly first: Event
  /** All of them, the first as well. Read once. */
  readonly events: AsyncIterableIterator<Event, void, undefined>
}

/**
 * @param signal of the caller: who leaves before anything was read ends the work as well
 * @throws what the work throws before its first event
 */
export const begun = async <Event>(
  work: AsyncIterator<Event, void, undefined>,
  signal: AbortSignal,
): Promise<Begun<Event>> => {
  const first = await work.next()
  if (first.done) throw new AppError('model-cut-off', 'The answer ended before it began. Ask again.')
  const end = async (): Promise<IteratorResult<Event, void>> => {
    signal.removeEventListener('abort', leave)
    await work.return?.()
    return { done: true, value: undefined }
  }
  const leave = (): void => void end().catch(() => undefined)
  signal.addEventListener('abort', leave, { once: true })
  let head: IteratorResult<Event, void> | undefined = first
  const events: AsyncIterableIterator<Event, void, undefined> = {
    [Symbol.asyncIterator]: () => events,
    next: () => {
      const next = head ? Promise.resolve(head) : work.next()
      head = undefined
      return next
    },
    return: end,
  }
  return { first: first.value, events }
}
