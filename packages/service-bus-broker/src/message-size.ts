// How large a message may be.
import { RefusedError, conditions } from './amqp.ts'

/** A message with all its properties, or a batch of them, on the Standard tier. */
export const messageBytesMax = 256 * 1_024

/** @throws RefusedError in the words of Service Bus */
export const refuseTooLarge = (bytes: number, what: string): void => {
  if (bytes <= messageBytesMax) return
  const description = `${what} exceeds the limit (${messageBytesMax} bytes) currently allowed on the link.`
  throw new RefusedError(conditions.messageTooLarge, description)
}
