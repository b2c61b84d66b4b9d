// Makes and reads events of the catalogue: what is published fits it, and what arrives is believed only as far as it fits.
import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import { AppError } from '../errors.ts'
import { plainWords } from '../schema/plain-words.ts'
import { currentTrace, newTrace, outgoingTraceparent } from '../telemetry/trace.ts'
import { parseStrictJson } from '../schema/strict-json.ts'
import { type EventData, type EventName, type ReadEventData, catalogue, isEventName } from './catalogue.ts'
import { CloudEvent, ReceivedEvent, dataSchemaOf, dataSchemaStart, eventIdLengthMax } from './cloud-event.ts'
import { shortId } from './short-id.ts'

/** An event whose type, version, publisher and data have been checked, as far as somebody here needs it. */
export type Event<Name extends EventName = EventName> = {
  [Type in Name]: Pick<CloudEvent, 'id' | 'source' | 'subject' | 'time' | 'tenantid' | 'traceparent'> & {
    readonly type: Type
    readonly data: ReadEventData<Type>
  }
}[Name]

type NewEvent<Name extends EventName> = {
  readonly type: Name
  readonly tenantId: string
  /** What it is about: the id of a repository, a user, a finding. */
  readonly subject?: string
  readonly data: EventData<Name>
  readonly now: Date
  /** The same cause gives the same id, so that a repetition is recognised. A random one unless told. */
  readonly id?: string
}

/** Throws `internal` for data that breaks the catalogue: that is a fault of ours. */
export const newEvent = <Name extends EventName>({
  type,
  tenantId,
  subject,
  data,
  now,
  id,
}: NewEvent<Name>): CloudEvent => {
  const { version, publisher, data: schema } = catalogue[type]
  const checked = schema.safeParse(data, { error: plainWords })
  if (!checked.success)
    throw new AppError('internal', `An event ${type} could not be created: its data breaks the catalogue.`, {
      cause: checked.error,
    })
  return CloudEvent.parse({
    specversion: '1.0',
    id: id ?? randomUUID(),
    source: `/products/${publisher}`,
    type,
    ...(subject !== undefined && { subject }),
    time: now.toISOString(),
    datacontenttype: 'application/json',
    dataschema: dataSchemaOf(type, version),
    tenantid: tenantId,
    traceparent: outgoingTraceparent(currentTrace() ?? newTrace()),
    data: checked.data,
  })
}

/**
 * What a message carries, read as the standard and the catalogue allow. Throws `event-not-understood` naming what is wrong: not an event, a
 * type or version that we do not know, or data without what is needed; `publisher-not-allowed` when it comes from another product than may
 * publish it.
 * @param from.sentBy slug of the product whose key the bus accepted the event with
 * @param from.receivedAt the time of an event that names none
 */
export const readEvent = (
  body: unknown,
  { sentBy, receivedAt }: { readonly sentBy: string | undefined; readonly receivedAt: Date },
): Event => {
  const envelope = ReceivedEvent.safeParse(body, { error: plainWords })
  if (!envelope.success) throw notUnderstood(`it is no CloudEvent: ${faultsOf(envelope.error)}`, envelope.error)
  const { type, source, dataschema, id, subject, tenantid, traceparent, time } = envelope.data
  if (!isEventName(type)) throw notUnderstood('its type is not known')
  const { version, publisher, read } = catalogue[type]
  if (sentBy !== publisher || isOtherProduct(source, publisher))
    throw new AppError('publisher-not-allowed', `The message cannot be handled: only ${publisher} may publish ${type}.`)
  if (dataschema?.startsWith(dataSchemaStart) === true && dataschema !== dataSchemaOf(type, version))
    throw notUnderstood(`this suite knows only version ${version} of ${type}`)
  const data = read.safeParse(dataOf(envelope.data), { error: plainWords })
  if (!data.success)
    throw notUnderstood(`the data of ${type} lacks what is needed: ${faultsOf(data.error)}`, data.error)
  return {
    id: shortId(id, eventIdLengthMax),
    source,
    type,
    ...(subject !== undefined && { subject }),
    time: time ?? receivedAt.toISOString(),
    tenantid,
    ...(traceparent !== undefined && { traceparent }),
    data: data.data,
  } as Event
}

/** The bus vouches for the publisher. A source may be any URI, but one of our form must not name somebody else. */
const isOtherProduct = (source: string, publisher: string): boolean =>
  source.startsWith('/products/') && source !== `/products/${publisher}`

const dataOf = ({ data, data_base64: bytes }: ReceivedEvent): unknown => {
  if (bytes === undefined) return data
  try {
    return parseStrictJson(Buffer.from(bytes, 'base64').toString())
  } catch (cause) {
    throw notUnderstood('its data is not valid JSON', cause)
  }
}

const faultsOf = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.map(String).join('.') || 'the whole'} (${message})`)
    .join(', ')

const notUnderstood = (why: string, cause?: unknown): AppError =>
  new AppError('event-not-understood', `The message cannot be handled: ${why}.`, { cause })
