// A technician who looks for the root cause of a ticket, with the records beside it, for tests.
import { randomUUID } from 'node:crypto'
import { ShownCause } from '../../../../functions/ai/root-causes/contract.ts'
import type { Stack } from '../../../../local/stack.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { readContext } from '../../../../shared/context/reading.ts'
import { createPsaClient } from '../../../../shared/peers/psa/client.ts'
import { createServices } from '../../../../shared/services.ts'
import { identity, signIn } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { psaControl } from '../../../support/psa-control.ts'

type Peer = 'psa' | 'rmm' | 'cmdb' | 'voice'

/** Tells a stand-in something about an organization. */
export const tell = async (
  { urls }: Pick<Stack, 'urls'>,
  peer: Peer,
  path: string,
  tenantId: string,
  body: unknown,
): Promise<void> => {
  const response = await fetch(`${urls[peer]}/_control/${path}?tenantId=${tenantId}`, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  if (!response.ok) throw new Error(`${peer} refused ${path}: ${response.status} ${await response.text()}`)
}

export const server = {
  name: 'FS-02',
  kind: 'server',
  clientName: null,
  disks: [{ name: 'D', sizeGb: 960, freeGb: 1.2 }],
  online: true,
  lastSeenAt: '2026-11-27T09:30:00Z',
  patches: { status: 'up_to_date', missing: [] },
}
const asset = {
  name: 'FS-02',
  type: 'server',
  state: 'active',
  clientName: null,
  attributes: [],
  relations: ['is backed up to BAK-01'],
  updatedAt: '2026-11-26T22:00:00Z',
}
export const askedRecords = [
  { product: 'rmm', kind: 'device', id: 'device-1' },
  { product: 'cmdb', kind: 'asset', id: 'asset-1' },
] as const

/** A technician with a ticket, who sees the device and the asset. */
export const startSearching = async (stack: Pick<Stack, 'urls' | 'settings'>) => {
  const { urls, settings } = stack
  const services = createServices(loadConfig(settings))
  const put = (peer: Peer, path: string, tenantId: string, body: unknown): Promise<void> =>
    tell(stack, peer, path, tenantId, body)
  const who = identity({ role: 'member', product: 'ai' })
  const { tenantId, userId } = who
  const client = await signIn(urls, who)
  await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-enterprise' })
  const readers = { readers: [{ userId, role: 'member', clientIds: null }] }
  await Promise.all((['psa', 'rmm', 'cmdb'] as const).map((peer) => put(peer, 'readers', tenantId, readers)))
  await put('rmm', 'records/device/device-1', tenantId, { clientId: null, record: server })
  await put('cmdb', 'records/asset/asset-1', tenantId, { clientId: null, record: asset })
  const psa = createPsaClient({ baseUrl: urls.psa, key: () => services.secret('PSA_SERVICE_KEY') })
  const { ticket } = await psa.createTicket(tenantId, {
    externalReference: randomUUID(),
    title: 'Nobody can save files on FS-02',
    description: 'Since 09:10 nobody in finance can save a file.',
    priority: 'P2',
    board: 'service',
    companyId: null,
    source: 'the-one-ai',
    links: [],
    relatedTicketIds: [],
  })
  const ask = (body: object = {}) =>
    client.send('POST', '/api/ai/root-causes', { ticketId: ticket.id, records: askedRecords, ...body })
  const read = async (id: string) => {
    const response = await client.fetch(`/api/ai/root-causes/${id}`)
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${response.status} ${text}`)
    return ShownCause.parse(JSON.parse(text))
  }
  return {
    tenantId,
    userId,
    client,
    ticketId: ticket.id,
    ask,
    read,
    begin: async (body: object = {}): Promise<string> => {
      const response = await ask(body)
      const answer = (await response.json()) as { id: string }
      if (response.status !== 202) throw new Error(`${response.status} ${JSON.stringify(answer)}`)
      return answer.id
    },
    ended: (id: string) =>
      eventually(
        () => read(id),
        ({ finishedAt }) => finishedAt !== undefined,
        60_000,
      ),
    /** As a person writes one. */
    note: (text: string) => psa.addNote(tenantId, ticket.id, { reference: randomUUID(), text, internal: true }),
    factsOfTicket: async () => {
      const source = { product: 'psa', kind: 'ticket', id: ticket.id } as const
      const found = await readContext(source, { tenantId, userId }, services)
      return found.kind === 'read' ? found.facts : []
    },
    notes: async () => (await psaControl(urls.psa, tenantId).tickets()).flatMap(({ notes }) => notes),
  }
}
