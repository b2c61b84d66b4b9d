// Somebody who waits: until served, until the caller leaves, or until a deadline.

export type Waiter<T> = {
  readonly promise: Promise<T>
  /** False when nobody waits any more. */
  readonly serve: (value: T) => boolean
  readonly refuse: (reason: unknown) => void
  readonly isOver: () => boolean
}

export type Patience = {
  readonly signal: AbortSignal
  /** From now on, in milliseconds. */
  readonly waitMs: number
  /** What the waiter is told when that is over. */
  readonly tooLate: () => unknown
  /** Told when it is over without having been served. */
  readonly onLeave?: () => void
}

export const createWaiter = <T>({ signal, waitMs, tooLate, onLeave }: Patience): Waiter<T> => {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  let isOver = false
  const end = (): boolean => {
    if (isOver) return false
    isOver = true
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
    return true
  }
  const refuse = (reason: unknown): void => {
    if (!end()) return
    onLeave?.()
    reject(reason)
  }
  const leave = (): void => refuse(signal.reason)
  const timer = setTimeout(() => refuse(tooLate()), Math.min(2 ** 31 - 1, Math.max(0, waitMs)))
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  return {
    promise,
    serve: (value) => {
      if (!end()) return false
      resolve(value)
      return true
    },
    refuse,
    isOver: () => isOver,
  }
}
