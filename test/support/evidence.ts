// Investigations of Defend and calls of Voice for tests, and a new organization whose events about them are handled as the subscribers would.
import { randomUUID } from 'node:crypto'
import type { InvocationContext } from '@azure/functions'
import { z } from 'zod'
import { narrativeTables } from '../../functions/ai/results/attack-narrative/result.ts'
import { recapTables } from '../../functions/ai/results/call-recap/result.ts'
import { callSubscriber, investigationSubscriber } from '../../functions/ai/results/subscribers.ts'
import type { Fault } from '../../local/stand-ins/faults.ts'
import type { Stack } from '../../local/stack.ts'
import type { CloudEvent } from '../../shared/bus/cloud-event.ts'
import type { Event } from '../../shared/bus/event.ts'
import { loadConfig } from '../../shared/config/config.ts'
import { type Incident, incidentTable, ownerOfTenant, platform } from '../../shared/incidents/incident-table.ts'
import type { DefendInvestigation } from '../../shared/peers/defend/investigation-contract.ts'
import type { VoiceTranscript } from '../../shared/peers/voice/transcript-contract.ts'
import { type Services, createServices } from '../../shared/services.ts'
import type { Store } from '../../shared/store/store.ts'
import { type TenantSettings, tenantSettingsTable, wholeTenant } from '../../shared/tenants/tenant-settings.ts'
import { tenantTable } from '../../shared/tenants/tenant-directory.ts'
import { handlerInput } from '../../shared/triggers/handler-tools.ts'
import type { HandledOutcome } from '../../shared/triggers/subscriber.ts'
import { serveSubscriber } from '../../shared/triggers/subscriber-pipeline.ts'
import { eventOf } from './bus-events.ts'
import { hubControl } from './hub-control.ts'
import { markersOf } from './pending-markers.ts'

type Investigation = Omit<DefendInvestigation, 'id' | 'url' | 'clientId'>

/** Word starts PowerShell, which connects out; then somebody goes on to a server, where Defend finds ransomware. */
export const investigation = (changes: Partial<Investigation> = {}): Investigation => ({
  title: 'Macro on FIN-01',
  openedAt: '2026-11-27T09:21:00Z',
  processes: [
    { id: 'p1', at: '2026-11-27T09:01:40Z', device: 'FIN-01', image: 'WINWORD.EXE' },
    {
      id: 'p2',
      parentId: 'p1',
      at: '2026-11-27T09:02:00Z',
      device: 'FIN-01',
      user: String.raw`NORTHWIND\alice`,
      image: 'powershell.exe',
      commandLine: 'powershell -nop -w hidden',
      technique: { id: 'T1059.001', name: 'PowerShell' },
    },
  ],
  movements: [
    {
      id: 'm1',
      at: '2026-11-27T09:12:10Z',
      fromDevice: 'FIN-01',
      toDevice: 'SRV-02',
      user: String.raw`NORTHWIND\alice`,
      method: 'rdp',
      technique: { id: 'T1021.001', name: 'Remote Desktop Protocol' },
    },
  ],
  actions: [
    {
      id: 'a1',
      at: '2026-11-27T09:03:30Z',
      kind: 'network_connection',
      device: 'FIN-01',
      processId: 'p2',
      target: '203.0.113.40',
    },
    {
      id: 'a2',
      at: '2026-11-27T09:20:00Z',
      kind: 'detection',
      device: 'SRV-02',
      target: 'Ransomware behaviour',
    },
  ],
  moreEvents: 0,
  ...changes,
})

type Line = Pick<VoiceTranscript['lines'][number], 'speaker' | 'text'> & { readonly seconds: number }

export const said: readonly Line[] = [
  { seconds: 0, speaker: 'Dana Okafor', text: 'Hi, this is Dana from the help desk. How can I help?' },
  { seconds: 6, speaker: 'Luis Moreno', text: 'The file server at the branch is down since 07:40.' },
  { seconds: 15, speaker: 'Dana Okafor', text: 'The disk of FS-02 is full because the backup wrote its logs there.' },
  {
    seconds: 31,
    speaker: 'Dana Okafor',
    text: "I have restarted the server. I'll move the backup logs to another disk by Friday.",
  },
]

/** A Thursday. */
export const callBegan = '2026-11-26T09:00:00.000Z'

export const call = (lines: readonly Line[] = said, changes: object = {}) => ({
  state: 'ended',
  clientName: null,
  participants: [],
  startedAt: callBegan,
  endedAt: '2026-11-26T09:10:00.000Z',
  transcript: lines.map(({ seconds, speaker, text }) => ({
    at: new Date(Date.parse(callBegan) + seconds * 1_000).toISOString(),
    speaker,
    text,
  })),
  earlierLines: 0,
  ...changes,
})

const Results = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      kind: z.string().optional(),
      changes: z.int(),
      result: z.looseObject({ state: z.string() }),
    }),
  ),
})
export type ShownResult = z.infer<typeof Results>['results'][number]

