// A received Service Bus message as the Functions host hands it to the library.
import type { ServiceBusReceivedMessage } from '@azure/service-bus'
import type { RpcTypedData } from './core-types.ts'

/** What the binding asks for; `string` unless it says otherwise. */
export type DataType = 'string' | 'binary'

/** Of what is neither text nor bytes (an AMQP value) the JSON. */
const textOf = ({ body }: ServiceBusReceivedMessage): string => {
  if (typeof body === 'string') return body
  return body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : JSON.stringify(body ?? null)
}

/**
 * As the host hands it over: text, in which the library looks for JSON, or bytes (GrpcMessageConversionExtensions.cs, `ToRpc`).
 * @param message received with `skipParsingBodyAsJson`
 */
export const dataOf = (message: ServiceBusReceivedMessage, dataType: DataType): RpcTypedData => {
  if (dataType === 'string') return { string: textOf(message) }
  return { bytes: message.body instanceof Uint8Array ? message.body : Buffer.from(textOf(message)) }
}

const mayBeJson = /^\s*(?:["[{]|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\s*$|(?:true|false|null)\s*$)/i

/**
 * The library tries to read every text as JSON, and the exceptions of those that are none take longer than all else that it does with a
 * message. So these go as JSON strings, which come out the same.
 */
const textData = (text: string): RpcTypedData =>
  mayBeJson.test(text) ? { string: text } : { json: JSON.stringify(text) }

/**
 * The trigger's metadata, named as the Azure host names it before the library puts the first letter in lower case. **The body wins**:
 * of a text that is a JSON object the host copies each member over it, whatever its case; of bytes it copies nothing.
 */
export const metadataOf = (message: ServiceBusReceivedMessage, dataType: DataType): Record<string, RpcTypedData> => {
  const own = ownMetadataOf(message)
  if (dataType === 'binary') return own
  const names = new Map(Object.keys(own).map((name) => [name.toLowerCase(), name]))
  for (const [name, data] of bodyMembersOf(textOf(message))) {
    const known = names.get(name.toLowerCase()) ?? name
    names.set(name.toLowerCase(), known)
    own[known] = data
  }
  return own
}

/**
 * Utility.cs of azure-functions-host, `ApplyBindingData` and `ConvertPropertyValue`: objects as such, anything else as text, but neither
 * arrays nor null. (.NET writes a text that is a date in a form of its own, which is left out here.)
 */
const bodyMembersOf = (text: string): Array<[string, RpcTypedData]> => {
  const trimmed = text.trim()
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) return []
  let members: Readonly<Record<string, string | number | boolean | object | null>>
  try {
    members = JSON.parse(trimmed) as typeof members
  } catch {
    // No JSON for all that: the host takes it for a text like any other.
    return []
  }
  return Object.entries(members).flatMap(([name, value]): Array<[string, RpcTypedData]> => {
    if (value === null || Array.isArray(value)) return []
    if (typeof value === 'object') return [[name, { json: JSON.stringify(value) }]]
    if (typeof value === 'boolean') return [[name, textData(value ? 'True' : 'False')]]
    return [[name, textData(String(value))]]
  })
}

const ownMetadataOf = (message: ServiceBusReceivedMessage): Record<string, RpcTypedData> => {
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
