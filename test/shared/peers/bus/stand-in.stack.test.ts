import { once } from 'node:events'
import { createServer } from 'node:net'
import { aroundEach, describe, expect, it, onTestFinished } from 'vitest'
import type { EntitiesFile } from '@theone/service-bus-broker/entities'
import { type RunningBus, startBus } from '../../../../shared/peers/bus/stand-in/stand-in.ts'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import { publisherKeys } from '../../../../local/stand-ins/publisher-keys.ts'
import type { CloudEvent } from '../../../../shared/bus/cloud-event.ts'
import { createBusClient } from '../../../../shared/peers/bus/client.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type BusControl, busControl } from '../../../support/bus-control.ts'
import { startStandInProcess } from '../../../support/stand-in-process.ts'
import {
  type Bus as Broker,
  openBus as openBroker,
  receiveOne,
} from '../../../../packages/service-bus-broker/test/bus.ts'

const keys = { code: 'key-of-code', hub: 'key=of=hub' } as const
const publishers = Object.entries(keys).map(([product, key]) => ({ product, key }))
const nowhere = 'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=b'
const queueName = 'everything'
const entities: EntitiesFile = {
  queues: [{ name: queueName, properties: {} }],
  topics: [
    {
      name: 'one-bus',
      properties: { requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: 'P1D' },
      subscriptions: [{ name: queueName, properties: { forwardTo: queueName } }],
    },
  ],
}
const tenantId = 't1'

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

type Opened = {
  readonly broker: Broker
  readonly bus: RunningBus
  readonly control: BusControl
  /** What the stand-in said about the broker. */
  readonly lines: readonly string[]
}

const open = async (options: { readonly onDisk?: boolean } = {}): Promise<Opened> => {
  const broker = await openBroker(entities, options)
  const lines: string[] = []
  const onLine = (line: string): void => void lines.push(line)
  const bus = await startBus({ port: 0, connectionString: broker.connectionString, publishers, onLine })
  onTestFinished(() => bus.close())
  return { broker, bus, lines, control: busControl(bus.url, tenantId) }
}

const eventOf = (id: string, changes: Partial<CloudEvent> = {}): CloudEvent => ({
  specversion: '1.0',
  id,
  source: '/products/code',
  type: 'code.repo.discovered',
  subject: 'repo-1',
  time: '2026-11-22T10:00:00.000Z',
  datacontenttype: 'application/json',
  dataschema: 'urn:theonestack:event:code.repo.discovered:1',
  tenantid: tenantId,
  data: { name: 'Grüße' },
  ...changes,
})

type Post = { readonly key?: string | undefined; readonly contentType?: string }

const post = (
  { url }: RunningBus,
  body: string | Uint8Array<ArrayBuffer>,
  { key = keys.code, contentType = 'application/cloudevents+json' }: Post = {},
): Promise<Response> =>
  fetch(`${url}/v1/events`, {
    method: 'POST',
    body,
    headers: { 'content-type': contentType, ...(key !== '' && { 'x-integration-key': key }) },
  })

const clientOf = ({ url }: RunningBus, { attemptMs = 9_000, max = 3 } = {}) =>
  createBusClient({
    baseUrl: url,
    key: () => keys.code,
    timeouts: { attemptMs },
    retries: { max, initialDelayMs: 1, maxDelayMs: 2 },
  })

/** Ids of what the broker has, in its order. */
const delivered = async ({ client }: Broker): Promise<readonly string[]> => {
  const messages = await client.createReceiver(queueName).peekMessages(1_000)
  return messages.map(({ messageId }) => String(messageId))
}

