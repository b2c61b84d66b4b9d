// Detections of Defend for tests, and a new organization whose detections are handled as the subscriber would.
import { randomUUID } from 'node:crypto'
import type { InvocationContext } from '@azure/functions'
import { securityTicketTable, unsettledPending } from '../../functions/ai/security-tickets/security-ticket-table.ts'
import { detectionSubscriber } from '../../functions/ai/security-tickets/subscriber.ts'
import type { Stack } from '../../local/stack.ts'
import type { CloudEvent } from '../../shared/bus/cloud-event.ts'
import type { EventData } from '../../shared/bus/catalogue.ts'
import { type Event, newEvent } from '../../shared/bus/event.ts'
import { type Client, clientTable } from '../../shared/clients/client-directory.ts'
import { loadConfig } from '../../shared/config/config.ts'
import {
  type Incident,
  type ParkedMessage,
  incidentTable,
  ownerOfTenant,
  platform,
} from '../../shared/incidents/incident-table.ts'
import type { PeerClientOptions } from '../../shared/peer-client/peer-client.ts'
import { createPsaClient } from '../../shared/peers/psa/client.ts'
import { type Services, createServices } from '../../shared/services.ts'
import type { Row, Store } from '../../shared/store/store.ts'
import { type TenantSettings, tenantSettingsTable, wholeTenant } from '../../shared/tenants/tenant-settings.ts'
import { tenantTable } from '../../shared/tenants/tenant-directory.ts'
import type { HandledOutcome } from '../../shared/triggers/subscriber.ts'
import { handlerInput } from '../../shared/triggers/handler-tools.ts'
import { serveSubscriber } from '../../shared/triggers/subscriber-pipeline.ts'
import { makeOlder, markersOf } from './pending-markers.ts'
import { type PsaControl, type ShownTicket, psaControl } from './psa-control.ts'

type Detection = EventData<'defend.detection.created'>

/** A critical one of a client and cause that no other test has. */
export const detection = (given: Partial<Detection> = {}): Detection => {
  const name = randomUUID()
  return {
    detection_id: `detection-${name}`,
    severity: 'critical',
    title: `Credential dumping ${name}`,
    summary: `lsass.exe was read by rundll32.exe (${name}).`,
    cause: `T1003-${name}`,
    client_id: `client-${name}`,
    device: { id: `device-${name}`, hostname: 'srv-dc-01', operating_system: 'Windows Server 2025' },
    remediation: ['Isolate the device.', 'Reset the passwords of its users.'],
    detected_at: '2026-03-01T08:00:00.000Z',
    url: `https://defend.example/detections/${name}`,
    ...given,
  }
}

/** Several of one client and cause, so many minutes after the first one's time. */
export const detectionsOfOneCause = (minutes: readonly number[], given: Partial<Detection> = {}): Detection[] => {
  const { cause, client_id, detected_at } = detection(given)
  return minutes.map((minute) =>
    detection({
      cause,
      client_id,
      ...given,
      detected_at: new Date(Date.parse(detected_at) + minute * 60_000).toISOString(),
    }),
  )
}

export const detectionEvent = (tenantId: string, data: Detection, id: string = randomUUID()): CloudEvent =>
  newEvent({ type: 'defend.detection.created', tenantId, data, now: new Date(), id })

/** Everything that a ticket says of detections: its text, its notes and those of its reopenings. */
export const textsOf = ({ description, notes }: ShownTicket): readonly string[] => [
  description,
  ...notes.map(({ text }) => text),
]

export type SecurityTicketing = {
  readonly tenantId: string
  readonly psa: PsaControl
  readonly store: Store
  readonly services: Services
  /** Calls the handler; throws what it throws. */
  readonly handle: (data: Detection) => Promise<HandledOutcome>
  /** As the host hands a message over: what fails is parked, or sent again for later. */
  readonly deliver: (event: CloudEvent) => Promise<void>
  readonly mapClient: (client: Omit<Client, 'tenantId'>) => Promise<void>
  /** Of the tenant itself. */
  readonly setSettings: (settings: TenantSettings) => Promise<void>
  /** The tenant's own, not those of the platform. */
  readonly incidents: () => Promise<readonly Incident[]>
  /** With incidents of the tenant or of the platform. */
  readonly parked: () => Promise<readonly ParkedMessage[]>
  /** Markers of detections that are not settled. */
  readonly markers: () => Promise<readonly Row[]>
  /** As if the markers had been written so much earlier. */
  readonly makeMarkersOlder: (ms: number) => Promise<void>
  /** How many detections and tickets are kept that were begun and not finished. */
  readonly unfinished: () => Promise<number>
}

