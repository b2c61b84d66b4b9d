// A received Service Bus message as the Functions host hands it to the library.
import type { ServiceBusReceivedMessage } from '@azure/service-bus'
import type { RpcTypedData } from './core-types.ts'

/** As the host hands it over: text, else bytes; JSON is left to the library to recognise. */
export const dataOf = ({ body }: ServiceBusReceivedMessage): RpcTypedData => {
  if (typeof body === 'string') return { string: body }
  return body instanceof Uint8Array ? { bytes: body } : { string: JSON.stringify(body ?? null) }
}

const mayBeJson = /^\s*(?:["[{]|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*$|(?:true|false|null)\s*$)/i

/**
 * The library tries to read every text as JSON, and the exceptions of those that are none take longer than all else that it does with a
 * message. So these go as JSON strings, which come out the same.
 */
const textData = (text: string): RpcTypedData =>
  mayBeJson.test(text) ? { string: text } : { json: JSON.stringify(text) }

/** The trigger's metadata, named as the Azure host names it before the library puts the first letter in lower case. */
export const metadataOf = (message: ServiceBusReceivedMessage): Record<string, RpcTypedData> => {
  const text: Record<string, string | undefined> = {
    MessageId: message.messageId === undefined ? undefined : String(message.messageId),
    SequenceNumber: message.sequenceNumber?.toString(),
    // The extension counts deliveries from 1, AMQP counts those that failed before.
    DeliveryCount: String((message.deliveryCount ?? 0) + 1),
    EnqueuedTimeUtc: message.enqueuedTimeUtc?.toISOString(),
    ExpiresAtUtc: message.expiresAtUtc?.toISOString(),
    LockToken: message.lockToken,
    CorrelationId: message.correlationId === undefined ? undefined : String(message.correlationId),
    Subject: message.subject,
    To: message.to,
    ReplyTo: message.replyTo,
    ContentType: message.contentType,
    PartitionKey: message.partitionKey,
    SessionId: message.sessionId,
    DeadLetterReason: message.deadLetterReason,
    DeadLetterSource: message.deadLetterSource,
  }
  const properties = JSON.stringify(message.applicationProperties ?? {})
  const known = Object.entries(text).flatMap(([name, value]) => (value === undefined ? [] : [[name, textData(value)]]))
  return {
    ...Object.fromEntries(known),
    ApplicationProperties: { json: properties },
    UserProperties: { json: properties },
  }
}
