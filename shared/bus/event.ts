// Makes and reads events of the catalogue: what is published fits it, and what arrives is believed only as far as it fits.
import { randomUUID } from 'node:crypto'
import { AppError } from '../errors.ts'
import { currentTrace, newTrace, outgoingTraceparent } from '../telemetry/trace.ts'
import { type EventData, type EventName, catalogue, isEventName } from './catalogue.ts'
import { CloudEvent, dataSchemaOf } from './cloud-event.ts'

/** An event whose type, version, publisher and data have been checked. */
export type Event<Name extends EventName = EventName> = {
  [Type in Name]: Pick<CloudEvent, 'id' | 'source' | 'subject' | 'time' | 'tenantid' | 'traceparent'> & {
    readonly type: Type
    readonly data: EventData<Type>
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
  const checked = schema.safeParse(data)
  if (!checked.success)
    throw new AppError('internal', `An event ${type} could not be made: its data breaks the catalogue.`, {
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
 * What a message carries. Throws `event-not-understood` naming what is wrong: not an event, a type or version that we do not know,
 * or data that breaks the catalogue; `publisher-not-allowed` when it comes from another product than may publish it.
 * @param sentBy slug of the product whose key the bus accepted the event with
 */
export const readEvent = (body: unknown, sentBy: string | undefined): Event => {
  const envelope = CloudEvent.safeParse(body)
  if (!envelope.success) throw notUnderstood('it is no CloudEvent', envelope.error)
  const { type, source, dataschema } = envelope.data
  if (!isEventName(type)) throw notUnderstood('its type is not known')
  const { version, publisher, data } = catalogue[type]
  if (source !== `/products/${publisher}` || sentBy !== publisher)
    throw new AppError('publisher-not-allowed', `The message cannot be handled: only ${publisher} may publish ${type}.`)
  if (dataschema !== dataSchemaOf(type, version))
    throw notUnderstood(`only version ${version} of ${type} is known here`)
  const checked = data.safeParse(envelope.data.data)
  if (!checked.success) throw notUnderstood(`the data of ${type} breaks its schema`, checked.error)
  return { ...envelope.data, type, data: checked.data } as unknown as Event
}

const notUnderstood = (why: string, cause?: unknown): AppError =>
  new AppError('event-not-understood', `The message cannot be handled: ${why}.`, { cause })
