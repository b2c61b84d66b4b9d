// Counts messages as they are handled, and says how fast: after some to warm up, so that both process and connection are under way.

/** How many a queue is filled with. */
export const messageCount = 2_000
const warmUpCount = 500

export type Drained = { readonly messages: number; readonly ms: number; readonly messagesPerSecond: number }

/** @param onDrained called with the last message. @returns to be called for each message */
export const createDrain = (onDrained: (drained: Drained) => void): (() => void) => {
  let handled = 0
  let begun = 0
  return () => {
    handled += 1
    if (handled === warmUpCount) begun = performance.now()
    if (handled !== messageCount) return
    const messages = messageCount - warmUpCount
    const ms = performance.now() - begun
    onDrained({ messages, ms, messagesPerSecond: (messages * 1_000) / ms })
  }
}

/** A line of output that says so, from a process whose output has other lines too. */
export const drainedLine = {
  write: (drained: Drained): void => console.log(`drained ${JSON.stringify(drained)}`),
  read: (line: string): Drained | undefined =>
    line.startsWith('drained ') ? (JSON.parse(line.slice('drained '.length)) as Drained) : undefined,
}
