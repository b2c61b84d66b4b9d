// What a command runs on, for a test file: storage behind a proxy that can fail, a broker whose time the test moves, and the real host with
// one command, whose work each test decides for its own tenant. There is no Hub, and no setting for it: a command asks it nothing.
import { app } from '@azure/functions'
import { ServiceBusClient } from '@azure/service-bus'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Long from 'long'
import * as z from 'zod'
import { startHost } from '@theone/functions-host'
import { startBroker } from '@theone/service-bus-broker'
import { createManualClock } from '@theone/service-bus-broker/clock'
import { loadConfig } from '../../../shared/config/config.ts'
import { type Incident, type ParkedMessage, incidentTable } from '../../../shared/incidents/incident-table.ts'
import { openBody } from '../../../shared/incidents/parked-body.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { currentTrace } from '../../../shared/telemetry/trace.ts'
import { type CommandKind, command } from '../../../shared/triggers/command.ts'
import { commandMessage } from '../../../shared/triggers/command-message.ts'
import { register } from '../../../shared/triggers/register.ts'
import type { HandledOutcome } from '../../../shared/triggers/subscriber.ts'
import { startAzurite } from '../../support/azurite.ts'
import { eventually } from '../../support/eventually.ts'
import { startWrappingVault } from '../../support/test-sealing.ts'
import { startFaultProxy } from '../../support/fault-proxy.ts'
import { entities } from './subscriber-stage.ts'

const PaintData = z.strictObject({ wallId: z.string().max(40), coats: z.int().min(1) })
type PaintData = z.infer<typeof PaintData>

/** Loaded late, as the schemas of real commands are. */
export const paint: CommandKind<typeof PaintData> = {
  type: 'stage.wall.paint',
  queue: 'code-cmdb-commands',
  data: () => Promise.resolve(PaintData),
}

export const twoCoats: PaintData = { wallId: 'wall-1', coats: 2 }

type Work = () => Promise<HandledOutcome> | HandledOutcome

/** A call of the handler. */
type Call = { readonly tenantId: string; readonly data: PaintData; readonly traceId: string | undefined }

export type Stage = Awaited<ReturnType<typeof openStage>>

const startParts = async () => {
  const azurite = await startAzurite()
  const tables = /TableEndpoint=(http:\/\/[^/]+)/.exec(azurite.connectionString)?.[1]
  if (tables === undefined) throw new Error('Azurite gave no table endpoint.')
  const storage = await startFaultProxy(tables)
  const clock = createManualClock()
  const broker = await startBroker({ port: 0, entities: await entities(), clock })
  const client = new ServiceBusClient(broker.connectionString)
  const vault = await startWrappingVault()
  const environment = {
    DATA_STORAGE: azurite.connectionString.replace(tables, storage.url),
    SERVICE_BUS: broker.connectionString,
    KEY_VAULT: vault.url,
    MESSAGE_RETRY_SECONDS: '16',
  }
  const close = async (): Promise<void> => {
    await client.close()
    await broker.close()
    await vault.close()
    await storage.close()
    await azurite.stop()
  }
  return { storage, clock, client, environment, close }
}

