// Signals of people's work as they come over the bus: told to Defend once, for those whom People lets see them, and only where it is switched on.
import { aroundEach, describe, expect, inject, it } from 'vitest'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createServices } from '../../../../shared/services.ts'
import { runWithLogSink } from '../../../../shared/telemetry/log.ts'
import type { TenantSettings } from '../../../../shared/tenants/tenant-settings.ts'
import { publish } from '../../../support/bus-events.ts'
import { eventually } from '../../../support/eventually.ts'
import { dateOf, newPerson as newPersonOf, yesterday } from './working-person.ts'

const { urls, settings } = inject('stack')
const services = createServices(loadConfig(settings))
const newPerson = (set?: TenantSettings) => newPersonOf({ urls, services }, set)

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

describe('a signal', () => {
  it('reaches Defend over the bus, with plain reasons, for those whom People lets see it and nobody else', async () => {
    const { userId, notice, usual, copying, signals } = await newPerson()
    for (const event of [notice, ...usual, ...copying, ...copying]) await publish(urls.bus, 'people', event)
    const [signal, ...others] = await eventually(signals, ({ length }) => length > 0, 60_000)
    expect(others).toEqual([])
    expect(signal).toMatchObject({ userId, day: dateOf(yesterday - 1), audience: ['hr'] })
    expect(signal?.reasons.map(({ kind }) => kind)).toEqual(['unusual_volume', 'unusual_volume', 'leaving'])
    expect(JSON.stringify(signal)).not.toMatch(/Ann Lee|Quiet|Ortega/)
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
    const { tell, take, takeAll, notice, usual, copying, signals, rows, markers, night } = await newPerson()
    await takeAll([notice, ...usual, copying[0] ?? {}])
    await tell('defend', 'PUT', 'faults', [{ kind: 'status', status: 503, operation: 'createInsiderSignal' }])
    await expect(take(copying[1] ?? {})).rejects.toMatchObject({ code: 'peer-unavailable' })
    expect([await signals(), (await markers()).length]).toEqual([[], 1])
    await tell('defend', 'DELETE', 'faults')
    await night()
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

/** As it is read: what cannot be is left out. */
const without = (event: { readonly data?: unknown }, name: string) => ({
  ...event,
  data: { ...Object(event.data), [name]: undefined } as unknown,
})

describe('an event of which what is needed cannot be read', () => {
  it('is parked by name, and not taken for a day without work', async () => {
    const { take, notice, copying, history } = await newPerson()
    for (const [event, name] of [
      ...['day', 'records_opened', 'records_exported', 'active_hours'].map((each) => [copying[0], each] as const),
      [notice, 'change'],
      [notice, 'changed_at'],
    ] as const)
      await expect(take(without(event ?? notice, name))).rejects.toMatchObject({
        code: 'event-not-understood',
        details: { errors: [{ path: name }] },
      })
    expect(await history()).toBeUndefined()
  })

  it('is not kept at all where nobody wants it', async () => {
    const { take, notice } = await newPerson({ insiderSignals: false })
    expect(await take(without(notice, 'changed_at'))).toBe('ignored')
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

  it.each([{ insiderSignals: false }, { insiderSignals: true, aiOptOut: true }])(
    'what was kept goes, and what was begun is not told: %j',
    async (set) => {
      const { tell, take, takeAll, setSettings, notice, usual, copying, signals, history, rows, markers, night } =
        await newPerson()
      await takeAll([notice, ...usual, copying[0] ?? {}])
      await tell('defend', 'PUT', 'faults', [{ kind: 'status', status: 503, operation: 'createInsiderSignal' }])
      await expect(take(copying[1] ?? {})).rejects.toMatchObject({ code: 'peer-unavailable' })
      await tell('defend', 'DELETE', 'faults')
      await setSettings(set)
      await take(copying[1] ?? {})
      await night()
      expect([await signals(), await history(), await rows(), await markers()]).toEqual([[], undefined, [], []])
    },
  )
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
