// Settles messages of a receiver so that none gets the outcome of its neighbour.
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus'

export type Outcome = 'complete' | 'abandon'

/** Resolves when the broker has answered; rejects with what the SDK throws, and the next ones go on. */
export type Settle = (message: ServiceBusReceivedMessage, outcome: Outcome) => Promise<void>

/** Settlements of one outcome, which may be under way at the same time. */
type Group = { readonly outcome: Outcome; readonly begins: Promise<unknown>; readonly open: Set<Promise<void>> }

/**
 * One outcome after the other on a receiver: rhea 3.0.5 writes the outcomes of two neighbouring deliveries as one when both are given
 * at once, so that a message that was given back would be completed with its neighbour, and lost. Equal outcomes need not wait for
 * each other. Whoever comes after another outcome waits for it, so that none waits for ever.
 */
export const createSettling = (receiver: Pick<ServiceBusReceiver, 'completeMessage' | 'abandonMessage'>): Settle => {
  let last: Group = { outcome: 'complete', begins: Promise.resolve(), open: new Set() }
  const settle = async ({ begins }: Group, message: ServiceBusReceivedMessage, outcome: Outcome): Promise<void> => {
    await begins
    await (outcome === 'complete' ? receiver.completeMessage(message) : receiver.abandonMessage(message))
  }
  return (message, outcome) => {
    if (outcome !== last.outcome) last = { outcome, begins: Promise.allSettled(last.open), open: new Set() }
    const { open } = last
    const settled = settle(last, message, outcome)
    open.add(settled)
    const close = (): boolean => open.delete(settled)
    settled.then(close, close)
    return settled
  }
}
