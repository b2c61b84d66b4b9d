// Signals of people's work as they come over the bus: told to Defend once, for those whom People lets see them, and only where it is switched on.
import { randomUUID } from 'node:crypto'
import { aroundEach, describe, expect, inject, it } from 'vitest'
import { insiderSignalTable, unfinishedSignals } from '../../../../functions/ai/insider-signals/signal-table.ts'
import { type WorkEvent, takeWork } from '../../../../functions/ai/insider-signals/signal-taking.ts'
import { sweepSignals } from '../../../../functions/ai/insider-signals/signal-telling.ts'
import type { EventData } from '../../../../shared/bus/catalogue.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import type { DefendInsiderSignal } from '../../../../shared/peers/defend/signal-contract.ts'
import { createServices } from '../../../../shared/services.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import { type TenantSettings, tenantSettingsTable, wholeTenant } from '../../../../shared/tenants/tenant-settings.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { eventOf, publish } from '../../../support/bus-events.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { markersOf } from '../../../support/pending-markers.ts'

const { urls, settings } = inject('stack')
const services = createServices(loadConfig(settings))
const store = services.store()
const dayMs = 86_400_000
/** The last of forty days of work. */
const yesterday = Math.floor(Date.now() / dayMs) - 1
const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

const newPerson = async (set: TenantSettings = { insiderSignals: true }) => {
  const tenantId = newTenantId()
  const userId = `user-${randomUUID()}`
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'people', 'defend'] })
  const tell = async (peer: 'people' | 'defend', method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${urls[peer]}/_control/${path}?tenantId=${tenantId}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${peer} refused ${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  const setSettings = (given: TenantSettings) => {
    const at = { revision: randomUUID(), updatedAt: new Date().toISOString(), updatedBy: 'user:u' }
    return store.open(tenantSettingsTable).settings.upsert({ tenantId, clientId: wholeTenant, ...at, ...given })
  }
  await setSettings(set)
  const workDna = { strengths: ['Quiet'], worksOftenWith: ['Ben'] }
  await tell('people', 'PUT', `records/profile/${userId}`, {
    clientId: null,
    record: { name: 'Ann Lee', managerId: 'boss', workDna },
  })
  const readers = ['hr', userId].map((id) => ({ userId: id, role: 'admin', clientIds: null }))
  const others = [{ userId: 'boss', role: 'member', clientIds: null }]
  await tell('people', 'PUT', 'readers', { readers: [...readers, ...others] })
  const work = (ago: number, given: Partial<EventData<'people.work_day.summarized'>> = {}) =>
    eventOf({
      type: 'people.work_day.summarized',
      tenantId,
      data: {
        user_id: userId,
        day: dateOf(yesterday - ago),
        records_opened: 40,
        records_exported: 10,
        active_hours: [9, 10, 11],
        ...given,
      },
    })
  const notice = eventOf({
    type: 'people.employment.changed',
    tenantId,
    data: {
      user_id: userId,
      change: 'notice_given',
      effective_on: null,
      changed_at: new Date(Date.now() - 20 * dayMs).toISOString(),
    },
  })
  const usual = Array.from({ length: 25 }, (_, index) => work(40 - index))
  const copying = [work(3, { records_exported: 400 }), work(1, { records_exported: 500 })]
  const take = (event: object) => takeWork(services, tenantId, event as unknown as WorkEvent)
  const signals = async (seenBy = '') =>
    (
      (await tell('defend', 'GET', `insider-signals${seenBy && `/seen-by/${seenBy}`}`)) as {
        signals: DefendInsiderSignal[]
      }
    ).signals
  return {
    tenantId,
    userId,
    tell,
    setSettings,
    take,
    takeAll: async (events: readonly object[]) => {
      for (const event of events) await take(event)
    },
    notice,
    usual,
    copying,
    signals,
    history: async () => (await store.open(insiderSignalTable).history.get({ tenantId, userId }))?.value,
    rows: async () =>
      (await store.open(insiderSignalTable).signal.list({ tenantId }, { limit: 10 })).rows.map(({ value }) => value),
    markers: () => markersOf(unfinishedSignals, store, tenantId),
  }
}

describe('a signal', () => {
  it('reaches Defend over the bus, with plain reasons, for those whom People lets see it and nobody else', async () => {
    const { userId, notice, usual, copying, signals } = await newPerson()
    for (const event of [notice, ...usual, ...copying, ...copying]) await publish(urls.bus, 'people', event)
    const [signal, ...others] = await eventually(signals, ({ length }) => length > 0, 60_000)
    expect(others).toEqual([])
    expect(signal).toMatchObject({ userId, day: dateOf(yesterday - 1), audience: ['hr'] })
    expect(signal?.reasons.map(({ kind }) => kind)).toEqual(['unusual_volume', 'unusual_volume', 'leaving'])
    expect(JSON.stringify(signal)).not.toMatch(/Ann Lee|Quiet|Ben/)
    expect(await signals('hr')).toHaveLength(1)
    for (const other of ['boss', userId]) expect(await signals(other)).toEqual([])
  })

  it('is one, however often its events come, and when Defend has it and nobody heard it', async () => {
    const { tell, take, takeAll, notice, usual, copying, signals, markers } = await newPerson()
    await takeAll([notice, ...usual, copying[0] ?? {}])
    await tell('defend', 'PUT', 'faults', [
      { kind: 'commit-then-status', status: 500, operation: 'createInsiderSignal', times: 1 },
    ])
    await take(copying[1] ?? {})
    expect(await take(copying[1] ?? {})).toBe('duplicate')
    await Promise.all(copying.map((event) => take(event)))
    expect(await signals()).toHaveLength(1)
    expect(await markers()).toEqual([])
  })

  it('is told when Defend was away, also by the night', async () => {
    const { tell, take, takeAll, notice, usual, copying, signals, rows, markers } = await newPerson()
    await takeAll([notice, ...usual, copying[0] ?? {}])
    await tell('defend', 'PUT', 'faults', [{ kind: 'status', status: 503, operation: 'createInsiderSignal' }])
    await expect(take(copying[1] ?? {})).rejects.toMatchObject({ code: 'peer-unavailable' })
    expect([await signals(), (await markers()).length]).toEqual([[], 1])
    await tell('defend', 'DELETE', 'faults')
    const later = { ...services, now: () => new Date(Date.now() + 3_600_000) }
    await sweepSignals(later, AbortSignal.timeout(60_000))
    expect(await signals()).toHaveLength(1)
    expect(await rows()).toMatchObject([{ state: 'made' }])
    expect(await take(copying[1] ?? {})).toBe('completed')
    expect(await signals()).toHaveLength(1)
  })

  it('goes nowhere when People lets nobody see it', async () => {
    const { tell, takeAll, notice, usual, copying, signals, rows } = await newPerson()
    await tell('people', 'PUT', 'readers', { readers: [] })
    await takeAll([notice, ...usual, ...copying])
    expect([await signals(), await rows()]).toEqual([[], []])
  })

  it('waits for People: without its word nobody sees it', async () => {
    const { tell, take, takeAll, notice, usual, copying, signals } = await newPerson()
    await takeAll([notice, ...usual, copying[0] ?? {}])
    await tell('people', 'PUT', 'faults', [{ kind: 'status', status: 503, operation: 'readSignalAudience' }])
    await expect(take(copying[1] ?? {})).rejects.toMatchObject({ code: 'peer-unavailable' })
    expect(await signals()).toEqual([])
    await tell('people', 'DELETE', 'faults')
    expect(await take(copying[1] ?? {})).toBe('completed')
    expect(await signals()).toHaveLength(1)
  })
})

describe('where it is switched off', () => {
  it.each([{}, { insiderSignals: false }, { insiderSignals: true, aiOptOut: true }])(
    'nothing of anybody is kept, and nothing told: %j',
    async (set) => {
      const { take, notice, usual, copying, signals, history } = await newPerson(set)
      for (const event of [notice, ...usual.slice(0, 2), ...copying]) expect(await take(event)).toBe('ignored')
      expect([await signals(), await history()]).toEqual([[], undefined])
    },
  )

  it('what was kept goes, and what was begun is not told', async () => {
    const { tell, take, takeAll, setSettings, notice, usual, copying, signals, history, rows, markers } =
      await newPerson()
    await takeAll([notice, ...usual, copying[0] ?? {}])
    await tell('defend', 'PUT', 'faults', [{ kind: 'status', status: 503, operation: 'createInsiderSignal' }])
    await expect(take(copying[1] ?? {})).rejects.toMatchObject({ code: 'peer-unavailable' })
    await tell('defend', 'DELETE', 'faults')
    await setSettings({ insiderSignals: false })
    await take(copying[1] ?? {})
    await sweepSignals({ ...services, now: () => new Date(Date.now() + 3_600_000) }, AbortSignal.timeout(60_000))
    expect([await signals(), await history(), await rows(), await markers()]).toEqual([[], undefined, [], []])
  })
})

describe('what is kept', () => {
  it('is encrypted, and of a signal that Defend has nothing but that there was one', async () => {
    const { tenantId, userId, takeAll, notice, usual, copying, history, rows } = await newPerson()
    await takeAll([notice, ...usual, ...copying])
    expect(await history()).toEqual({ tenantId, userId, sealed: expect.stringMatching(/^sealed1\./) as string })
    const [row] = await rows()
    expect(Object.keys(row ?? {}).toSorted()).toEqual(['createdAt', 'made', 'ref', 'state', 'tenantId', 'userId'])
  })
})