describe('the Bus stand-in', () => {
  it('puts an event on the topic as it was sent, with what subscriptions filter by', async () => {
    const { broker, bus } = await open()
    const text = JSON.stringify({ ...eventOf('e1'), comexampleextra: 1 }, undefined, 2)
    const response = await post(bus, `\uFEFF${text}`)
    expect([response.status, await response.json()]).toEqual([202, { id: 'e1' }])
    const receiver = broker.client.createReceiver(queueName, { skipParsingBodyAsJson: true })
    const message = await receiveOne(receiver)
    expect(String(message.body)).toBe(text)
    expect(message).toMatchObject({
      messageId: 'e1',
      subject: 'code.repo.discovered',
      contentType: 'application/cloudevents+json',
    })
    expect(message.applicationProperties).toEqual({ type: 'code.repo.discovered', publisher: 'code', tenantid: 't1' })
  })

  it('takes every envelope that CloudEvents 1.0 allows, and hands it on as it came', async () => {
    const { broker, bus } = await open()
    const { time: _, datacontenttype: _type, dataschema: _schema, subject: _subject, ...least } = eventOf('e1')
    const events = [
      least,
      { ...eventOf('e2'), time: '2026-11-22T10:00:00+01:00', datacontenttype: 'application/json; charset=utf-8' },
      { ...eventOf('e3'), source: 'https://code.example/eu', dataschema: 'https://code.example/schema', subject: null },
    ]
    for (const event of events) expect((await post(bus, JSON.stringify(event))).status).toBe(202)
    const long = 'x'.repeat(300)
    for (const id of [long, long, `${long}y`])
      expect(await (await post(bus, JSON.stringify(eventOf(id)))).json()).toEqual({ id })
    expect(await delivered(broker)).toHaveLength(5)
    const first = await receiveOne(broker.client.createReceiver(queueName, { skipParsingBodyAsJson: true }))
    expect(String(first.body)).toBe(JSON.stringify(least))
  })

  it('takes an event once, however often it is published', async () => {
    const { broker, bus, control } = await open()
    const client = clientOf(bus)
    await client.publish(eventOf('e1'))
    await client.publish(eventOf('e1', { data: 'other' }))
    await client.publish(eventOf('e2'))
    expect(await delivered(broker)).toEqual(['e1', 'e2'])
    expect(await control.events()).toMatchObject([
      { id: 'e1', accepted: 2 },
      { id: 'e2', accepted: 1 },
    ])
  })

  it('takes many at once, and loses none when some of them are refused', async () => {
    const { broker, bus } = await open()
    const ids = Array.from({ length: 300 }, (_, n) => `e${n}`)
    const responses = await Promise.all(
      ids.map((id, n) => {
        // The second kind fits the HTTP limit, and no message of the broker with its properties.
        const room = 262_144 - Buffer.byteLength(JSON.stringify(eventOf(id, { data: '' })))
        return post(bus, JSON.stringify(eventOf(id, n % 100 === 50 ? { data: 'x'.repeat(room) } : {})))
      }),
    )
    expect(responses.map(({ status }) => status)).toEqual(ids.map((_, n) => (n % 100 === 50 ? 413 : 202)))
    expect(new Set(await delivered(broker))).toEqual(new Set(ids.filter((_, n) => n % 100 !== 50)))
  })

  it('takes events of nearly the largest size, each too large to share a batch', async () => {
    const { broker, bus } = await open()
    const ids = ['e1', 'e2', 'e3', 'e4']
    const data = 'x'.repeat(200_000)
    const responses = await Promise.all(ids.map((id) => post(bus, JSON.stringify(eventOf(id, { data })))))
    expect(responses.map(({ status }) => status)).toEqual([202, 202, 202, 202])
    expect(new Set(await delivered(broker))).toEqual(new Set(ids))
  })

  it('lets a product publish its own events only, whatever their type is beyond that', async () => {
    const { bus, control } = await open()
    const text = (type: string) => JSON.stringify(eventOf(type, { type }))
    expect((await post(bus, text('hub.iam.user_created'), { key: keys.hub })).status).toBe(202)
    expect((await post(bus, text('code.something.unheard_of'))).status).toBe(202)
    expect((await post(bus, text('hub.iam.user_created'))).status).toBe(403)
    expect((await post(bus, text('codex.repo.discovered'))).status).toBe(403)
    expect((await control.events()).map(({ publisher }) => publisher)).toEqual(['hub', 'code'])
  })

  it.each<[string, string | Uint8Array<ArrayBuffer>, Post, number]>([
    ['no key', JSON.stringify(eventOf('e1')), { key: '' }, 401],
    ['a key that nobody has', JSON.stringify(eventOf('e1')), { key: 'key-of-cod' }, 401],
    ['no key, before it looks at the body', 'not JSON', { key: '' }, 401],
    ['what is not JSON', '{"id":', {}, 400],
    ['what is not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400],
    ['nothing', '', {}, 400],
    ['an event without an id', JSON.stringify({ ...eventOf('e1'), id: undefined }), {}, 400],
    ['an event of another version', JSON.stringify({ ...eventOf('e1'), specversion: '0.3' }), {}, 400],
    ['a batch', JSON.stringify([eventOf('e1')]), {}, 400],
    ['a batch by its type', '[]', { contentType: 'application/cloudevents-batch+json' }, 415],
    ['another content type', JSON.stringify(eventOf('e1')), { contentType: 'text/plain' }, 415],
    ['more than 256 KB', JSON.stringify(eventOf('e1', { data: 'x'.repeat(262_144) })), {}, 413],
  ])('refuses %s', async (_what, body, options, status) => {
    const { broker, bus, control } = await open()
    const response = await post(bus, body, options)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status })
    expect(await delivered(broker)).toEqual([])
    expect(await control.events()).toEqual([])
  })

  it('takes plain JSON too, with a charset', async () => {
    const { bus } = await open()
    const contentType = 'Application/JSON; charset=utf-8'
    expect((await post(bus, JSON.stringify(eventOf('e1')), { contentType })).status).toBe(202)
  })

  it('says when the broker is away, and publishes again once it is back', async () => {
    const { broker, bus, lines } = await open({ onDisk: true })
    const publish = (id: string) => post(bus, JSON.stringify(eventOf(id)))
    expect((await publish('e1')).status).toBe(202)
    await broker.stopBroker()
    const refused = await Promise.all(['e2', 'e3'].map(publish))
    expect(refused.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [503, '2'],
      [503, '2'],
    ])
    expect(lines[0]).toMatch(/did not take events for the topic one-bus.*ECONNREFUSED/)
    await broker.startBroker()
    // The connection may still be on its way: a publisher tries again.
    await clientOf(bus).publish(eventOf('e4'))
    await clientOf(bus).publish(eventOf('e2'))
    expect(await delivered(broker)).toEqual(['e1', 'e4', 'e2'])
  })

  it('has said yes only to what the broker keeps, when the broker ends in the middle', async () => {
    const { broker, bus } = await open({ onDisk: true })
    const taken: string[] = []
    const statuses = new Set<number>()
    const publishAll = async (publisher: number): Promise<void> => {
      for (let n = 0; n < 200 && !statuses.has(503); n += 1) {
        const id = `e${publisher}-${n}`
        const { status } = await post(bus, JSON.stringify(eventOf(id)))
        statuses.add(status)
        if (status === 202) taken.push(id)
        if (taken.length === 100) await broker.stopBroker()
      }
    }
    await Promise.all(Array.from({ length: 10 }, (_, publisher) => publishAll(publisher)))
    expect(statuses).toEqual(new Set([202, 503]))
    await broker.startBroker()
    expect(await delivered(broker)).toEqual(expect.arrayContaining(taken))
  })
})

