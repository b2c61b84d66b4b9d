import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { suggestionSubscriber } from '../../../../functions/ai/suggestions/subscriber.ts'
import { showOutcomes, takeOutcome } from '../../../../functions/ai/suggestions/counting.ts'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import { readEvent } from '../../../../shared/bus/event.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { tenantSettingsTable, wholeTenant } from '../../../../shared/tenants/tenant-settings.ts'
import { eventOf, publish } from '../../../support/bus-events.ts'
import { newClient } from '../../../support/browser-client.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { samples } from '../features/feature-samples.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })

const keyOf = (tenantId: string) =>
  createIntegrationKey(store, {
    environment: 'test',
    tenantId,
    integration: 'psa→ai',
    scopes: ['ai:features:psa'],
    now: new Date(),
  })

const startCounting = () => {
  const tenantId = `tenant-${randomUUID()}`
  const at = (day: string) => ({ store, tenantId, now: () => new Date(`${day}T12:00:00Z`) })
  const all = { from: '2026-03-01', to: '2026-03-31' }
  return {
    tenantId,
    take: (suggestionId: string, outcome: 'shown' | 'accepted' | 'edited' | 'dismissed', day = '2026-03-01') =>
      takeOutcome(at(day), { suggestionId, field: 'category', outcome }),
    shown: () => showOutcomes(at('2026-03-31'), all),
  }
}

