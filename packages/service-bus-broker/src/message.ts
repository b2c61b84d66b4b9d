// An AMQP 1.0 message as the broker keeps it: sections as bytes, so that what the receiver gets is what the sender wrote.
// Sections: AMQP 1.0 part 3.2. Annotations: "AMQP 1.0 in Azure Service Bus" (Microsoft Learn).
import { randomUUID } from 'node:crypto'
import { type AmqpValue, RefusedError, conditions, types } from './amqp.ts'

const codes = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  annotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
} as const

/** The system properties that correlation filters know, by their names in Azure. */
export type SystemProperties = {
  readonly messageId: string
  readonly to?: string
  readonly label?: string
  readonly replyTo?: string
  readonly correlationId?: string
  readonly contentType?: string
  readonly sessionId?: string
  readonly replyToSessionId?: string
}

export type Message = {
  /** Annotations, properties, application properties, body and footer, as bytes. */
  readonly content: Buffer
  readonly system: SystemProperties
  readonly applicationProperties: Readonly<Record<string, unknown>>
  /** Time to live in ms that the sender asked for. */
  readonly ttl?: number
  /** Unix time in ms from which on it may be received. */
  readonly scheduledFor?: number
}

type Section = { readonly code: number; readonly value: AmqpValue; readonly bytes: Buffer }

/** @throws RefusedError when the bytes are not an AMQP message */
const readSections = (bytes: Buffer): readonly Section[] => {
  const sections: Section[] = []
  try {
    const reader = new types.Reader(bytes)
    while (reader.remaining() > 0) {
      const start = reader.position
      const value = reader.read()
      const code = Number((value.descriptor as { value?: unknown } | undefined)?.value)
      sections.push({ code, value, bytes: bytes.subarray(start, reader.position) })
    }
  } catch (cause) {
    throw new RefusedError(conditions.decodeError, 'The message is not a valid AMQP 1.0 message.', { cause })
  }
  return sections
}

const described = (code: number, value: AmqpValue): AmqpValue => types.described(types.wrap_ulong(code), value)

const encode = (...values: readonly AmqpValue[]): Buffer => {
  const writer = new types.Writer()
  for (const value of values) writer.write(value)
  return writer.toBuffer()
}

/** Keys and values of a map in turn, or the fields of a list. */
const itemsOf = (section: Section | undefined): readonly AmqpValue[] =>
  (section?.value.value as readonly AmqpValue[] | undefined) ?? []

/** Set by the broker alone: what a sender gives under these names is left out. */
const brokerAnnotations = new Set([
  'x-opt-sequence-number',
  'x-opt-enqueued-time',
  'x-opt-enqueue-sequence-number',
  'x-opt-locked-until',
  'x-opt-message-state',
  'x-opt-deadletter-source',
])

const pairsOf = (section: Section | undefined): readonly (readonly [AmqpValue, AmqpValue])[] => {
  const items = itemsOf(section)
  return Array.from({ length: Math.floor(items.length / 2) }, (_, index) => [
    items[2 * index] as AmqpValue,
    items[2 * index + 1] as AmqpValue,
  ])
}

const mapSection = (code: number, pairs: readonly (readonly [AmqpValue, AmqpValue])[]): Buffer =>
  pairs.length === 0 ? Buffer.alloc(0) : encode(described(code, types.Map32(pairs.flat())))

/** An id may be a string, a number, a UUID or bytes. */
const textOf = (value: unknown): string | undefined => {
  if (value === undefined || value === null) return undefined
  return Buffer.isBuffer(value) ? value.toString('hex') : `${value as string | number}`
}

const propertyNames = [
  'messageId',
  undefined,
  'to',
  'label',
  'replyTo',
  'correlationId',
  'contentType',
  undefined,
  undefined,
  undefined,
  'sessionId',
  undefined,
  'replyToSessionId',
] as const

const readProperties = (section: Section | undefined): Partial<SystemProperties> => {
  const fields = itemsOf(section)
  const named = propertyNames.flatMap((name, index) => {
    const text = textOf(fields[index]?.value)
    return name === undefined || text === undefined ? [] : [[name, text] as const]
  })
  return Object.fromEntries(named)
}

/** The SDK cannot settle a message without an id, so one without gets one. */
const withMessageId = (section: Section | undefined, id: string): Buffer =>
  encode(described(codes.properties, types.List32([types.wrap_string(id), ...itemsOf(section).slice(1)])))