describe('faults of the Bus stand-in', () => {
  it.each<Fault>([
    { kind: 'commit-then-hang', operation: 'publishEvent', times: 1 },
    { kind: 'commit-then-status', status: 502, times: 1 },
    { kind: 'latency', ms: 1_500, times: 1 },
  ])('%o publishes, and the repetition is dropped', async (fault) => {
    const { broker, bus, control } = await open()
    await control.setFaults(fault)
    await clientOf(bus, { attemptMs: 700 }).publish(eventOf('e1'))
    await expect.poll(async () => (await control.events())[0]?.accepted, { timeout: 5_000 }).toBe(2)
    expect(await control.requests()).toEqual({ publishEvent: 2 })
    expect(await delivered(broker)).toEqual(['e1'])
  })

  it('commit-then-status answers after the broker has the event', async () => {
    const { broker, bus, control } = await open()
    await control.setFaults({ kind: 'commit-then-status', status: 502 })
    expect((await post(bus, JSON.stringify(eventOf('e1')))).status).toBe(502)
    expect(await delivered(broker)).toEqual(['e1'])
  })

  it.each<[Fault, object]>([
    [
      { kind: 'status', status: 503, retryAfter: '90' },
      { code: 'peer-unavailable', details: { retryAfterSeconds: 90 } },
    ],
    [{ kind: 'hang' }, { code: 'peer-timeout' }],
    [{ kind: 'reset-connection' }, { code: 'peer-unavailable' }],
    [{ kind: 'wrong-body' }, { code: 'peer-invalid-response' }],
    [{ kind: 'expired-key' }, { code: 'peer-unauthorized' }],
  ])('%o publishes nothing', async (fault, error) => {
    const { broker, bus, control } = await open()
    await control.setFaults(fault)
    const client = clientOf(bus, { attemptMs: 700, max: 0 })
    await expect(client.publish(eventOf('e1'))).rejects.toMatchObject(error)
    await control.clearFaults()
    expect(await delivered(broker)).toEqual([])
    await client.publish(eventOf('e1'))
    expect(await delivered(broker)).toEqual(['e1'])
  })

  it('of a tenant leave others alone', async () => {
    const { bus, control } = await open()
    await control.setFaults({ kind: 'hang' })
    await clientOf(bus).publish(eventOf('e1', { tenantid: 't2' }))
    expect(await control.events()).toEqual([])
    expect(await busControl(bus.url, 't2').requests()).toEqual({ publishEvent: 1 })
  })
})

