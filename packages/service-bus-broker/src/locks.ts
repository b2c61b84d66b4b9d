// Which messages of a queue are locked, under which token and until when. All locks of a queue last equally long, so the order in
// which they were given or renewed is the order in which they expire.
import { randomUUID } from 'node:crypto'

export type Lock<Item> = {
  /** 32 hex digits, in the byte order of RFC 9562. */
  readonly token: string
  /** Unix time in ms. */
  readonly until: number
  readonly item: Item
}

export type Locks<Item> = {
  readonly give: (item: Item, until: number) => Lock<Item>
  readonly find: (token: string) => Lock<Item> | undefined
  readonly renew: (lock: Lock<Item>, until: number) => void
  readonly remove: (token: string) => void
  /** Removes and returns those that expired. */
  readonly takeExpired: (now: number) => readonly Lock<Item>[]
  /** No lock expires before this time. */
  readonly nextDue: () => number
}

export const createLocks = <Item>(): Locks<Item> => {
  const locks = new Map<string, Lock<Item>>()
  // A lower bound: looking for the first entry of a map from which many were deleted is slow, so it is done when this is due.
  let due = Number.POSITIVE_INFINITY

  const put = (lock: Lock<Item>): Lock<Item> => {
    locks.delete(lock.token)
    locks.set(lock.token, lock)
    due = Math.min(due, lock.until)
    return lock
  }
  return {
    give: (item, until) => put({ token: randomUUID().replaceAll('-', ''), until, item }),
    find: (token) => locks.get(token),
    renew: (lock, until) => {
      put({ ...lock, until })
    },
    remove: (token) => {
      locks.delete(token)
      if (locks.size === 0) due = Number.POSITIVE_INFINITY
    },
    takeExpired: (now) => {
      if (now < due) return []
      const expired: Lock<Item>[] = []
      due = Number.POSITIVE_INFINITY
      for (const lock of locks.values()) {
        if (lock.until > now) {
          due = lock.until
          break
        }
        expired.push(lock)
      }
      for (const { token } of expired) locks.delete(token)
      return expired
    },
    nextDue: () => due,
  }
}

/** The delivery tag carries the token as .NET writes a GUID: the first three groups with their bytes turned round. */
export const deliveryTagOf = (token: string): Buffer => {
  const bytes = Buffer.from(token, 'hex')
  return Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((index) => bytes[index] ?? 0))
}
