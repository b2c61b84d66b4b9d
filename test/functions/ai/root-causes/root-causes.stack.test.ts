import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { ShownCause } from '../../../../functions/ai/root-causes/contract.ts'
import { rootCauseTable } from '../../../../functions/ai/root-causes/root-cause-table.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import { identity, newClient, signIn } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { psaControl } from '../../../support/psa-control.ts'
import { createPsaClient } from '../../../../shared/peers/psa/client.ts'
import { createServices } from '../../../../shared/services.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { tenantSettingsTable, wholeTenant } from '../../../../shared/tenants/tenant-settings.ts'

const { urls, settings } = inject('stack')
const services = createServices(loadConfig(settings))
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })

const put = async (peer: 'psa' | 'rmm' | 'cmdb', path: string, tenantId: string, body: unknown): Promise<void> => {
  const response = await fetch(`${urls[peer]}/_control/${path}?tenantId=${tenantId}`, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  if (!response.ok) throw new Error(`${peer} refused ${path}: ${response.status} ${await response.text()}`)
}
const setFaults = (peer: 'psa' | 'rmm' | 'cmdb', tenantId: string, ...faults: readonly Fault[]): Promise<void> =>
  put(peer, 'faults', tenantId, faults)

const server = {
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
const records = [
  { product: 'rmm', kind: 'device', id: 'device-1' },
  { product: 'cmdb', kind: 'asset', id: 'asset-1' },
] as const

/** A technician with a ticket, who sees the device and the asset. */
const startSearching = async () => {
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
    client.send('POST', '/api/ai/root-causes', { ticketId: ticket.id, records, ...body })
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
    notes: async () => (await psaControl(urls.psa, tenantId).tickets()).flatMap(({ notes }) => notes),
  }
}

describe('the search for a root cause', () => {
  it('reads ticket, device and asset, and writes one internal note with verdicts and their evidence', async () => {
    const { tenantId, begin, ended, ask, notes } = await startSearching()
    const id = await begin()
    const cause = await ended(id)
    expect(cause).toMatchObject({
      state: 'completed',
      report: {
        sources: [{ outcome: 'read' }, { outcome: 'read' }, { outcome: 'read' }],
        hypotheses: expect.arrayContaining([
          {
            statement: 'The disk D of FS-02 is full, or nearly so.',
            state: 'supported',
            evidence: ['rmm-device-1.disk-1'],
          },
          expect.objectContaining({ state: 'contradicted', evidence: ['rmm-device-1.online'] }),
        ]) as object[],
        model: 'rules',
      },
    })
    const times = cause.report?.timeline.map(({ at }) => Date.parse(at)) ?? []
    expect(times.length).toBeGreaterThan(1)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    const again = await ask()
    expect([again.status, await again.json()]).toMatchObject([200, { id, outcome: 'existing' }])
    const [note, ...others] = await notes()
    expect(others).toEqual([])
    expect(note).toMatchObject({ internal: true, reference: `ai-root-cause-${id}` })
    expect(note?.text).toContain('- supported: The disk D of FS-02 is full, or nearly so. (rmm-device-1.disk-1)')
    expect(note?.text).toContain('no model has read it')
    const kept = await store.open(rootCauseTable).material.list({ tenantId, causeId: id }, { limit: 10 })
    expect(kept.rows).toEqual([])
  })

  it.each([
    ['does not answer', { kind: 'hang' }, 'unavailable'],
    ['answers with an error', { kind: 'status', status: 503 }, 'unavailable'],
  ] as const)('says what could not be read when RMM %s, and goes on without it', async (_, fault, outcome) => {
    const { tenantId, begin, ended, notes } = await startSearching()
    await setFaults('rmm', tenantId, fault)
    const cause = await ended(await begin())
    expect(cause.report?.sources.map((source) => source.outcome)).toEqual(['read', outcome, 'read'])
    const [note] = await notes()
    expect(note?.text).toContain('- could not be read: RMM device device-1 (the product did not answer in time)')
    expect(note?.text).toContain('What does the RMM device device-1 say? It could not be read')
  })

  it('shows nobody what the product does not show them', async () => {
    const { tenantId, userId, begin, ended, notes } = await startSearching()
    await put('rmm', 'readers', tenantId, { readers: [{ userId, role: 'viewer', clientIds: [] }] })
    const cause = await ended(await begin())
    expect(cause.report?.sources[1]).toMatchObject({ outcome: 'not-allowed' })
    expect(JSON.stringify([cause, await notes()])).not.toContain('disk-1')
  })

  it('is for the person who asks alone; PSA asks on behalf of one', async () => {
    const { tenantId, userId, ticketId, begin, ended } = await startSearching()
    const id = await begin()
    await ended(id)
    const other = await signIn(urls, identity({ tenantId, role: 'admin', product: 'ai' }))
    expect((await other.fetch(`/api/ai/root-causes/${id}`)).status).toBe(404)
    const scopes = ['ai:features:psa'] as const
    const key = await createIntegrationKey(store, {
      environment: 'test',
      tenantId,
      integration: 'psa→ai',
      scopes,
      now: new Date(),
    })
    const psa = newClient(urls, { 'x-integration-key': key })
    expect((await psa.send('POST', '/api/ai/root-causes', { ticketId, records })).status).toBe(400)
    const same = await psa.send('POST', '/api/ai/root-causes', { ticketId, records, userId })
    expect(await same.json()).toMatchObject({ id, outcome: 'existing' })
    expect((await psa.fetch(`/api/ai/root-causes/${id}?userId=${userId}`)).status).toBe(200)
  })

  it('of an organization that has opted out is refused at once', async () => {
    const { tenantId, ask, notes } = await startSearching()
    const at = { revision: randomUUID(), updatedAt: new Date().toISOString(), updatedBy: 'user:u' }
    await store.open(tenantSettingsTable).settings.upsert({ tenantId, clientId: wholeTenant, ...at, aiOptOut: true })
    expect((await ask()).status).toBe(403)
    expect(await notes()).toEqual([])
  })

  it('ends as failed for a ticket that PSA does not have', async () => {
    const { begin, ended, notes } = await startSearching()
    expect(await ended(await begin({ ticketId: 'T-unknown' }))).toMatchObject({
      state: 'failed',
      problem: { code: 'not-found' },
    })
    expect(await notes()).toEqual([])
  })

  it('waits for PSA, says so, and ends without a note when it is cancelled meanwhile; asked for again it is made', async () => {
    const { tenantId, client, begin, ended, read, ask, notes } = await startSearching()
    await setFaults('psa', tenantId, { kind: 'status', status: 503, operation: 'viewTicket' })
    const id = await begin()
    await eventually(
      () => read(id),
      ({ waitingFor }) => waitingFor !== undefined,
      60_000,
    )
    const cancelled = await client.send('POST', `/api/ai/root-causes/${id}/cancel`, undefined)
    expect(cancelled.status).toBe(202)
    await setFaults('psa', tenantId)
    expect(await ended(id)).toMatchObject({ state: 'cancelled' })
    expect(await notes()).toEqual([])
    expect(await (await ask()).json()).toMatchObject({ id, outcome: 'restarted' })
    expect(await ended(id)).toMatchObject({ state: 'completed', attempt: 2 })
    expect(await notes()).toHaveLength(1)
  })

  it('writes one note when PSA has taken it and did not say so', async () => {
    const { tenantId, begin, ended, read, notes } = await startSearching()
    await setFaults('psa', tenantId, { kind: 'commit-then-status', operation: 'addNote', times: 10 })
    const id = await begin()
    await eventually(
      () => read(id),
      ({ waitingFor }) => waitingFor !== undefined,
      60_000,
    )
    await setFaults('psa', tenantId)
    expect(await ended(id)).toMatchObject({ state: 'completed' })
    expect(await notes()).toHaveLength(1)
  })
})
