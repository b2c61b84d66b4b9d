// The One Code as it calls this suite: the functions in this process, and behind them a bus and a broker that nobody else uses.
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions'
import { ServiceBusClient, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus'
import Long from 'long'
import { startBroker } from '@theone/service-bus-broker'
import { Entities } from '@theone/service-bus-broker/entities'
import * as endpoints from '../../../../functions/code/sources/endpoints.ts'
import { sourceTable } from '../../../../functions/code/sources/source-table.ts'
import { startBus } from '../../../../shared/peers/bus/stand-in/stand-in.ts'
import type { Scope } from '../../../../shared/auth/caller.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import { CloudEvent } from '../../../../shared/bus/cloud-event.ts'
import { readEvent } from '../../../../shared/bus/event.ts'
import { type SweepCounts, sweepOutbox } from '../../../../shared/bus/outbox.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import type { Store } from '../../../../shared/store/store.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { serveHttp } from '../../../../shared/triggers/http-pipeline.ts'
import { withQueryForms } from '../../../../shared/triggers/query-form.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { type BusControl, busControl } from '../../../support/bus-control.ts'
import { eventually } from '../../../support/eventually.ts'

const queueName = 'everything'
const busKey = 'local-only-bus-code-key'

const entities = Entities.parse({
  queues: [{ name: queueName, properties: {} }],
  topics: [
    {
      name: 'one-bus',
      properties: { requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: 'P1D' },
      subscriptions: [{ name: queueName, properties: { forwardTo: queueName } }],
    },
  ],
})

const usualScopes: readonly Scope[] = ['code:sources:write']
const definitions = withQueryForms(Object.values(endpoints))

export type Tenant = {
  readonly tenantId: string
  readonly bus: BusControl
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>
  /** The answer's status and body. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<readonly [status: number, body: unknown]>
  /** Makes repositories known to this suite, in the connected organization org-1, without an event. */
  readonly know: (...repositoryIds: readonly string[]) => Promise<void>
  /** The tenant's events as a subscriber gets them, in the order of the broker. Throws for one that breaks the catalogue. */
  readonly arrived: () => Promise<readonly CloudEvent[]>
}

export type CodeProduct = {
  readonly services: Services
  /** What the functions have logged. */
  readonly lines: readonly string[]
  /** Services of another process: what the bus has failed at is not known to them. */
  readonly sweeper: () => Services
  /**
   * Publishes what commits have left behind, as two minutes from now, until nothing is left. It goes over everybody's events: for a file
   * with a storage of its own.
   */
  readonly sweep: () => Promise<void>
  /** A new organization with an integration key. */
  readonly tenant: (options?: { readonly scopes?: readonly Scope[]; readonly busUrl?: string }) => Promise<Tenant>
  readonly close: () => Promise<void>
}

/** @param settings with the storage that is to be used */
export const startCodeProduct = async (settings: Readonly<Record<string, string>>): Promise<CodeProduct> => {
  const broker = await startBroker({ port: 0, entities })
  const { connectionString } = broker
  const bus = await startBus({ port: 0, connectionString, publishers: [{ product: 'code', key: busKey }] })
  const client = new ServiceBusClient(connectionString)
  const arrivals = arrivalsAt(client.createReceiver(queueName))
  const made: Services[] = []
  const servicesFor = (busUrl: string): Services => {
    const own = createServices(loadConfig({ ...settings, BUS_API_URL: busUrl, BUS_INTEGRATION_KEY: busKey }))
    made.push(own)
    return own
  }
  const services = servicesFor(bus.url)
  const lines: string[] = []
  return {
    services,
    lines,
    sweeper: () => servicesFor(bus.url),
    sweep: async () =>
      void (await eventually(
        () => sweepOnce(servicesFor(bus.url)),
        ({ left }) => left === 0,
        60_000,
      )),
    tenant: async ({ scopes = usualScopes, busUrl } = {}) => {
      const tenantId = newTenantId()
      const key = await createIntegrationKey(services.store(), {
        environment: 'test',
        tenantId,
        integration: 'code→hub',
        scopes,
        now: new Date(),
      })
      const own = busUrl === undefined ? services : servicesFor(busUrl)
      const send: Tenant['send'] = (method, path, body, headers = { 'x-integration-key': key }) =>
        serve(own, { method, path, body, headers, onLine: (line) => lines.push(line) })
      return {
        tenantId,
        bus: busControl(bus.url, tenantId),
        send,
        ask: async (method, path, body) => {
          const response = await send(method, path, body)
          const text = await response.text()
          return [response.status, text === '' ? undefined : (JSON.parse(text) as unknown)]
        },
        know: (...repositoryIds) => knowRepositories(services.store(), tenantId, repositoryIds),
        arrived: async () => (await arrivals()).filter(({ tenantid }) => tenantid === tenantId),
      }
    },
    close: async () => {
      await Promise.all(made.map((own) => own.close()))
      await client.close()
      await bus.close()
      await broker.close()
    },
  }
}

const knowRepositories = async (store: Store, tenantId: string, repositoryIds: readonly string[]): Promise<void> => {
  const rows = store.open(sourceTable)
  const at = '2026-03-01T08:00:00.000Z'
  const organization = { tenantId, orgId: 'org-1', provider: 'github', orgLogin: 'northwind', repoCount: 1 } as const
  await rows.organization.upsert({
    ...organization,
    isConnected: true,
    connectedAt: at,
    activeRepositories: 0,
    connectedDays: [],
  })
  const repository = {
    tenantId,
    orgId: 'org-1',
    discoveredAt: at,
    seenAt: at,
    isArchived: false,
    activeDays: [],
    left: [],
  }
  for (const repositoryId of repositoryIds)
    await rows.repository.upsert({ ...repository, repositoryId, name: repositoryId })
}

/** What has arrived so far, each event read once. */
const arrivalsAt = (receiver: ServiceBusReceiver): (() => Promise<readonly CloudEvent[]>) => {
  const events: CloudEvent[] = []
  let from = Long.ZERO
  const readOn = async (): Promise<readonly CloudEvent[]> => {
    for (;;) {
      const messages = await receiver.peekMessages(250, { fromSequenceNumber: from })
      events.push(...messages.map(eventIn))
      const last = messages.at(-1)?.sequenceNumber
      if (last === undefined) return [...events]
      from = last.add(1)
    }
  }
  let reading = Promise.resolve<readonly CloudEvent[]>([])
  return () => (reading = reading.then(readOn))
}

const eventIn = ({ body, messageId, applicationProperties }: ServiceBusReceivedMessage): CloudEvent => {
  const value = typeof body === 'object' && !Buffer.isBuffer(body) ? body : JSON.parse(String(body))
  const event = CloudEvent.parse(value)
  if (event.id !== messageId) throw new Error(`The message ${String(messageId)} has another id.`)
  readEvent(value, { sentBy: String(applicationProperties?.['publisher']), receivedAt: new Date() })
  return event
}

const sweepOnce = (services: Services): Promise<SweepCounts> =>
  runWithLogSink(
    () => {},
    async () => {
      const parts = { store: services.store(), bus: services.bus, now: () => new Date(Date.now() + 120_000) }
      return sweepOutbox(parts, [sourceTable], { signal: new AbortController().signal })
    },
  )

type Call = {
  readonly method: string
  /** Below `/api/`. */
  readonly path: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly onLine: (line: string) => void
}

const serve = async (services: Services, { method, path, body, headers, onLine }: Call): Promise<Response> => {
  for (const definition of definitions) {
    const template = definition.route.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
    const found = definition.method === method ? new RegExp(`^${template}$`).exec(path.split('?', 1)[0] ?? '') : null
    if (!found) continue
    const params = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])
    const request = new HttpRequest({
      method,
      url: `http://127.0.0.1/api/${path}`,
      params: Object.fromEntries(params) as Record<string, string>,
      headers: {
        'x-forwarded-for': '10.0.0.1',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: { string: JSON.stringify(body) } }),
    })
    const context = new InvocationContext({
      functionName: definition.name,
      logHandler: (_, line) => onLine(String(line)),
    })
    return toResponse(await serveHttp(definition, services)(request, context))
  }
  throw new Error(`There is no function for ${method} ${path}.`)
}

const toResponse = ({ status = 200, headers, body }: HttpResponseInit): Response =>
  new Response((body ?? null) as string | null, { status, headers: { ...(headers as Record<string, string>) } })
