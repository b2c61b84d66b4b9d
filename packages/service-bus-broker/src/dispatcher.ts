// Hands the messages that wait in a queue to those who receive from it, in turn, as far as their credit goes.
import type { Handed, Queue, TakeMode } from './queue.ts'

export type Consumer = {
  readonly mode: TakeMode
  /** How many more messages it takes now. */
  readonly capacity: () => number
  readonly deliver: (handed: Handed) => void
  /** Called after each round: nothing more comes for now. */
  readonly roundEnded: () => void
}

export type Dispatcher = {
  readonly add: (queue: Queue, consumer: Consumer) => void
  readonly remove: (queue: Queue, consumer: Consumer) => void
  /** Has the queue looked at in the next round. */
  readonly mark: (queue: Queue) => void
  readonly run: () => void
}

export const createDispatcher = (): Dispatcher => {
  const consumers = new Map<Queue, Consumer[]>()
  const marked = new Set<Queue>()

  const runQueue = (queue: Queue): void => {
    const all = consumers.get(queue) ?? []
    let open = all.map((consumer) => ({ consumer, left: consumer.capacity() })).filter(({ left }) => left > 0)
    while (open.length > 0 && queue.hasReady()) {
      for (const entry of open) {
        const handed = queue.take(entry.consumer.mode)
        if (handed === undefined) break
        entry.consumer.deliver(handed)
        entry.left -= 1
        // The one that was served goes to the end, so that a single message does not always go to the same one.
        const index = all.indexOf(entry.consumer)
        all.push(...all.splice(index, 1))
      }
      open = open.filter(({ left }) => left > 0)
    }
    for (const { roundEnded } of all) roundEnded()
  }

  return {
    add: (queue, consumer) => {
      consumers.set(queue, [...(consumers.get(queue) ?? []), consumer])
      marked.add(queue)
    },
    remove: (queue, consumer) => {
      const left = (consumers.get(queue) ?? []).filter((each) => each !== consumer)
      if (left.length > 0) consumers.set(queue, left)
      else consumers.delete(queue)
    },
    mark: (queue) => {
      marked.add(queue)
    },
    run: () => {
      // Handing one out may expire others, which makes their dead-letter queue ready.
      for (const queue of marked) {
        marked.delete(queue)
        runQueue(queue)
      }
    },
  }
}
