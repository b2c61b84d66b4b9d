import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { rootCauseTable } from '../../../../functions/ai/root-causes/root-cause-table.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import { identity, newClient, signIn } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { askedRecords, server, startSearching, tell } from './searching.ts'
import { tenantSettingsTable, wholeTenant } from '../../../../shared/tenants/tenant-settings.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })

const stack = { urls, settings }
const put = (peer: 'psa' | 'rmm' | 'cmdb', path: string, tenantId: string, body: unknown): Promise<void> =>
  tell(stack, peer, path, tenantId, body)
const setFaults = (peer: 'psa' | 'rmm' | 'cmdb', tenantId: string, ...faults: readonly Fault[]): Promise<void> =>
  put(peer, 'faults', tenantId, faults)

describe('the search for a root cause', () => {
  it('reads ticket, device and asset, and writes one internal note with verdicts and their evidence', async () => {
    const { tenantId, begin, ended, ask, notes } = await startSearching(stack)
    const id = await begin()
    const cause = await ended(id)
    expect(cause).toMatchObject({
      state: 'completed',
      report: {
        sources: [{ outcome: 'read' }, { outcome: 'read' }, { outcome: 'read' }],
        hypotheses: expect.arrayContaining([
          {
            statement:
              'The disk D of FS-02 is full, or nearly so. The ticket is about FS-02 and says “Nobody can save files on FS-02”.',
            state: 'supported',
            evidence: ['rmm-device-1.disk-1', 'ticket.title'],
          },
          expect.objectContaining({ state: 'contradicted', evidence: ['rmm-device-1.online', 'ticket.title'] }),
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
    expect(note?.text).toContain('“Nobody can save files on FS-02”. (rmm-device-1.disk-1, ticket.title)')
    expect(note?.text).toContain('Onset, about then: the ticket says “Since 09:10 nobody in finance can save a file”.')
    expect(note?.text).toContain('no model has read it')
    expect(note?.text).toContain('- RMM device FS-02 (device-1): ')
    expect(note?.text).toContain('rmm-device-1.disk-1 is Disk')
    const kept = await store.open(rootCauseTable).material.list({ tenantId, causeId: id }, { limit: 10 })
    expect(kept.rows).toEqual([])
  })

  it('names what RMM says was changed on the device before it began, and not what came after', async () => {
    const { tenantId, begin, ended } = await startSearching(stack)
    const today = Date.parse(`${new Date().toISOString().slice(0, 10)}T09:10:00Z`)
    const onset = today < Date.now() ? today : today - 86_400_000
    const minutesAfter = (minutes: number): string => new Date(onset + minutes * 60_000).toISOString()
    const changes = [
      { at: minutesAfter(80), title: 'Shares of finance moved to volume E of FS-02' },
      { at: minutesAfter(-15), title: 'Driver of the storage controller updated on FS-02' },
    ]
    // It keeps the time of UTC all year.
    const zone = { timeZone: 'Atlantic/Reykjavik', clientId: wholeTenant, tenantId }
    const at = { revision: randomUUID(), updatedAt: new Date().toISOString(), updatedBy: 'user:u' }
    await store.open(tenantSettingsTable).settings.upsert({ ...zone, ...at })
    await put('rmm', 'records/device/device-1', tenantId, { clientId: null, record: { ...server, changes } })
    const { report } = await ended(await begin())
    const about = (change: string) =>
      report?.hypotheses.find(({ evidence }) => evidence.includes(`rmm-device-1.${change}`))
    expect(about('change-1')).toMatchObject({ state: 'contradicted' })
    expect(about('change-2')).toMatchObject({ state: expect.not.stringContaining('contradicted') as string })
    expect(report?.timeline.map(({ evidence }) => evidence)).toContainEqual(['rmm-device-1.change-2'])
  })

  it('takes no earlier search for evidence, neither its note nor a copy of it that a person made', async () => {
    const { begin, ended, notes, note, factsOfTicket } = await startSearching(stack)
    await ended(await begin())
    const [draft] = await notes()
    await note(`Copied for Ann:\n${draft?.text}`)
    await note('The backup ran into the morning.')
    const { report } = await ended(await begin({ records: askedRecords.slice(0, 1) }))
    expect(report?.timeline.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('The backup ran into the morning.'),
    )
    expect(JSON.stringify(report)).not.toContain('by the AI Platform')
    const facts = await factsOfTicket()
    const drafts = facts.filter(({ isOwnDraft }) => isOwnDraft)
    expect(drafts).toHaveLength(2)
    expect(drafts[0]?.label).toMatch(/^Draft of the AI Platform of .*, which nobody has confirmed$/)
    expect(facts.filter(({ text, isOwnDraft }) => !isOwnDraft && text.includes('AI Platform'))).toEqual([])
  })

  it.each([
    ['does not answer', { kind: 'hang' }, 'unavailable'],
    ['answers with an error', { kind: 'status', status: 503 }, 'unavailable'],
  ] as const)('says what could not be read when RMM %s, and goes on without it', async (_, fault, outcome) => {
    const { tenantId, begin, ended, notes } = await startSearching(stack)
    await setFaults('rmm', tenantId, fault)
    const cause = await ended(await begin())
    expect(cause.report?.sources.map((source) => source.outcome)).toEqual(['read', outcome, 'read'])
    const [note] = await notes()
    expect(note?.text).toContain('- could not be read: RMM device device-1 (the product did not answer in time)')
    expect(note?.text).toContain('What does the RMM device device-1 say? It could not be read')
  })

  it('shows nobody what the product does not show them', async () => {
    const { tenantId, userId, begin, ended, notes } = await startSearching(stack)
    await put('rmm', 'readers', tenantId, { readers: [{ userId, role: 'viewer', clientIds: [] }] })
    const cause = await ended(await begin())
    expect(cause.report?.sources[1]).toMatchObject({ outcome: 'not-allowed' })
    expect(JSON.stringify([cause, await notes()])).not.toContain('disk-1')
  })

  it('is for the person who asks alone; PSA asks on behalf of one', async () => {
    const { tenantId, userId, ticketId, begin, ended } = await startSearching(stack)
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
    expect((await psa.send('POST', '/api/ai/root-causes', { ticketId, records: askedRecords })).status).toBe(400)
    const same = await psa.send('POST', '/api/ai/root-causes', { ticketId, records: askedRecords, userId })
    const answer = (await same.json()) as { progressUrl: string }
    expect(answer).toMatchObject({ id, outcome: 'existing' })
    const progress = await psa.fetch(answer.progressUrl)
    expect([progress.status, await progress.json()]).toMatchObject([200, { id, state: 'completed' }])
    expect((await psa.fetch(same.headers.get('location') ?? '')).status).toBe(200)
    expect((await psa.fetch(`/api/ai/root-causes/${id}?userId=${userId}`)).status).toBe(200)
  })

  it('of an organization that has opted out is refused at once', async () => {
    const { tenantId, ask, notes } = await startSearching(stack)
    const at = { revision: randomUUID(), updatedAt: new Date().toISOString(), updatedBy: 'user:u' }
    await store.open(tenantSettingsTable).settings.upsert({ tenantId, clientId: wholeTenant, ...at, aiOptOut: true })
    expect((await ask()).status).toBe(403)
    expect(await notes()).toEqual([])
  })

  it('of a ticket that PSA does not show the person is refused at once, and is no incident', async () => {
    const { tenantId, userId, ask, notes } = await startSearching(stack)
    const refusal = async (body: object) => {
      const response = await ask(body)
      return { status: response.status, ...((await response.json()) as object) }
    }
    expect(await refusal({ ticketId: 'T-unknown' })).toMatchObject({ status: 404, detail: 'PSA has no such ticket.' })
    await put('psa', 'readers', tenantId, { readers: [{ userId, role: 'viewer', clientIds: [] }] })
    expect(await refusal({})).toMatchObject({ status: 403, detail: 'PSA does not show you this ticket.' })
    expect(await notes()).toEqual([])
    const requests = await store.open(rootCauseTable).cause.list({ tenantId }, { limit: 10 })
    expect(requests.rows).toEqual([])
  })

  it('waits for PSA, says so, and ends without a note when it is cancelled meanwhile; asked for again it is made', async () => {
    const { tenantId, client, begin, ended, read, ask, notes } = await startSearching(stack)
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
    // Now it is too late.
    expect((await client.send('POST', `/api/ai/root-causes/${id}/cancel`, undefined)).status).toBe(409)
    expect(await read(id)).toMatchObject({ state: 'completed' })
  })

  it('that is cancelled while its report waits for PSA ends without a note', async () => {
    const { tenantId, client, begin, ended, read, notes } = await startSearching(stack)
    await setFaults('psa', tenantId, { kind: 'status', status: 503, operation: 'addNote' })
    const id = await begin()
    const waiting = await eventually(
      () => read(id),
      ({ waitingFor }) => waitingFor !== undefined,
      60_000,
    )
    expect(waiting).toMatchObject({ report: { model: 'rules' } })
    expect((await client.send('POST', `/api/ai/root-causes/${id}/cancel`, undefined)).status).toBe(202)
    await setFaults('psa', tenantId)
    expect(await ended(id)).toMatchObject({ state: 'cancelled' })
    expect(await notes()).toEqual([])
  })

  it('writes one note when PSA has taken it and did not say so', async () => {
    const { tenantId, begin, ended, read, notes } = await startSearching(stack)
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
