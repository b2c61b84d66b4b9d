// Acknowledges and resolves incidents.
import { type HttpDefinition, http } from '../../../shared/triggers/http.ts'
import { type Audience, ownerOf } from './audience.ts'

const contract = () => import('./contract.ts')
const shown = () => import('./shown-incident.ts')

export const changingEndpoints = ({
  named,
  prefix,
  whose,
  writers,
  reader,
  needs,
}: Audience): readonly HttpDefinition[] => [
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