describe('what became of suggestions', () => {
  it('is counted by day, with the rate of those that were shown', async () => {
    const { take, shown } = startCounting()
    for (const id of ['a', 'b', 'c', 'd']) await take(id, 'shown')
    await take('a', 'accepted')
    await take('b', 'edited', '2026-03-02')
    await take('c', 'dismissed', '2026-03-02')
    const { days, totals } = await shown()
    expect(days).toEqual([
      { day: '2026-03-01', field: 'category', shown: 4, accepted: 1, edited: 0, dismissed: 0 },
      { day: '2026-03-02', field: 'category', shown: 0, accepted: 0, edited: 1, dismissed: 1 },
    ])
    expect(totals).toEqual([
      { field: 'category', shown: 4, accepted: 1, edited: 1, dismissed: 1, acceptanceRate: 0.5 },
      { field: 'priority', shown: 0, accepted: 0, edited: 0, dismissed: 0, acceptanceRate: null },
      { field: 'resolution', shown: 0, accepted: 0, edited: 0, dismissed: 0, acceptanceRate: null },
    ])
  })

  it('counts once when it is told again, on another day too, and the first decision stands', async () => {
    const { take, shown } = startCounting()
    expect(await take('a', 'shown')).toBe('counted')
    expect(await take('a', 'shown', '2026-03-05')).toBe('known')
    expect(await take('a', 'accepted')).toBe('counted')
    expect(await take('a', 'accepted')).toBe('known')
    expect(await take('a', 'dismissed')).toBe('known')
    expect((await shown()).totals[0]).toMatchObject({ shown: 1, accepted: 1, dismissed: 0, acceptanceRate: 1 })
  })

  it('is shown of the last 30 days, today among them, unless other days are asked for', async () => {
    const { tenantId, take } = startCounting()
    for (const day of ['2026-03-01', '2026-03-02', '2026-03-31']) await take(day, 'shown', day)
    const now = () => new Date('2026-03-31T23:59:00Z')
    const daysOf = async (asked: { from?: string; to?: string }) =>
      (await showOutcomes({ store, tenantId, now }, asked)).days.map(({ day }) => day)
    expect(await daysOf({})).toEqual(['2026-03-02', '2026-03-31'])
    expect(await daysOf({ to: '2026-03-30' })).toEqual(['2026-03-01', '2026-03-02'])
    expect(await daysOf({ from: '2026-03-02', to: '2026-03-02' })).toEqual(['2026-03-02'])
  })

  it('has shown what was decided, in whatever order that is told', async () => {
    const { take, shown } = startCounting()
    await take('a', 'accepted')
    expect(await take('a', 'shown')).toBe('known')
    expect((await shown()).totals[0]).toMatchObject({ shown: 1, accepted: 1 })
  })

  it('loses none of many at once', async () => {
    const { take, shown } = startCounting()
    const ids = Array.from({ length: 12 }, (_, index) => `s-${index}`)
    await Promise.all([...ids, ...ids].map((id) => take(id, 'accepted')))
    expect((await shown()).totals[0]).toMatchObject({ shown: 12, accepted: 12 })
  })

  it('comes from PSA over the bus, twice as well', async () => {
    const { tenantId } = startCounting()
    await hubControl(urls.hub, tenantId).putOrganization()
    const data = {
      suggestion_id: 'call-7',
      field: 'resolution' as const,
      outcome: 'accepted' as const,
      answered_at: '2026-03-01T08:00:00.000Z',
    }
    for (let times = 0; times < 2; times += 1)
      await publish(urls.bus, 'psa', eventOf({ type: 'psa.suggestion.answered', tenantId, data }))
    const shown = () => showOutcomes({ store, tenantId, now: () => new Date() }, {})
    const { totals } = await eventually(shown, ({ days }) => days.length > 0, 20_000)
    expect(totals[2]).toMatchObject({ field: 'resolution', shown: 1, accepted: 1 })
  })

  it.each([
    ['a part', { field: 'titel' }, 'field'],
    ['an outcome', { outcome: 'acepted' }, 'outcome'],
    ['no outcome', { outcome: undefined }, 'outcome'],
  ])('is parked by name when PSA tells of %s that is not known', async (_, given, field) => {
    const { tenantId } = startCounting()
    const data = {
      suggestion_id: 'call-8',
      field: 'category',
      outcome: 'accepted',
      answered_at: '2026-03-01T08:00:00Z',
    }
    const sent = {
      ...eventOf({ type: 'psa.suggestion.answered', tenantId, data: data as never }),
      data: { ...data, ...given },
    }
    const event = readEvent(sent, { sentBy: 'psa', receivedAt: new Date() })
    const tools = { event, store, now: () => new Date(), tenantId } as unknown as never
    await expect(suggestionSubscriber.handler(tools)).rejects.toMatchObject({
      code: 'event-not-understood',
      details: { errors: [{ path: field }] },
    })
  })

  it('comes from PSA over HTTP, and is its organization’s alone', async () => {
    const [one, other] = [startCounting(), startCounting()]
    const [client, stranger] = [
      newClient(urls, { 'x-integration-key': await keyOf(one.tenantId) }),
      newClient(urls, { 'x-integration-key': await keyOf(other.tenantId) }),
    ]
    const body = { suggestionId: 'call-1', field: 'priority', outcome: 'edited' }
    const taken = await client.send('POST', '/api/ai/ticket-suggestions/outcomes', body)
    expect([taken.status, await taken.json()]).toEqual([200, { outcome: 'counted' }])
    const read = async (from: typeof client) => (await from.fetch('/api/ai/ticket-suggestions/outcomes')).json()
    expect(await read(client)).toMatchObject({ totals: [{}, { field: 'priority', edited: 1, acceptanceRate: 1 }, {}] })
    expect(await read(stranger)).toMatchObject({ days: [] })
  })
})

describe('how certain a suggestion has to be', () => {
  it('is what the organization has set, unless the request says otherwise', async () => {
    const tenantId = `tenant-${randomUUID()}`
    await hubControl(urls.hub, tenantId).putOrganization({ aiTier: 'ai-pro' })
    await store.open(tenantSettingsTable).settings.insert({
      tenantId,
      clientId: wholeTenant,
      ticketSuggestions: { toSet: 1, toChange: 1 },
      revision: '1',
      updatedAt: '2026-03-01T08:00:00.000Z',
      updatedBy: 'user:mia',
    })
    const client = newClient(urls, { 'x-integration-key': await keyOf(tenantId) })
    const suggested = async (more: object) => {
      const input = { ...samples['ticket-suggest'], ...more }
      const response = await client.send('POST', '/api/ai/features/ticket-suggest', { input })
      return ((await response.json()) as { answer: unknown }).answer
    }
    expect(await suggested({})).toMatchObject({ category: null, resolution: null })
    expect(await suggested({ leastConfidence: { category: 0.6 } })).toMatchObject({ category: { value: 'Email' } })
  })
})
