// Which of the waiting messages the next turn takes.
import { endedTask, eventTypes, isControl, openTasks, stepsRetry } from './history.ts'
import type { InstanceState, Message } from './instance.ts'

/** So that a turn's one transaction, which deletes their rows, has room for its other rows: 100 operations is the limit. */
const messagesMax = 40

export type Batch = {
  /** What the turn handles, in order. One control message, or any number of others. */
  readonly taken: readonly Message[]
  /** What nobody waits for any more: a second completion of a task, or one of an execution that continued as new. */
  readonly stale: readonly Message[]
}

const isUsable = (state: InstanceState, message: Message): boolean =>
  state.status !== 'Suspended' ||
  message.event.EventType === eventTypes.ExecutionTerminated ||
  message.event.EventType === eventTypes.ExecutionResumed

/**
 * A step of a retry is taken alone: the library takes an id as soon as it reads one, in the middle of a turn, and only then is it
 * certain which. A suspended instance takes nothing but what ends that.
 */
export const nextBatch = (state: InstanceState, queue: readonly Message[]): Batch => {
  const open = openTasks(state.history)
  const taken: Message[] = []
  const stale: Message[] = []
  for (const message of queue.filter((waiting) => isUsable(state, waiting))) {
    if (taken.length + stale.length >= messagesMax) break
    const { event, executionId } = message
    const ended = endedTask(event)
    if (ended !== undefined && (executionId !== state.executionId || !open.has(ended))) {
      stale.push(message)
      continue
    }
    const isAlone = isControl(event) || stepsRetry(event, open)
    if (isAlone && taken.length > 0) break
    taken.push(message)
    if (ended !== undefined) open.delete(ended)
    if (isAlone) break
  }
  return { taken, stale }
}
