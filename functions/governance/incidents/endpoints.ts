// Governance → Incidents: an organization's own, those of the platform, and the banner that tells everybody of the latter (GOV-1).
import {
  type IntegrationCaller,
  type SessionCaller,
  actorOf,
  integrationKey,
  session,
} from '../../../shared/auth/caller.ts'
import { errorTable } from '../../../shared/errors.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { type HttpDefinition, http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')
const shown = () => import('./shown-incident.ts')

type Rule = ReturnType<typeof session> | ReturnType<typeof integrationKey>

type Family = {
  /** Stands before `incident` in the functions' names: '' or `platform-`. */
  readonly named: string
  /** Of the route. */
  readonly prefix: string
  /** Whose incidents they are, for the summaries. */
  readonly whose: string
  readonly readers: readonly Rule[]
  readonly writers: readonly Rule[]
  readonly ownerOf: (caller: SessionCaller | IntegrationCaller) => string
}

const incidentEndpoints = (family: Family): readonly HttpDefinition[] => [
  ...readingEndpoints(family),
  ...changingEndpoints(family),
  replayEndpoint(family),
]

const readingEndpoints = ({ named, prefix, whose, readers, ownerOf }: Family): readonly HttpDefinition[] => [
  http({
    name: `ai-list-${named}incidents`,
    method: 'GET',
    route: `${prefix}/incidents`,
    summary: `Incidents of ${whose}, newest first`,
    callers: readers,
    needs: ['DATA_STORAGE'],
    query: async () => (await contract()).IncidentQuery,
    returns: { 200: async () => (await contract()).Incidents },
    handler: async ({ query, caller, services }) => {
      const { listIncidents } = await import('../../../shared/incidents/incident-list.ts')
      const { shownIncident } = await shown()
      const { incidents, ...page } = await listIncidents(services.store(), ownerOf(caller), query)
      return { status: 200, body: { incidents: incidents.map(shownIncident), ...page } }
    },
  }),
  http({
    name: `ai-read-${named}incident`,
    method: 'GET',
    route: `${prefix}/incidents/{incidentId}`,
    summary: `One incident of ${whose}, with the first of its parked messages`,
    callers: readers,
    needs: ['DATA_STORAGE'],
    params: async () => (await contract()).IncidentParams,
    returns: { 200: async () => (await contract()).IncidentWithMessages },
    errors: ['not-found'],
    handler: async ({ params: { incidentId }, caller, services }) => {
      const { listParked } = await import('../../../shared/incidents/incident-list.ts')
      const { readIncident } = await import('../../../shared/incidents/incident-life.ts')
      const { shownIncident, shownMessages } = await shown()
      const [store, key] = [services.store(), { owner: ownerOf(caller), incidentId }]
      const { value } = await readIncident(store, key)
      const page = await listParked(store, key, { limit: 25 })
      return { status: 200, body: { incident: shownIncident(value), ...shownMessages(page) } }
    },
  }),
  http({
    name: `ai-list-${named}incident-messages`,
    method: 'GET',
    route: `${prefix}/incidents/{incidentId}/messages`,
    summary: `Messages that are parked with an incident of ${whose}`,
    callers: readers,
    needs: ['DATA_STORAGE'],
    params: async () => (await contract()).IncidentParams,
    query: async () => (await contract()).MessageQuery,
    returns: { 200: async () => (await contract()).ParkedMessages },
    errors: ['not-found'],
    handler: async ({ params: { incidentId }, query, caller, services }) => {
      const { listParked } = await import('../../../shared/incidents/incident-list.ts')
      const { shownMessages } = await shown()
      const page = await listParked(services.store(), { owner: ownerOf(caller), incidentId }, query)
      return { status: 200, body: shownMessages(page) }
    },
  }),
]