const limit = 1_000

/** @param options.psa limits of the client of PSA, for tests in which it hangs */
export const startSecurityTicketing = async (
  { urls, settings }: Pick<Stack, 'urls' | 'settings'>,
  options: { readonly tenantId?: string; readonly psa?: Partial<PeerClientOptions> } = {},
): Promise<SecurityTicketing> => {
  const { tenantId = `tenant-${randomUUID()}` } = options
  const base = createServices(loadConfig(settings))
  const psaClient = createPsaClient({ baseUrl: urls.psa, key: () => base.secret('PSA_SERVICE_KEY'), ...options.psa })
  const services: Services = options.psa ? { ...base, psa: () => Promise.resolve(psaClient) } : base
  const store = services.store()
  // Known from before, so that Hub need not have it.
  await store.open(tenantTable).tenant.upsert({ tenantId, name: 'A tenant', seenAt: new Date().toISOString() })
  return {
    tenantId,
    psa: psaControl(urls.psa, tenantId),
    store,
    services,
    handle: (data) => {
      const event = detectionEvent(tenantId, data) as unknown as Event
      const own = { event: event as never, tenantId, signal: AbortSignal.timeout(60_000), flows: noFlows }
      return detectionSubscriber.handler(handlerInput(services, own))
    },
    deliver: (event) => serveSubscriber(detectionSubscriber, services)(event, contextOf(event)),
    mapClient: async (client) => void (await store.open(clientTable).client.upsert({ tenantId, ...client })),
    setSettings: async (given) => {
      const changed = { revision: randomUUID(), updatedAt: new Date().toISOString(), updatedBy: 'user:u' }
      const row = { tenantId, clientId: wholeTenant, ...changed, ...given }
      await store.open(tenantSettingsTable).settings.upsert(row)
    },
    ...views(store, tenantId),
  }
}

const views = (
  store: Store,
  tenantId: string,
): Pick<SecurityTicketing, 'incidents' | 'parked' | 'markers' | 'makeMarkersOlder' | 'unfinished'> => {
  const owner = ownerOfTenant(tenantId)
  return {
    incidents: async () =>
      (await store.open(incidentTable).incident.list({ owner }, { limit })).rows.map(({ value }) => value),
    parked: async () => {
      const rows = store.open(incidentTable)
      const pages = await Promise.all([owner, platform].map((whose) => rows.parked.list({ owner: whose }, { limit })))
      return pages
        .flatMap((page) => page.rows)
        .map(({ value }) => value)
        .filter((message) => message.tenantId === tenantId)
    },
    markers: () => markersOf(unsettledPending, store, tenantId),
    makeMarkersOlder: (ms) => makeOlder(unsettledPending, store, tenantId, ms),
    unfinished: async () => {
      const rows = store.open(securityTicketTable)
      const detections = (await rows.detection.list({ tenantId }, { limit })).rows
      const tickets = (await rows.ticket.list({ tenantId }, { limit })).rows
      return (
        detections.filter(({ value }) => !value.settled).length +
        tickets.filter(({ value }) => value.state !== 'made').length
      )
    },
  }
}

/** What of an invocation the pipeline looks at. Its log goes nowhere. */
const contextOf = ({ id, type }: CloudEvent): InvocationContext =>
  ({
    triggerMetadata: {
      messageId: id,
      contentType: 'application/cloudevents+json',
      applicationProperties: { type, publisher: 'defend' },
    },
    info: () => {},
    warn: () => {},
    error: () => {},
  }) as unknown as InvocationContext

/** It starts no orchestration. */
const noFlows = () => Promise.reject(new Error('There is no task hub here.'))
