// Governance → Incidents: an organization's own, those of the platform, and the banner that tells everybody of the latter (GOV-1).
import {
  type IntegrationCaller,
  type PlatformCaller,
  type SessionCaller,
  integrationKey,
  operatorSettings,
  platformOperator,
  session,
} from '../../../shared/auth/caller.ts'
import type { SettingName } from '../../../shared/config/settings.ts'
import { errorTable } from '../../../shared/error-table.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { type HttpDefinition, http, noBody } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const shown = () => import('./shown-incident.ts')

type Rule = ReturnType<typeof session> | ReturnType<typeof integrationKey> | ReturnType<typeof platformOperator>
type Reader = SessionCaller | IntegrationCaller | PlatformCaller

const ownerOf = (caller: Reader): string => (caller.kind === 'platform' ? platform : ownerOfTenant(caller.tenantId))

type Family = {
  /** Stands before `incident` in the functions' names: '' or `platform-`. */
  readonly named: string
  /** Of the route. */
  readonly prefix: string
  /** Whose incidents they are, for the summaries. */
  readonly whose: string
  readonly readers: readonly Rule[]
  readonly writers: readonly Rule[]
  /** For whom the advice is. */
  readonly reader: 'tenant' | 'operator'
  readonly needs: readonly SettingName[]
}

const incidentEndpoints = (family: Family): readonly HttpDefinition[] => [
  ...readingEndpoints(family),
  // What a message said is some organization's, and operators do not read that.
  ...(family.reader === 'tenant' ? [messageReader(family)] : []),
  discardEndpoint(family),
  ...changingEndpoints(family),
  replayEndpoint(family),
]

const readingEndpoints = ({ named, prefix, whose, readers, reader, needs }: Family): readonly HttpDefinition[] => [
  http({
    name: `ai-list-${named}incidents`,
    method: 'GET',
    route: `${prefix}/incidents`,
    summary: `Lists the incidents of ${whose}, newest first`,
    callers: readers,
    needs,
    contract,
    query: 'IncidentQuery',
    returns: { 200: 'Incidents' },
    handler: async ({ query, caller, store }) => {
      const { listIncidents } = await import('../../../shared/incidents/incident-list.ts')
      const { shownIncident } = await shown()
      const { incidents, ...page } = await listIncidents(store, ownerOf(caller), query)
      return { status: 200, body: { incidents: incidents.map((incident) => shownIncident(incident, reader)), ...page } }
    },
  }),
  http({
    name: `ai-read-${named}incident`,
    method: 'GET',
    route: `${prefix}/incidents/{incidentId}`,
    summary: `Returns an incident of ${whose}, with the first page of its parked messages`,
    callers: readers,
    needs,
    contract,
    params: 'IncidentParams',
    returns: { 200: 'IncidentWithMessages' },
    errors: ['not-found'],
    handler: async ({ params: { incidentId }, caller, store }) => {
      const { listParked } = await import('../../../shared/incidents/incident-list.ts')
      const { readIncident } = await import('../../../shared/incidents/incident-life.ts')
      const { shownIncident, shownMessages } = await shown()
      const key = { owner: ownerOf(caller), incidentId }
      const { value } = await readIncident(store, key)
      const page = await listParked(store, key, { limit: 25 })
      return { status: 200, body: { incident: shownIncident(value, reader), ...shownMessages(page) } }
    },
  }),
  http({
    name: `ai-list-${named}incident-messages`,
    method: 'GET',
    route: `${prefix}/incidents/{incidentId}/messages`,
    summary: `Lists the messages parked with an incident of ${whose}`,
    callers: readers,
    needs,
    contract,
    params: 'IncidentParams',
    query: 'MessageQuery',
    returns: { 200: 'ParkedMessages' },
    errors: ['not-found'],
    handler: async ({ params: { incidentId }, query, caller, store }) => {
      const { listParked } = await import('../../../shared/incidents/incident-list.ts')
      const { shownMessages } = await shown()
      const page = await listParked(store, { owner: ownerOf(caller), incidentId }, query)
      return { status: 200, body: shownMessages(page) }
    },
  }),
]

/** For those who may change something alone: what a message said is not for everybody. */
const messageReader = ({ named, prefix, whose, writers, needs }: Family): HttpDefinition =>
  http({
    name: `ai-read-${named}incident-message`,
    method: 'GET',
    route: `${prefix}/incidents/{incidentId}/messages/{messageId}`,
    summary: `Returns a message parked with an incident of ${whose}, including its body with secrets removed`,
    callers: writers,
    needs,
    contract,
    params: 'MessageParams',
    returns: { 200: 'ParkedMessageWithBody' },
    errors: ['not-found'],
    handler: async ({ params: { incidentId, messageId: parkedId }, caller, store }) => {
      const { readParked } = await import('../../../shared/incidents/incident-list.ts')
      const { shownMessage } = await shown()
      const key = { owner: ownerOf(caller), incidentId, parkedId }
      const { message, body } = await readParked(store, key)
      return { status: 200, body: { message: shownMessage(message), body } }
    },
  })

