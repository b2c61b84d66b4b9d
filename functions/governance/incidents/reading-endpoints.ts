// Lists and shows incidents and the messages parked with them.
import { type HttpDefinition, http } from '../../../shared/triggers/http.ts'
import { type Audience, ownerOf } from './audience.ts'

const contract = () => import('./contract.ts')
const shown = () => import('./shown-incident.ts')

export const readingEndpoints = (audience: Audience): readonly HttpDefinition[] => [
  list(audience),
  read(audience),
  listMessages(audience),
]

const list = ({ named, prefix, whose, readers, reader, needs }: Audience): HttpDefinition =>
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
  })

const read = ({ named, prefix, whose, readers, reader, needs }: Audience): HttpDefinition =>
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
  })

const listMessages = ({ named, prefix, whose, readers, needs }: Audience): HttpDefinition =>
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
  })