const changingEndpoints = ({ named, prefix, whose, writers, ownerOf }: Family): readonly HttpDefinition[] =>
  (['acknowledge', 'resolve'] as const).map((verb) =>
    http({
      name: `ai-${verb}-${named}incident`,
      method: 'POST',
      route: `${prefix}/incidents/{incidentId}/${verb}`,
      summary:
        verb === 'acknowledge'
          ? `Say that somebody looks after an incident of ${whose}`
          : `Say that the cause of an incident of ${whose} is gone. The next failure opens a new one`,
      callers: writers,
      needs: ['DATA_STORAGE'],
      params: async () => (await contract()).IncidentParams,
      returns: { 200: async () => (await contract()).Incident },
      errors: ['not-found', 'conflict'],
      handler: async ({ params: { incidentId }, caller, services }) => {
        const { acknowledgeIncident, resolveIncident } = await import('../../../shared/incidents/incident-life.ts')
        const { shownIncident } = await shown()
        const change = verb === 'acknowledge' ? acknowledgeIncident : resolveIncident
        const tools = { store: services.store(), now: services.now }
        const incident = await change(tools, { owner: ownerOf(caller), incidentId }, actorOf(caller))
        return { status: 200, body: shownIncident(incident) }
      },
    }),
  )

const replayEndpoint = ({ named, prefix, whose, writers, ownerOf }: Family): HttpDefinition =>
  http({
    name: `ai-replay-${named}incident`,
    method: 'POST',
    route: `${prefix}/incidents/{incidentId}/replay`,
    summary: `Send the parked messages of an incident of ${whose} again, up to 200 a call`,
    callers: writers,
    needs: ['DATA_STORAGE', 'SERVICE_BUS'],
    params: async () => (await contract()).IncidentParams,
    returns: { 202: async () => (await contract()).Replay },
    errors: ['not-found', 'conflict', 'bus-unavailable'],
    handler: async ({ params: { incidentId }, caller, services }) => {
      const { replayIncident } = await import('../../../shared/incidents/replay.ts')
      const tools = { store: services.store(), now: services.now, queues: await services.queues() }
      const body = await replayIncident(tools, { owner: ownerOf(caller), incidentId }, actorOf(caller))
      return { status: 202, body }
    },
  })

/** The newest of them. */
const incidentsMax = 100

const readBanner = http({
  name: 'ai-read-banner',
  method: 'GET',
  route: 'ai/governance/banner',
  summary: 'What is broken for every organization now',
  callers: [session('ai', { atLeast: 'viewer' })],
  needs: ['DATA_STORAGE'],
  returns: { 200: async () => (await contract()).Banners },
  handler: async ({ services }) => {
    const { listIncidents } = await import('../../../shared/incidents/incident-list.ts')
    const { resolutionOf, titleOf } = await import('../../../shared/incidents/resolution.ts')
    const page = { state: 'unresolved', limit: incidentsMax } as const
    const { incidents } = await listIncidents(services.store(), platform, page)
    // Broken events are for those who run the platform; what fails for now is what people notice.
    const noticed = incidents.filter(({ code }) => errorTable[code].onMessage === 'retry')
    const banners = noticed.map((incident) => ({
      title: titleOf(incident),
      since: incident.firstSeenAt,
      advice: resolutionOf(incident),
    }))
    return { status: 200, body: { banners } }
  },
})

export const governance: readonly HttpDefinition[] = [
  ...incidentEndpoints({
    named: '',
    prefix: 'ai/governance',
    whose: 'the organization',
    readers: [session('ai', { atLeast: 'member' }), integrationKey('governance:incidents:read')],
    writers: [session('ai', { atLeast: 'admin' }), integrationKey('governance:incidents:write')],
    ownerOf: ({ tenantId }) => ownerOfTenant(tenantId),
  }),
  ...incidentEndpoints({
    named: 'platform-',
    prefix: 'ai/governance/platform',
    whose: 'the platform',
    readers: [integrationKey('platform:incidents:read')],
    writers: [integrationKey('platform:incidents:write')],
    ownerOf: () => platform,
  }),
  readBanner,
]
