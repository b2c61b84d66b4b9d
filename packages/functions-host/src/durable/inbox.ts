// Stores what is sent to an instance before anybody is told that it arrived. What comes at the same time is stored in one transaction.
import type { Message } from './instance.ts'
import type { NewMessage } from './task-hub.ts'

type Waiting = {
  readonly message: NewMessage
  readonly stored: () => void
  readonly failed: (error: unknown) => void
}

const messagesMax = 50

export type Inbox = {
  /** Resolves once the message is stored and in the queue. Messages keep the order in which they were given. */
  readonly post: (message: Pick<Message, 'event' | 'executionId'>) => Promise<void>
}

export const createInbox = (
  firstNumber: number,
  store: (messages: readonly NewMessage[]) => Promise<readonly Message[]>,
  onStored: (messages: readonly Message[]) => void,
): Inbox => {
  let nextNumber = firstNumber
  let isWriting = false
  const waiting: Waiting[] = []
  const write = async (): Promise<void> => {
    if (isWriting) return
    isWriting = true
    while (waiting.length > 0) {
      const some = waiting.splice(0, messagesMax)
      try {
        onStored(await store(some.map(({ message }) => message)))
        for (const { stored } of some) stored()
      } catch (error) {
        for (const { failed } of some) failed(error)
      }
    }
    isWriting = false
  }
  return {
    post: (message) =>
      new Promise((resolve, reject) => {
        waiting.push({ message: { ...message, number: nextNumber }, stored: resolve, failed: reject })
        nextNumber += 1
        void write()
      }),
  }
}
