// What can be done with the messages parked with an incident: reading, discarding and replaying them.
import { sealedRows } from '../../../shared/secrets/wrapping-key-name.ts'
import { type HttpDefinition, http, noBody } from '../../../shared/triggers/http.ts'
import { type Audience, ownerOf } from './audience.ts'

const contract = () => import('./contract.ts')
const shown = () => import('./shown-incident.ts')

export const messageEndpoints = (audience: Audience): readonly HttpDefinition[] => [
  // A message contains data of some organization, which operators must not read.
  ...(audience.reader === 'tenant' ? [readMessage(audience)] : []),
  discardMessage(audience),
  replayMessages(audience),
]

/** Only for those who may change something: not everybody may read a message. */
const readMessage = ({ named, prefix, whose, writers, needs }: Audience): HttpDefinition =>
  http({
    name: `ai-read-${named}incident-message`,
    method: 'GET',
    route: `${prefix}/incidents/{incidentId}/messages/{messageId}`,
    summary: `Returns a message parked with an incident of ${whose}, including its body with secrets removed`,
    callers: writers,
    needs: [...needs, 'KEY_VAULT'],
    uses: sealedRows,
    contract,
    params: 'MessageParams',
    returns: { 200: 'ParkedMessageWithBody' },
    errors: ['not-found'],
    handler: async ({ params: { incidentId, messageId: parkedId }, caller, store, services }) => {
      const { readParked } = await import('../../../shared/incidents/incident-list.ts')
      const { shownMessage } = await shown()
      const key = { owner: ownerOf(caller), incidentId, parkedId }
      const { message, body } = await readParked({ store, sealing: services.sealing }, key)
      return { status: 200, body: { message: shownMessage(message), body } }
    },
  })

const discardMessage = ({ named, prefix, whose, writers, needs }: Audience): HttpDefinition =>
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
      const { discardMessage: discard } = await import('../../../shared/incidents/discard.ts')
      const key = { owner: ownerOf(caller), incidentId, parkedId }
      await discard({ store, now }, key, { by: actor, reason })
      return { status: 204 }
    },
  })

const replayMessages = ({ named, prefix, whose, writers, needs }: Audience): HttpDefinition =>
  http({
    name: `ai-replay-${named}incident`,
    method: 'POST',
    route: `${prefix}/incidents/{incidentId}/replay`,
    summary: `Replays the parked messages of an incident of ${whose}, up to 200 per call`,
    audit: 'messages.replayed',
    callers: writers,
    needs: [...needs, 'SERVICE_BUS', 'KEY_VAULT'],
    uses: { sendsTo: 'every queue', ...sealedRows },
    contract,
    params: 'IncidentParams',
    returns: { 202: 'Replay' },
    errors: ['not-found', 'conflict', 'bus-unavailable'],
    handler: async ({ params: { incidentId }, caller, store, now, actor, services }) => {
      const { replayIncident } = await import('../../../shared/incidents/replay.ts')
      const tools = { store, now, queues: await services.queues(), sealing: services.sealing }
      const body = await replayIncident(tools, { owner: ownerOf(caller), incidentId }, actor)
      return { status: 202, body }
    },
  })
