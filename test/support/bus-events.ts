// Publishes to The One Bus as another product does: whole events, repeated and out of order ones, and what is none.
import { randomUUID } from 'node:crypto'
import { publisherKeys } from '../../local/stand-ins/publisher-keys.ts'
import { type EventData, type EventName, catalogue } from '../../shared/bus/catalogue.ts'
import { type CloudEvent, dataSchemaOf } from '../../shared/bus/cloud-event.ts'

type Given<Name extends EventName> = {
  readonly type: Name
  readonly tenantId: string
  readonly data: EventData<Name>
  readonly id?: string
  readonly time?: string
}

export const eventOf = <Name extends EventName>({ type, tenantId, data, id, time }: Given<Name>): CloudEvent => ({
  specversion: '1.0',
  id: id ?? randomUUID(),
  source: `/products/${catalogue[type].publisher}`,
  type,
  time: time ?? new Date().toISOString(),
  datacontenttype: 'application/json',
  dataschema: dataSchemaOf(type, catalogue[type].version),
  tenantid: tenantId,
  data,
})

const attemptsMax = 20

/** Repeats what the bus could not take for now, or did not answer, as every publisher has to. */
export const publish = async (busUrl: string, publisher: keyof typeof publisherKeys, event: unknown): Promise<void> => {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const outcome = await tryToPublish(busUrl, publisherKeys[publisher], event)
    if (outcome === 'accepted') return
    if (outcome !== 'try-again') throw new Error(`The bus refused an event: ${outcome}`)
  }
  throw new Error(`The bus took an event in none of ${attemptsMax} attempts.`)
}

const tryToPublish = async (busUrl: string, key: string, event: unknown): Promise<string> => {
  const response = await fetch(`${busUrl}/v1/events`, {
    method: 'POST',
    body: JSON.stringify(event),
    headers: { 'content-type': 'application/cloudevents+json', 'x-integration-key': key },
    signal: AbortSignal.timeout(5_000),
  }).catch(() => undefined)
  if (response?.status === 202) return 'accepted'
  if (!response || response.status >= 500) return 'try-again'
  return `${response.status} ${await response.text()}`
}
