// What a subscriber runs on, for a test file: storage behind a proxy that can fail, a broker whose time the test moves, Hub, and the
// real host with one subscriber, whose work each test decides for its own tenant.
import { InvocationContext, app } from '@azure/functions'
import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Long from 'long'
import { startHost } from '@theone/functions-host'
import { startBroker } from '@theone/service-bus-broker'
import { createManualClock } from '@theone/service-bus-broker/clock'
import { Entities, type EntitiesFile } from '@theone/service-bus-broker/entities'
import { projectFolder } from '../../../local/parts.ts'
import { startHub } from '../../../shared/peers/hub/stand-in/stand-in.ts'
import { type EventData, type EventName, catalogue } from '../../../shared/bus/catalogue.ts'
import type { CloudEvent } from '../../../shared/bus/cloud-event.ts'
import { type Event, newEvent } from '../../../shared/bus/event.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { type Incident, type ParkedMessage, incidentTable } from '../../../shared/incidents/incident-table.ts'
import { openBody } from '../../../shared/incidents/parked-body.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { register } from '../../../shared/triggers/register.ts'
import { type HandledOutcome, subscriber } from '../../../shared/triggers/subscriber.ts'
import { startAzurite } from '../../support/azurite.ts'
import { eventually } from '../../support/eventually.ts'
import { startWrappingVault } from '../../support/test-sealing.ts'
import { startFaultProxy } from '../../support/fault-proxy.ts'
import { hubControl } from '../../support/hub-control.ts'

export const queue = 'hub-psa-agents'
export const hubKey = 'local-only-hub-service-key'
const product = { publicUrl: 'http://127.0.0.1:7071', secret: 'kT7vQ2mZx9LpR4wYc8NbJ5hGd3FsAe6U' }

/** As the project's entities, but a message that is given back three times is given up. */
export const entities = async () => {
  const file = JSON.parse(await readFile(join(projectFolder, 'shared/bus/entities.json'), 'utf8')) as EntitiesFile
  const queues = (file.queues ?? []).map((each) => ({
    ...each,
    properties: { ...each.properties, maxDeliveryCount: 3 },
  }))
  return Entities.parse({ ...file, queues })
}

export type Work = (event: Event) => Promise<HandledOutcome> | HandledOutcome

export type Sent = {
  readonly body: unknown
  readonly messageId?: string
  readonly properties?: Readonly<Record<string, string | number>>
}

export type Stage = Awaited<ReturnType<typeof openStage>>

const startParts = async () => {
  const azurite = await startAzurite()
  const tables = /TableEndpoint=(http:\/\/[^/]+)(\/[^;]*)/.exec(azurite.connectionString)
  if (!tables?.[1] || !tables[2]) throw new Error('Azurite gave no table endpoint.')
  const storage = await startFaultProxy(tables[1])
  const clock = createManualClock()
  const broker = await startBroker({ port: 0, entities: await entities(), clock })
  const hub = await startHub({ port: 0, products: { code: product, ai: product }, keys: [hubKey] })
  const client = new ServiceBusClient(broker.connectionString)
  const vault = await startWrappingVault()
  const environment = {
    DATA_STORAGE: azurite.connectionString.replace(tables[1], storage.url),
    SERVICE_BUS: broker.connectionString,
    HUB_API_URL: hub.url,
    HUB_SERVICE_KEY: hubKey,
    KEY_VAULT: vault.url,
    MESSAGE_RETRY_SECONDS: '16',
  }
  const close = async (): Promise<void> => {
    await client.close()
    await broker.close()
    await hub.close()
    await vault.close()
    await storage.close()
    await azurite.stop()
  }
  return { storage, clock, broker, hub, vault, client, environment, close }
}

/** What the host gives a function beside the message. */
export const contextOf = (
  messageId: string,
  properties: Readonly<Record<string, string | number>>,
): InvocationContext =>
  new InvocationContext({
    functionName: 'stage-subscriber',
    triggerMetadata: { messageId, applicationProperties: { ...properties } },
    logHandler: () => {},
  })

/** Closed by the test file. One in a process, as the host. */
export const openStage = async () => {
  const parts = await startParts()
  const { clock, client, environment, hub } = parts
  const now = (): Date => new Date(clock.now())
  const services = createServices(loadConfig(environment), now)
  const works = new Map<string, Work>()
  const lines: string[] = []
  const definition = subscriber({
    name: 'stage-subscriber',
    summary: 'Does what the test says',
    queue,
    events: ['hub.iam.user_created', 'hub.iam.user_deactivated'],
    integration: 'hub→sessions',
    operation: 'do what the test says',
    handler: async ({ event }) => (await works.get(event.tenantid)?.(event)) ?? 'completed',
  })
  const stateFolder = await mkdtemp(join(tmpdir(), 'subscriber-'))
  const host = await startHost({
    entry: async () => register(app, [definition], services),
    port: 0,
    stateFolder,
    settings: environment,
    hostJson: { version: '2.0', extensions: { serviceBus: { maxConcurrentCalls: 16 } } },
    log: ({ message }) => lines.push(message),
  })
  return {
    ...parts,
    ...tenantsOf(hub.url, works),
    ...messagesOf(client, clock.now),
    ...incidentsOf(services),
    now,
    services,
    works,
    definition,
    lines,
    /** The lines of the suite's own log that name this message or event id. */
    logged: (event: string, id: string) =>
      recordsOf(lines).filter((line) => line.event === event && line.messageId === id),
    close: async () => {
      await host.close()
      await (await services.queues()).close()
      await parts.close()
      await rm(stateFolder, { recursive: true, force: true })
    },
  }
}