const discardEndpoint = ({ named, prefix, whose, writers, needs }: Family): HttpDefinition =>
  http({
    name: `ai-discard-${named}incident-message`,
    method: 'POST',
    route: `${prefix}/incidents/{incidentId}/messages/{messageId}/discard`,
    summary: `Discards a message parked with an incident of ${whose}: it is never handled`,
    audit: 'messages.discarded',
    callers: writers,
    needs,
    contract,
    params: 'MessageParams',
    body: 'Discard',
    returns: { 204: noBody },
    errors: ['not-found', 'conflict'],
    handler: async ({ params: { incidentId, messageId: parkedId }, body: { reason }, caller, store, now, actor }) => {
      const { discardMessage } = await import('../../../shared/incidents/discard.ts')
      const key = { owner: ownerOf(caller), incidentId, parkedId }
      await discardMessage({ store, now }, key, { by: actor, reason })
      return { status: 204 }
    },
  })

const changingEndpoints = ({ named, prefix, whose, writers, reader, needs }: Family): readonly HttpDefinition[] => [
  http({
    name: `ai-acknowledge-${named}incident`,
    method: 'POST',
    route: `${prefix}/incidents/{incidentId}/acknowledge`,
    summary: `Acknowledges an incident of ${whose}`,
    audit: 'incident.changed',
    callers: writers,
    needs,
    contract,
    params: 'IncidentParams',
    returns: { 200: 'Incident' },
    errors: ['not-found', 'conflict'],
    handler: async ({ params: { incidentId }, caller, store, now, actor }) => {
      const { acknowledgeIncident } = await import('../../../shared/incidents/incident-life.ts')
      const { shownIncident } = await shown()
      const tools = { store, now }
      const incident = await acknowledgeIncident(tools, { owner: ownerOf(caller), incidentId }, actor)
      return { status: 200, body: shownIncident(incident, reader) }
    },
  }),
  http({
    name: `ai-resolve-${named}incident`,
    method: 'POST',
    route: `${prefix}/incidents/{incidentId}/resolve`,
    summary: `Resolves an incident of ${whose}. The next failure opens a new one. Parked messages must be replayed or discarded first`,
    audit: 'incident.changed',
    callers: writers,
    needs,
    contract,
    params: 'IncidentParams',
    query: 'ResolveQuery',
    returns: { 200: 'Incident' },
    errors: ['not-found', 'conflict', 'messages-parked'],
    handler: async ({ params: { incidentId }, query: { discardParked }, caller, store, now, actor: by }) => {
      const { resolveIncident } = await import('../../../shared/incidents/incident-life.ts')
      const { shownIncident } = await shown()
      const tools = { store, now }
      const key = { owner: ownerOf(caller), incidentId }
      if (discardParked === 'true') {
        const { discardAll } = await import('../../../shared/incidents/discard.ts')
        await discardAll(tools, key, { by, reason: 'The incident was resolved.' })
      }
      return { status: 200, body: shownIncident(await resolveIncident(tools, key, by), reader) }
    },
  }),
]

const replayEndpoint = ({ named, prefix, whose, writers, needs }: Family): HttpDefinition =>
  http({
    name: `ai-replay-${named}incident`,
    method: 'POST',
    route: `${prefix}/incidents/{incidentId}/replay`,
    summary: `Replays the parked messages of an incident of ${whose}, up to 200 per call`,
    audit: 'messages.replayed',
    callers: writers,
    needs: [...needs, 'SERVICE_BUS'],
    contract,
    params: 'IncidentParams',
    returns: { 202: 'Replay' },
    errors: ['not-found', 'conflict', 'bus-unavailable'],
    handler: async ({ params: { incidentId }, caller, store, now, actor, services }) => {
      const { replayIncident } = await import('../../../shared/incidents/replay.ts')
      const tools = { store, now, queues: await services.queues() }
      const body = await replayIncident(tools, { owner: ownerOf(caller), incidentId }, actor)
      return { status: 202, body }
    },
  })

/** The newest of them. */
const incidentsMax = 100

const readBanner = http({
  name: 'ai-read-banner',
  method: 'GET',
  route: 'ai/governance/banner',
  summary: 'Lists the current failures that affect every organization',
  callers: [session('ai', { atLeast: 'viewer' })],
  needs: ['DATA_STORAGE'],
  contract,
  returns: { 200: 'Banners' },
  handler: async ({ store }) => {
    const { listIncidents } = await import('../../../shared/incidents/incident-list.ts')
    const { resolutionOf, titleOf } = await import('../../../shared/incidents/resolution.ts')
    const page = { state: 'unresolved', limit: incidentsMax } as const
    const { incidents } = await listIncidents(store, platform, page)
    // Broken events are for those who run the platform; what fails for now is what people notice.
    const noticed = incidents.filter(
      ({ code, recoveredAt }) => errorTable[code].onMessage === 'retry' && recoveredAt === undefined,
    )
    const banners = noticed.map((incident) => ({
      title: titleOf(incident),
      since: incident.firstSeenAt,
      advice: resolutionOf(incident, 'tenant'),
    }))
    return { status: 200, body: { banners } }
  },
})

export const governanceEndpoints: readonly HttpDefinition[] = [
  ...incidentEndpoints({
    named: '',
    prefix: 'ai/governance',
    whose: 'the organization',
    readers: [session('ai', { atLeast: 'member' }), integrationKey('governance:incidents:read')],
    writers: [session('ai', { atLeast: 'admin' }), integrationKey('governance:incidents:write')],
    reader: 'tenant',
    needs: ['DATA_STORAGE'],
  }),
  ...incidentEndpoints({
    named: 'platform-',
    prefix: 'ai/governance/platform',
    whose: 'the platform',
    readers: [platformOperator('Operator.Platform')],
    writers: [platformOperator('Operator.Platform')],
    reader: 'operator',
    needs: ['DATA_STORAGE', ...operatorSettings],
  }),
  readBanner,
]
