// The part of rhea's type system that the broker writes and reads with: values that keep their AMQP type on the way through.
import rhea, { type Typed } from 'rhea'

type Create = (value?: unknown) => Typed

type AmqpTypes = {
  readonly Null: Create
  readonly List8: Create
  readonly List32: Create
  readonly Map32: Create
  readonly Uint: Create
  readonly Ubyte: Create
  readonly wrap: Create
  readonly wrap_binary: Create
  readonly wrap_boolean: Create
  readonly wrap_int: Create
  readonly wrap_long: Create
  readonly wrap_string: Create
  readonly wrap_symbol: Create
  readonly wrap_timestamp: Create
  readonly wrap_uint: Create
  readonly wrap_ulong: Create
  readonly wrap_uuid: Create
  readonly wrap_array: (values: readonly unknown[], typeCode: number) => Typed
  readonly described: (descriptor: Typed, value: Typed) => Typed
  readonly unwrap: (value: Typed) => unknown
  readonly is_map: (value: Typed) => boolean
  readonly Reader: new (buffer: Buffer) => {
    readonly position: number
    readonly read: () => Typed
    readonly remaining: () => number
  }
  readonly Writer: new () => { readonly write: (value: Typed) => void; readonly toBuffer: () => Buffer }
}

/** rhea's declarations leave out most of what its module has. */
export const types = rhea.types as unknown as AmqpTypes

export type AmqpValue = Typed

/** What `disposition` answers to a sender or a receiver, e.g. `accepted`. */
type Outcomes = {
  readonly accepted: () => { readonly described: () => unknown }
  readonly rejected: (fields: { readonly error: AmqpError }) => { readonly described: () => unknown }
}

export type AmqpError = { readonly condition: string; readonly description: string }

const outcomes = rhea.message as unknown as Outcomes

export const accepted = (): unknown => outcomes.accepted().described()
export const rejected = (error: AmqpError): unknown => outcomes.rejected({ error }).described()

/** Error conditions as Service Bus names them: the SDK derives the `code` of its errors from them. */
export const conditions = {
  notFound: 'amqp:not-found',
  notAllowed: 'amqp:not-allowed',
  notImplemented: 'amqp:not-implemented',
  decodeError: 'amqp:decode-error',
  internalError: 'amqp:internal-error',
  messageTooLarge: 'amqp:link:message-size-exceeded',
  lockLost: 'com.microsoft:message-lock-lost',
  messageNotFound: 'com.microsoft:message-not-found',
} as const

/** A request that is refused, with the condition that the client gets to see. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly condition: string
  constructor(condition: string, description: string, options?: ErrorOptions) {
    super(description, options)
    this.condition = condition
  }
}

/** A long arrives as a number, or as 8 bytes where rhea finds it too large or the sender wrote it so. */
export const longOf = (value: unknown): number =>
  Buffer.isBuffer(value) ? Number(value.readBigInt64BE(0)) : Number(value)