type LogRecord = {
  readonly event: string
  readonly messageId: string
  readonly outcome?: string
  readonly error?: object
}

const recordsOf = (lines: readonly string[]): readonly LogRecord[] =>
  lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogRecord] : []))

const tenantsOf = (hubUrl: string, works: Map<string, Work>) => ({
  /** An organization that Hub knows. */
  tenant: async (work?: Work): Promise<string> => {
    const tenantId = `org-${randomUUID()}`
    await hubControl(hubUrl, tenantId).putOrganization()
    if (work) works.set(tenantId, work)
    return tenantId
  },
  hubOf: (tenantId: string) => hubControl(hubUrl, tenantId),
})

const deactivation: EventData<'hub.iam.user_deactivated'> = {
  actor: { type: 'user', id: 'admin-1' },
  user_id: 'user-1',
  outcome: 'success',
  user_version: 2,
  before: { status: 'active', org_role: 'member', products: ['psa'] },
  after: { status: 'deactivated', org_role: 'member', products: [] },
}

export const userDeactivated = (tenantId: string, id = randomUUID()): CloudEvent =>
  newEvent({ type: 'hub.iam.user_deactivated', tenantId, data: deactivation, now: new Date(), id })

/** A type that nobody here subscribes to. */
export const repoDiscovered = (tenantId: string): CloudEvent =>
  newEvent({
    type: 'code.repo.discovered',
    tenantId,
    data: { repo_id: 'r-1', org_id: 'o-1', provider: 'github', repo_name: 'northwind/web' },
    now: new Date(),
  })

const publisherOf = ({ type }: CloudEvent): string => catalogue[type as EventName].publisher

const peekAll = async (client: ServiceBusClient, options: { readonly subQueueType?: 'deadLetter' } = {}) => {
  const receiver = client.createReceiver(queue, options)
  try {
    return await receiver.peekMessages(250, { fromSequenceNumber: Long.UONE })
  } finally {
    await receiver.close()
  }
}

const messagesOf = (client: ServiceBusClient, nowMs: () => number) => {
  const waiting = async (): Promise<readonly ServiceBusReceivedMessage[]> => {
    const all = await peekAll(client)
    return all.filter(({ scheduledEnqueueTimeUtc }) => (scheduledEnqueueTimeUtc?.getTime() ?? 0) <= nowMs())
  }
  return {
    /** As it comes out of the topic. */
    send: async ({ body, messageId = randomUUID(), properties = {} }: Sent): Promise<string> => {
      const sender = client.createSender(queue)
      const bytes =
        body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
      await sender.sendMessages({
        messageId,
        body: bytes,
        contentType: 'application/cloudevents+json',
        applicationProperties: { ...properties },
      })
      await sender.close()
      return messageId
    },
    publish: async (event: CloudEvent, properties: Sent['properties'] = {}): Promise<string> => {
      const sender = client.createSender('one-bus')
      await sender.sendMessages({
        messageId: event.id,
        subject: event.type,
        body: Buffer.from(JSON.stringify(event)),
        contentType: 'application/cloudevents+json',
        applicationProperties: {
          type: event.type,
          publisher: publisherOf(event),
          tenantid: event.tenantid,
          ...properties,
        },
      })
      await sender.close()
      return event.id
    },
    /** Until every message that is due has been settled. */
    idle: () => eventually(waiting, (messages) => messages.length === 0, 20_000),
    /** What is scheduled under ids that begin so, soonest first. */
    scheduled: async (idStart: string) => {
      const later = (await peekAll(client)).filter(({ messageId }) => String(messageId).startsWith(idStart))
      return later
        .map(({ messageId, scheduledEnqueueTimeUtc, applicationProperties, body }) => ({
          id: String(messageId),
          inMs: (scheduledEnqueueTimeUtc?.getTime() ?? 0) - nowMs(),
          properties: applicationProperties ?? {},
          body: body as unknown,
        }))
        .toSorted((a, b) => a.inMs - b.inMs)
    },
    deadLetters: () => peekAll(client, { subQueueType: 'deadLetter' }),
  }
}

export type Parked = { readonly incident: Incident; readonly message: ParkedMessage; readonly body: Buffer }

const incidentsOf = (services: Services) => {
  const rows = services.store().open(incidentTable)
  const incidents = async (owner: string): Promise<readonly Incident[]> =>
    (await rows.incident.list({ owner }, { limit: 100 })).rows.map(({ value }) => value)
  return {
    incidents,
    /** The parked messages of this owner that a test looks for, each with its incident. */
    parked: async (owner: string, matches: (message: ParkedMessage) => boolean): Promise<readonly Parked[]> => {
      const all = await incidents(owner)
      const page = await rows.parked.list({ owner }, { limit: 200 })
      const found: Parked[] = []
      for (const { value: message } of page.rows) {
        const incident = all.find(({ incidentId }) => incidentId === message.incidentId)
        if (!incident || !matches(message)) continue
        const body = await rows.body.get(message)
        found.push({
          incident,
          message,
          body: body ? await openBody(await services.sealing(), body.value) : Buffer.of(),
        })
      }
      return found
    },
  }
}