/** @throws RefusedError when the bytes are not an AMQP message */
export const parseMessage = (bytes: Buffer): Message => {
  const sections = readSections(bytes)
  const find = (code: number): Section | undefined => sections.find((section) => section.code === code)
  const header = itemsOf(find(codes.header))
  const annotations = pairsOf(find(codes.annotations)).filter(([key]) => !brokerAnnotations.has(String(key.value)))
  const given = readProperties(find(codes.properties))
  const messageId = given.messageId ?? randomUUID().replaceAll('-', '')
  const ttl = header[2]?.value as number | null | undefined
  const scheduledFor = annotations.find(([key]) => key.value === 'x-opt-scheduled-enqueue-time')?.[1].value
  const parts = sections.flatMap(({ code, bytes: part }) => (code > codes.properties ? [part] : []))
  const properties =
    given.messageId === undefined
      ? withMessageId(find(codes.properties), messageId)
      : (find(codes.properties)?.bytes ?? Buffer.alloc(0))
  return {
    content: Buffer.concat([mapSection(codes.annotations, annotations), properties, ...parts]),
    system: { ...given, messageId },
    applicationProperties: Object.fromEntries(
      pairsOf(find(codes.applicationProperties)).map(([key, value]) => [String(key.value), types.unwrap(value)]),
    ),
    ...(typeof ttl === 'number' && { ttl }),
    ...(scheduledFor instanceof Date && { scheduledFor: scheduledFor.getTime() }),
  }
}

/** The messages that one transfer of the batch format carries: each data section is a message. */
export const splitBatch = (bytes: Buffer): readonly Buffer[] =>
  readSections(bytes).flatMap(({ code, value }) => (code === 0x75 ? [value.value as Buffer] : []))

/** Sets application properties and leaves all else as it is. */
export const setApplicationProperties = (content: Buffer, changes: Readonly<Record<string, unknown>>): Buffer => {
  const sections = readSections(content)
  const kept = pairsOf(sections.find(({ code }) => code === codes.applicationProperties)).filter(
    ([key]) => !Object.hasOwn(changes, String(key.value)),
  )
  const added = Object.entries(changes)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => [types.wrap_string(key), types.wrap(value)] as const)
  const changed = mapSection(codes.applicationProperties, [...kept, ...added])
  const bytesOf = (matches: (code: number) => boolean): Buffer[] =>
    sections.filter(({ code }) => matches(code)).map(({ bytes }) => bytes)
  return Buffer.concat([
    ...bytesOf((code) => code < codes.applicationProperties),
    changed,
    ...bytesOf((code) => code > codes.applicationProperties),
  ])
}

/** What the broker adds to a message when it hands it out. Times are Unix times in ms. */
export type Delivered = {
  readonly sequenceNumber: number
  readonly originSequence: number
  /** Deliveries that failed so far. */
  readonly deliveryCount: number
  readonly enqueuedAt: number
  readonly expiresAt: number | undefined
  readonly lockedUntil?: number
  readonly state: 'active' | 'deferred' | 'scheduled'
}

const stateNumbers = { active: 0, deferred: 1, scheduled: 2 } as const
const uintMax = 0xff_ff_ff_ff

export const encodeForReceiver = (content: Buffer, delivered: Delivered): Buffer => {
  const { enqueuedAt, expiresAt, lockedUntil } = delivered
  const ttl = expiresAt === undefined ? undefined : expiresAt - enqueuedAt
  const header = types.List8([
    types.Null(),
    types.Null(),
    ttl !== undefined && ttl <= uintMax ? types.wrap_uint(ttl) : types.Null(),
    types.Null(),
    types.wrap_uint(delivered.deliveryCount),
  ])
  const annotations: [string, AmqpValue][] = [
    ['x-opt-sequence-number', types.wrap_long(delivered.sequenceNumber)],
    ['x-opt-enqueue-sequence-number', types.wrap_long(delivered.originSequence)],
    ['x-opt-enqueued-time', types.wrap_timestamp(enqueuedAt)],
    ['x-opt-message-state', types.wrap_int(stateNumbers[delivered.state])],
  ]
  if (lockedUntil !== undefined) annotations.push(['x-opt-locked-until', types.wrap_timestamp(lockedUntil)])
  const { own, rest } = splitAnnotations(content)
  const all = [...own, ...annotations.flatMap(([key, value]) => [types.wrap_symbol(key), value])]
  const front = encode(described(codes.header, header), described(codes.annotations, types.Map32(all)))
  return Buffer.concat([front, rest])
}

/** The sender's own annotations are the first section if there are any. */
const splitAnnotations = (content: Buffer): { readonly own: readonly AmqpValue[]; readonly rest: Buffer } => {
  if (content[0] !== 0 || content[1] !== 0x53 || content[2] !== codes.annotations) return { own: [], rest: content }
  const reader = new types.Reader(content)
  const own = reader.read().value as readonly AmqpValue[]
  return { own, rest: content.subarray(reader.position) }
}