describe('what the Bus stand-in shows', () => {
  it('is the last 100 events, newest first, with their data and with every text escaped', async () => {
    const { bus, control } = await open()
    const evil = `<script>alert("'&")</script>`
    for (let n = 1; n <= 100; n += 1) await clientOf(bus).publish(eventOf(`e${n}`))
    await clientOf(bus).publish(eventOf(evil, { data: { note: '<b>' } }))
    expect((await control.events()).map(({ id }) => id)).toEqual([
      ...Array.from({ length: 99 }, (_, n) => `e${n + 2}`),
      evil,
    ])
    const html = await (await fetch(bus.url)).text()
    const escaped = '&lt;script&gt;alert(&quot;&#39;&amp;&quot;)&lt;/script&gt;'
    expect(html.indexOf(escaped)).toBeGreaterThan(0)
    expect(html.indexOf(escaped)).toBeLessThan(html.indexOf('<td>e100</td>'))
    expect(html).not.toContain('<script')
    expect(html).toContain('&quot;note&quot;: &quot;&lt;b&gt;&quot;')
    expect(html).not.toContain('<b>')
  })

  it('is forgotten for one tenant by a reset, which pages of other sites cannot ask for', async () => {
    const { bus, control } = await open()
    await clientOf(bus).publish(eventOf('e1'))
    await clientOf(bus).publish(eventOf('e2', { tenantid: 't2' }))
    const crossSite = await fetch(`${bus.url}/_control/reset`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(crossSite.status).toBe(403)
    expect(await control.events()).toHaveLength(1)
    await control.reset()
    expect(await control.events()).toEqual([])
    expect(await control.requests()).toEqual({})
    expect(await busControl(bus.url, 't2').events()).toHaveLength(1)
  })
})

describe('the process of the Bus stand-in', () => {
  const start = (key: string, connectionString: string) =>
    startStandInProcess('bus', { BUS_INTEGRATION_KEY: key, SERVICE_BUS: connectionString })

  it('publishes with the key of the suite and with those of other products, to the broker of SERVICE_BUS', async () => {
    const broker = await openBroker(entities)
    const child = await start(keys.code, broker.connectionString)
    onTestFinished(() => child.kill())
    const bus = { url: child.url, close: child.stop }
    const body = JSON.stringify(eventOf('e1', { type: 'hub.iam.user_created' }))
    expect((await post(bus, body, { key: publisherKeys.hub })).status).toBe(202)
    expect((await post(bus, JSON.stringify(eventOf('e2')), { key: keys.code })).status).toBe(202)
    expect((await delivered(broker)).toSorted()).toEqual(['e1', 'e2'])
    await child.stop()
    expect((await child.ended).code).toBe(0)
  })

  it.each([
    ['without its key', '', nowhere, /needs BUS_INTEGRATION_KEY\./],
    ['with the key of another product', publisherKeys.hub, nowhere, /hub and code have the same key/],
    ['without a broker to publish to', keys.code, '', /needs SERVICE_BUS\./],
  ])('does not start %s', async (_what, key, connectionString, message) => {
    await expect(start(key, connectionString)).rejects.toThrow(message)
  })

  it('needs at least one publisher', async () => {
    await expect(startBus({ port: 0, connectionString: nowhere, publishers: [] })).rejects.toThrow(
      /needs at least one publisher/,
    )
  })

  it('says which port is taken and how to change it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address ? address.port : 0
    await expect(startBus({ port, connectionString: nowhere, publishers })).rejects.toThrow(
      `Port ${port} is already in use. Stop the program that uses it, or set LOCAL_BUS_PORT to another port.`,
    )
  })
})