/** Closed by the test file. One in a process, as the host. */
export const openStage = async () => {
  const parts = await startParts()
  const { clock, client, environment } = parts
  const now = (): Date => new Date(clock.now())
  const services = createServices(loadConfig(environment), now)
  const works = new Map<string, Work>()
  const calls: Call[] = []
  const lines: string[] = []
  const definition = command({
    name: 'stage-paint-wall-command',
    summary: 'Does what the test says',
    command: paint,
    integration: 'code→cmdb',
    operation: 'paint the wall',
    severity: 'high',
    handler: async ({ tenantId, data }) => {
      calls.push({ tenantId, data, traceId: currentTrace()?.traceId })
      return (await works.get(tenantId)?.()) ?? 'completed'
    },
  })
  const stateFolder = await mkdtemp(join(tmpdir(), 'command-'))
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
    ...messagesOf(client, services),
    ...incidentsOf(services),
    services,
    definition,
    /** Whoever sends a command vouches for its tenant: nobody else has to know it. */
    tenant: (work: Work = () => 'completed'): string => {
      const tenantId = `org-${randomUUID()}`
      works.set(tenantId, work)
      return tenantId
    },
    callsFor: (tenantId: string): readonly Call[] => calls.filter((call) => call.tenantId === tenantId),
    callCount: (): number => calls.length,
    /** The lines of the suite's own log that name this message id. */
    logged: (event: string, id: string) =>
      recordsOf(lines).filter((line) => line.event === event && line.messageId === id),
    close: async (): Promise<void> => {
      await host.close()
      await (await services.queues()).close()
      await parts.close()
      await rm(stateFolder, { recursive: true, force: true })
    },
  }
}

type LogRecord = { readonly event: string; readonly messageId: string }

const recordsOf = (lines: readonly string[]): readonly LogRecord[] =>
  lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogRecord] : []))

const peekAll = async (client: ServiceBusClient, options: { readonly subQueueType?: 'deadLetter' } = {}) => {
  const receiver = client.createReceiver(paint.queue, options)
  try {
    return await receiver.peekMessages(250, { fromSequenceNumber: Long.UONE })
  } finally {
    await receiver.close()
  }
}

const messagesOf = (client: ServiceBusClient, services: Services) => {
  const delayOf = ({ scheduledEnqueueTimeUtc }: { readonly scheduledEnqueueTimeUtc?: Date }): number =>
    (scheduledEnqueueTimeUtc?.getTime() ?? 0) - services.now().getTime()
  return {
    /** As an app of the suite sends it. */
    send: async (tenantId: string, id: string = randomUUID()) => {
      const message = await commandMessage(paint, { id, tenantId, data: twoCoats })
      await (await services.queues()).send(paint.queue, message)
      return message
    },
    /** Whatever somebody with the right to send puts there. */
    sendBody: async (body: string | Uint8Array): Promise<string> => {
      const messageId = randomUUID()
      const message = { messageId, body, contentType: 'application/json', properties: { type: paint.type } }
      await (await services.queues()).send(paint.queue, message)
      return messageId
    },
    /** Until every message that is due has been settled. */
    idle: () =>
      eventually(
        async () => (await peekAll(client)).filter((message) => delayOf(message) <= 0),
        (due) => due.length === 0,
        20_000,
      ),
    /** What is scheduled under ids that begin so, soonest first. */
    scheduled: async (idStart: string) => {
      const later = (await peekAll(client)).filter(({ messageId }) => String(messageId).startsWith(idStart))
      return later
        .map((message) => ({
          id: String(message.messageId),
          inMs: delayOf(message),
          contentType: message.contentType,
          properties: message.applicationProperties ?? {},
          body: message.body as unknown,
        }))
        .toSorted((a, b) => a.inMs - b.inMs)
    },
    deadLetters: () => peekAll(client, { subQueueType: 'deadLetter' }),
  }
}

type Parked = { readonly incident: Incident; readonly message: ParkedMessage; readonly body: Buffer }

const incidentsOf = (services: Services) => {
  const rows = services.store().open(incidentTable)
  const incidents = async (owner: string): Promise<readonly Incident[]> =>
    (await rows.incident.list({ owner }, { limit: 100 })).rows.map(({ value }) => value)
  return {
    incidents,
    /** The parked messages of this owner that a test looks for, each with its incident. */
    parked: async (
      owner: string,
      matches: (message: ParkedMessage) => boolean = () => true,
    ): Promise<readonly Parked[]> => {
      const all = await incidents(owner)
      const found: Parked[] = []
      for (const { value: message } of (await rows.parked.list({ owner }, { limit: 200 })).rows) {
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
