// A message as the Functions host delivers it to a subscriber, read without trusting any of it.
import type { InvocationContext } from '@azure/functions'
import { randomUUID } from 'node:crypto'
import { type ParkedAt, replayProperties } from '../incidents/replay-properties.ts'
import { parseStrictJson } from '../schema/strict-json.ts'

export type SubscriberMessage = {
  readonly messageId: string
  /** As text, or base64 of what is no UTF-8. */
  readonly body: string
  readonly bodyEncoding: 'text' | 'base64'
  /** The body when it is JSON. */
  readonly json: unknown
  readonly contentType?: string
  /** Slug of the product whose key the bus accepted it with. */
  readonly publisher?: string
  /** 1 for the first time; grows with each time that it was sent again for later. */
  readonly attempt: number
  readonly firstAttemptAt: Date
  /** An incident says already that it does not get through. */
  readonly isReported: boolean
  /** Where it was parked before. */
  readonly parkedAt?: ParkedAt
}

const attemptProperty = 'attempt'
const firstAttemptProperty = 'firstattemptat'
const reportedProperty = 'reported'

/** The properties with which a message is sent again for later. */
export const retryProperties = (
  message: SubscriberMessage,
  type: string | undefined,
): Readonly<Record<string, string | number>> => ({
  ...(type !== undefined && { type }),
  ...(message.publisher !== undefined && { publisher: message.publisher }),
  ...(message.parkedAt && replayProperties.write(message.parkedAt)),
  [attemptProperty]: message.attempt + 1,
  [firstAttemptProperty]: message.firstAttemptAt.toISOString(),
  ...(message.isReported && { [reportedProperty]: 'yes' }),
})

/** What the host, or a sweep, knows of a message. */
export type RawMessage = {
  readonly messageId: string
  /** An object when it was JSON, else text or bytes. */
  readonly body: unknown
  readonly contentType: string | undefined
  readonly properties: Readonly<Record<string, unknown>>
}

/** @param delivered the trigger's input */
export const deliveredMessage = (
  delivered: unknown,
  { triggerMetadata = {} }: Pick<InvocationContext, 'triggerMetadata'>,
): RawMessage => ({
  messageId: textOf(triggerMetadata['messageId']) ?? placeOf(triggerMetadata['sequenceNumber']),
  body: delivered,
  contentType: textOf(triggerMetadata['contentType']),
  properties: objectOf(triggerMetadata['applicationProperties'] ?? triggerMetadata['userProperties']),
})

export const readMessage = ({ messageId, body, contentType, properties }: RawMessage, now: Date): SubscriberMessage => {
  const parkedAt = replayProperties.read(properties)
  const firstAttemptAt = Date.parse(textOf(properties[firstAttemptProperty]) ?? '')
  const publisher = textOf(properties['publisher'])
  return {
    messageId,
    ...bodyOf(body),
    ...(contentType !== undefined && { contentType }),
    ...(publisher !== undefined && { publisher }),
    attempt: countOf(properties[attemptProperty], 1),
    // A time that lies ahead would have it tried for ever.
    firstAttemptAt: firstAttemptAt < now.getTime() ? new Date(firstAttemptAt) : now,
    isReported: properties[reportedProperty] !== undefined,
    ...(parkedAt && { parkedAt: { ...parkedAt, replays: countOf(parkedAt.replays, 0) } }),
  }
}

/** The host turns an id of digits into a number, which need not be exact: the place in the queue tells the message apart then. */
const placeOf = (sequenceNumber: unknown): string =>
  typeof sequenceNumber === 'number' || typeof sequenceNumber === 'string' ? `sequence-${sequenceNumber}` : randomUUID()

/** Digits of a count become part of a message id, which has no room for many. */
const countMax = 9_999

const countOf = (value: unknown, least: number): number => {
  const count = Number(value)
  return Number.isInteger(count) && count >= least && count <= countMax ? count : least
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** The host hands properties over as an object, or as JSON. */
const objectOf = (value: unknown): Readonly<Record<string, unknown>> => {
  const parsed = typeof value === 'string' ? jsonOf(value) : value
  return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
}

const jsonOf = (text: string): unknown => {
  try {
    return parseStrictJson(text)
  } catch {
    return undefined
  }
}

const bodyOf = (delivered: unknown): Pick<SubscriberMessage, 'body' | 'bodyEncoding' | 'json'> => {
  if (typeof delivered === 'string') return { body: delivered, bodyEncoding: 'text', json: jsonOf(delivered) }
  if (!(delivered instanceof Uint8Array))
    return { body: JSON.stringify(delivered ?? null), bodyEncoding: 'text', json: delivered }
  try {
    const body = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(delivered)
    return { body, bodyEncoding: 'text', json: jsonOf(body) }
  } catch {
    // No text: kept as it is, for whoever looks at it.
    return { body: Buffer.from(delivered).toString('base64'), bodyEncoding: 'base64', json: undefined }
  }
}
