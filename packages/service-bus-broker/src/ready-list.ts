// The messages of a queue that wait for a receiver, by sequence number. New ones come in order; those that come back are few.
import { createHeap } from './heap.ts'

type Numbered = { readonly id: number }

export type ReadyList<Item> = {
  readonly add: (item: Item) => void
  /** The next one that `isWaiting` still accepts, without taking it; others are forgotten on the way. */
  readonly peek: () => Item | undefined
  readonly take: () => Item | undefined
}

/** Entries that were taken stay in front of the array until they are half of it, so that taking one costs nothing. */
const frontMax = 1_024

export const createReadyList = <Item extends Numbered>(isWaiting: (item: Item) => boolean): ReadyList<Item> => {
  let inOrder: Item[] = []
  let front = 0
  const outOfOrder = createHeap<Item>(({ id }) => id)

  const advance = (): void => {
    front += 1
    if (front <= frontMax || front < inOrder.length / 2) return
    inOrder = inOrder.slice(front)
    front = 0
  }
  const isFirstInOrder = (): boolean =>
    (inOrder[front]?.id ?? Number.POSITIVE_INFINITY) < (outOfOrder.peek()?.id ?? Number.POSITIVE_INFINITY)
  const drop = (): void => {
    if (isFirstInOrder()) advance()
    else outOfOrder.pop()
  }
  const peek = (): Item | undefined => {
    for (;;) {
      const first = isFirstInOrder() ? inOrder[front] : outOfOrder.peek()
      if (first === undefined || isWaiting(first)) return first
      drop()
    }
  }

  return {
    add: (item) => {
      const last = inOrder.at(-1)
      if (last === undefined || last.id < item.id) inOrder.push(item)
      else outOfOrder.push(item)
    },
    peek,
    take: () => {
      const first = peek()
      if (first !== undefined) drop()
      return first
    },
  }
}