/** What the stand-ins of Defend and Voice have for results alike. */
const productControl = (url: string, tenantId: string) => {
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/_control/${path}?tenantId=${encodeURIComponent(tenantId)}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) throw new Error(`${method} ${path} was refused: ${response.status} ${await response.text()}`)
    return response.status === 204 ? undefined : response.json()
  }
  return {
    put: async (kind: string, record: object, clientId: string | null = 'client-1', id: string = randomUUID()) => {
      await control('PUT', `records/${kind}/${encodeURIComponent(id)}`, { clientId, record })
      return id
    },
    remove: (kind: string, id: string) => control('DELETE', `records/${kind}/${encodeURIComponent(id)}`),
    results: async (): Promise<readonly ShownResult[]> => Results.parse(await control('GET', 'ai-results')).results,
    setFaults: async (...faults: readonly Fault[]) => void (await control('PUT', 'faults', faults)),
    clearFaults: async () => void (await control('DELETE', 'faults')),
    requests: async () =>
      z.object({ counts: z.record(z.string(), z.int()) }).parse(await control('GET', 'requests')).counts,
  }
}

type Kind = 'narrative' | 'recap'

export type Evidencing = {
  readonly tenantId: string
  readonly services: Services
  readonly store: Store
  readonly defend: ReturnType<typeof productControl>
  readonly voice: ReturnType<typeof productControl>
  /** Calls the handler; throws what it throws. */
  readonly handle: (kind: Kind, subjectId: string, told?: { readonly at?: string }) => Promise<HandledOutcome>
  /** As the host hands a message over: what fails is parked, or sent again for later. */
  readonly deliver: (kind: Kind, subjectId: string, attempt?: number) => Promise<void>
  readonly setSettings: (settings: TenantSettings) => Promise<void>
  /** Those of the tenant. */
  readonly incidents: () => Promise<readonly Incident[]>
  readonly parked: () => Promise<readonly string[]>
  readonly unfinished: () => Promise<number>
}

type Options = {
  readonly tenantId?: string
  /** Undefined for an organization without a tier. */
  readonly aiTier?: 'ai-basic' | 'ai-pro' | 'ai-enterprise' | null
  /** In the place of the embedded provider. */
  readonly models?: string
  /** Services that are there already, such as those that fail. */
  readonly changed?: (services: Services) => Services
}

export const startEvidencing = async (
  { urls, settings }: Pick<Stack, 'urls' | 'settings'>,
  { tenantId = `tenant-${randomUUID()}`, aiTier = 'ai-enterprise', models, changed = (same) => same }: Options = {},
): Promise<Evidencing> => {
  const services = changed(
    createServices(loadConfig(models === undefined ? settings : { ...settings, AI_MODELS: models })),
  )
  const store = services.store()
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier })
  await store.open(tenantTable).tenant.upsert({ tenantId, name: 'A tenant', seenAt: new Date().toISOString() })
  return {
    tenantId,
    services,
    store,
    defend: productControl(urls.defend, tenantId),
    voice: productControl(urls.voice, tenantId),
    handle: (kind, subjectId, told = {}) => {
      const event = tellingOf(kind, tenantId, subjectId, told.at) as unknown as Event
      const own = { event: event as never, tenantId, signal: AbortSignal.timeout(60_000), flows: noFlows }
      return subscribers[kind].handler(handlerInput(services, own))
    },
    deliver: (kind, subjectId, attempt = 1) => {
      const event = tellingOf(kind, tenantId, subjectId)
      return serveSubscriber(subscribers[kind], services)(event, contextOf(event, attempt))
    },
    setSettings: async (given) => {
      const at = { revision: randomUUID(), updatedAt: new Date().toISOString(), updatedBy: 'user:u' }
      await store.open(tenantSettingsTable).settings.upsert({ tenantId, clientId: wholeTenant, ...at, ...given })
    },
    incidents: async () => {
      const owner = ownerOfTenant(tenantId)
      return (await store.open(incidentTable).incident.list({ owner }, { limit: 100 })).rows.map(({ value }) => value)
    },
    parked: async () => {
      const rows = store.open(incidentTable).parked
      const owners = [ownerOfTenant(tenantId), platform]
      const pages = await Promise.all(owners.map((owner) => rows.list({ owner }, { limit: 1_000 })))
      const own = pages.flatMap((page) => page.rows).filter(({ value }) => value.tenantId === tenantId)
      return own.map(({ value }) => value.queue)
    },
    unfinished: async () => {
      const markers = [narrativeTables, recapTables].map(({ unfinished }) => markersOf(unfinished, store, tenantId))
      return (await Promise.all(markers)).flat().length
    },
  }
}

/** None of these starts an orchestration. */
const noFlows = () => Promise.reject(new Error('There is no task hub here.'))

const subscribers = { narrative: investigationSubscriber, recap: callSubscriber } as const

/** The event by which a product tells of it. */
export const tellingOf = (kind: Kind, tenantId: string, id: string, time?: string): CloudEvent => {
  const at = '2026-11-27T09:21:00.000Z'
  const when = time === undefined ? {} : { time }
  return kind === 'narrative'
    ? eventOf({
        type: 'defend.investigation.opened',
        tenantId,
        data: { investigation_id: id, client_id: null, opened_at: at },
        ...when,
      })
    : eventOf({ type: 'voice.call.ended', tenantId, data: { call_id: id, client_id: null, ended_at: at }, ...when })
}

/** What of an invocation the pipeline looks at. Its log goes nowhere. */
const contextOf = ({ id, type }: CloudEvent, attempt: number): InvocationContext =>
  ({
    triggerMetadata: {
      messageId: id,
      contentType: 'application/cloudevents+json',
      applicationProperties: { type, publisher: type.split('.')[0], attempt },
    },
    info: () => {},
    warn: () => {},
    error: () => {},
  }) as unknown as InvocationContext
