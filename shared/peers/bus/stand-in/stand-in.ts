// Stand-in of The One Bus on the contract of this suite: it takes events over HTTP, puts them on the topic, and fails on request.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { requireSettings } from '../../../../local/local-settings.ts'
import { publisherKeys } from '../../../../local/stand-ins/publisher-keys.ts'
import type { Settings, StandInOptions } from '../../../../local/stand-ins/stand-ins.ts'
import { ReceivedEvent } from '../../../bus/cloud-event.ts'
import { type BusAccepted, busContentTypes, busHeaders } from '../contract.ts'
import { type BusOperation, busContract } from '../operations.ts'
import { type EventBody, readEventBody, tooLarge } from './event-body.ts'
import { createBusControl } from './control.ts'
import { createBusLog } from './event-log.ts'
import { busPage } from './page.ts'
import { BrokerAwayError, type BusTopic, openBusTopic } from './topic.ts'
import { createFaults } from '../../../../local/stand-ins/faults.ts'
import { type Answer, headerOf, noSuchRoute, problem } from '../../../../local/stand-ins/http-exchange.ts'
import { isSameKey } from '../../../../local/stand-ins/integration-key.ts'
import { createRequestCounts } from '../../../../local/stand-ins/request-counts.ts'
import { type RunningStandIn, carryOut, startStandIn } from '../../../../local/stand-ins/stand-in.ts'
import { failureLine } from '../../../../local/stand-ins/failure-line.ts'

/** A product that may publish. While its key changes it is there twice. */
export type BusPublisher = {
  /** Slug, with which the types of its events begin. */
  readonly product: string
  readonly key: string
}

export type BusOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** Of the broker, as for `new ServiceBusClient(...)`. It need not be there yet. */
  readonly connectionString: string
  readonly publishers: readonly BusPublisher[]
  /** Gets a line when the broker did not take an event. Silence is the default. */
  readonly onLine?: (line: string) => void
}

export type RunningBus = RunningStandIn

const topicName = 'one-bus'
const publishOperation: BusOperation = 'publishEvent'
const { publishEvent } = busContract.operations

export const startBus = async ({ port, connectionString, publishers, onLine }: BusOptions): Promise<RunningBus> => {
  refuseBadPublishers(publishers)
  const topic = openBusTopic(connectionString, topicName)
  const log = createBusLog()
  const parts = { log, faults: createFaults(Object.keys(busContract.operations)), counts: createRequestCounts() }

  const publish = async (publisher: BusPublisher | undefined, body: Read): Promise<Answer> => {
    if (!publisher) return problem(401, 'The integration key is not valid')
    if ('refusal' in body) return body.refusal
    const parsed = ReceivedEvent.safeParse(body.value)
    if (!parsed.success) return problem(400, 'The body is no CloudEvent', { detail: z.prettifyError(parsed.error) })
    const event = parsed.data
    if (!event.type.startsWith(`${publisher.product}.`))
      return problem(403, `The key of ${publisher.product} may not publish events of this type`)
    return store(topic, event, { text: body.text, publisher: publisher.product, onLine }, () =>
      log.add(event, publisher.product),
    )
  }

  return startStandIn({
    name: 'Bus',
    port,
    portSetting: 'LOCAL_BUS_PORT',
    control: createBusControl(parts),
    answer: async ({ request, response, method, pathname }) => {
      if (method === 'GET' && pathname === '/') return busPage(log.withData())
      if (method !== publishEvent.method || pathname !== publishEvent.path) return noSuchRoute
      const body = await readEventBody(request)
      const publisher = publisherOf(headerOf(request, busHeaders.key), publishers)
      const operation = { name: publishOperation, tenantId: tenantOf(body) }
      return carryOut(parts, operation, response, () => publish(publisher, body))
    },
    close: topic.close,
  })
}

/** As the local stack starts it: other products publish with the keys that they have there. */
export const start = ({
  port,
  keys: [code = ''],
  settings,
}: StandInOptions & { readonly settings: Settings }): Promise<RunningBus> =>
  startBus({
    port,
    connectionString: requireSettings(settings, ['SERVICE_BUS']).SERVICE_BUS,
    publishers: Object.entries({ ...publisherKeys, code }).map(([product, key]) => ({ product, key })),
    onLine: (line) => console.error(line),
  })

const refuseBadPublishers = (publishers: readonly BusPublisher[]): void => {
  if (publishers.length === 0) throw new Error('The Bus stand-in needs at least one publisher.')
  const productOf = new Map<string, string>()
  for (const { product, key } of publishers) {
    if (!/^[a-z]+$/.test(product)) throw new Error(`"${product}" is not the slug of a product, such as code.`)
    if (key === '') throw new Error(`The key of the publisher ${product} is empty.`)
    const other = productOf.get(key)
    if (other !== undefined && other !== product)
      throw new Error(`The publishers ${other} and ${product} have the same key. Give each a key of its own.`)
    productOf.set(key, product)
  }
}

type Read = Awaited<ReturnType<typeof readEventBody>>

/** Of a body that may be anything: it says whose faults and counts the request meets. */
const tenantOf = (body: Read): string | undefined => {
  const parsed = 'value' in body ? z.object({ tenantid: z.string() }).safeParse(body.value) : undefined
  return parsed?.data?.tenantid
}

type Parcel = {
  readonly text: EventBody['text']
  readonly publisher: string
  readonly onLine: BusOptions['onLine']
}

/** Longest message id and subject that the broker takes. */
const brokerTextMax = 128

/** The standard lets an event id be of any length. */
const messageIdOf = (id: string): string =>
  id.length <= brokerTextMax ? id : createHash('sha256').update(id).digest('hex')

const store = async (
  topic: BusTopic,
  { id, type, tenantid }: ReceivedEvent,
  { text, publisher, onLine }: Parcel,
  onStored: () => void,
): Promise<Answer> => {
  try {
    const outcome = await topic.send({
      // Bytes: the SDK would put a text into JSON once more.
      body: Buffer.from(text),
      contentType: busContentTypes[0],
      messageId: messageIdOf(id),
      subject: type.slice(0, brokerTextMax),
      applicationProperties: { type, publisher, tenantid },
    })
    if (outcome === 'too-large') return tooLarge()
    onStored()
    return { status: 202, body: { id } satisfies BusAccepted }
  } catch (error) {
    if (!(error instanceof BrokerAwayError)) throw error
    onLine?.(failureLine(error))
    const away = problem(503, 'The broker is not available', { detail: 'Publish the event again; it is taken once.' })
    return { ...away, headers: { ...away.headers, 'retry-after': '2' } }
  }
}

const publisherOf = (given: string | undefined, publishers: readonly BusPublisher[]): BusPublisher | undefined =>
  given === undefined ? undefined : publishers.find(({ key }) => isSameKey(key, given))
