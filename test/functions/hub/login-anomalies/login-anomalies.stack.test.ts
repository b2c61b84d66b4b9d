// Logins as they arrive over the bus: what is unusual reaches Defend, once for each login, in whatever order they come.
import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { loginHistoryTable } from '../../../../functions/hub/login-anomalies/history-table.ts'
import { loginAnomalySubscriber } from '../../../../functions/hub/login-anomalies/subscriber.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createServices } from '../../../../shared/services.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { tenantSettingsTable, wholeTenant } from '../../../../shared/tenants/tenant-settings.ts'
import { handlerInput } from '../../../../shared/triggers/handler-tools.ts'
import { steppedServices } from '../../../shared/effects/stepped-services.ts'
import { publish } from '../../../support/bus-events.ts'
import { eventually } from '../../../support/eventually.ts'
import { dayMs, newUser as newUserOf, start } from './user-logins.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const services = createServices(loadConfig(settings))
const minuteMs = 60_000

/** None of these starts an orchestration. */
const noFlows = () => Promise.reject(new Error('There is no task hub here.'))

const newUser = () => newUserOf({ urls, services })

describe('a login that is unusual', () => {
  it('reaches Defend over the bus, with its reason', async () => {
    const { login, mornings, unusual, defend } = await newUser()
    const abroad = login(start + 13 * dayMs, { country: 'BR' })
    for (const event of [...mornings, abroad, abroad]) await publish(urls.bus, 'hub', event)
    const told = await eventually(unusual, (found) => found.length === 1, 30_000)
    expect(told).toEqual([[abroad.id, ['new_country']]])
    expect((await defend.logins()).find(({ id }) => id === abroad.id)?.anomalies).toEqual([
      { kind: 'new_country', text: 'First login from BR in 90 days.' },
    ])
  })

  it('is found by the address where Hub tells no country, and the address is kept nowhere', async () => {
    const { tenantId, userId, login, take, mornings, defend } = await newUser()
    for (const event of mornings) await take(event)
    const abroad = login(start + 13 * dayMs, { country: undefined, network: undefined, address: '200.160.2.3' })
    await take(abroad)
    expect((await defend.logins()).find(({ id }) => id === abroad.id)?.anomalies).toEqual([
      { kind: 'new_country', text: 'First login from BR in 90 days, by a table of addresses, which knows no VPNs.' },
    ])
    const row = await store.open(loginHistoryTable).history.get({ tenantId, userId })
    const sealing = await services.sealing()
    const text = await sealing.open(tenantId, `login-history/${userId}`, row?.value.sealed ?? '')
    expect(text).toContain('"BR"')
    expect(text).not.toContain('200.160.2.3')
  })

  it('is told once, and not again when its event is repeated', async () => {
    const { login, take, mornings, defend } = await newUser()
    for (const event of mornings) await take(event)
    const abroad = login(start + 13 * dayMs, { country: 'BR' })
    expect([await take(abroad), await take(abroad), await take(abroad)]).toEqual([
      'completed',
      'duplicate',
      'duplicate',
    ])
    expect((await defend.requests()).putLoginAnomalies).toBe(1)
  })

  it('is none any more when a login before it becomes known late', async () => {
    const { login, take, mornings, unusual } = await newUser()
    for (const event of mornings) await take(event)
    const second = login(start + 14 * dayMs, { country: 'BR' })
    await take(second)
    expect(await unusual()).toEqual([[second.id, ['new_country']]])
    const first = login(start + 13 * dayMs, { country: 'BR' })
    await take(first)
    expect(await unusual()).toEqual([[first.id, ['new_country']]])
  })

  it('comes out the same when all logins come at once', async () => {
    const { login, take, mornings, unusual } = await newUser()
    const first = login(start + 13 * dayMs, { country: 'BR' })
    const second = login(start + 13 * dayMs + 20 * minuteMs, { country: 'JP', device_id: 'phone' })
    const third = login(start + 14 * dayMs, { country: 'JP' })
    await Promise.all([third, second, first, ...mornings.toReversed()].map((event) => take(event)))
    const told = await unusual()
    expect(told).toHaveLength(2)
    expect(told).toContainEqual([first.id, ['new_country']])
    expect(told).toContainEqual([second.id, ['new_country', 'impossible_travel', 'new_device']])
  })

  it('is told when Defend was away', async () => {
    const { login, take, mornings, unusual, defend } = await newUser()
    for (const event of mornings) await take(event)
    await defend.setFaults({ kind: 'status', status: 503, operation: 'putLoginAnomalies' })
    const abroad = login(start + 13 * dayMs, { country: 'BR' })
    await expect(take(abroad)).rejects.toMatchObject({ code: 'peer-unavailable' })
    await defend.clearFaults()
    expect(await take(abroad)).toBe('completed')
    expect(await unusual()).toEqual([[abroad.id, ['new_country']]])
  })

  it('is told although Defend fails again and again, since each try tells of more', async () => {
    const { login, take, mornings, unusual, defend } = await newUser()
    for (const event of mornings) await take(event)
    const abroad = ['BR', 'JP', 'US'].map((country, day) => login(start + (13 + 2 * day) * dayMs, { country }))
    await defend.setFaults({ kind: 'wrong-body', operation: 'putLoginAnomalies' })
    for (const event of abroad) await expect(take(event)).rejects.toMatchObject({ code: 'peer-invalid-response' })
    // From now on it takes every second one.
    await defend.setFaults({ kind: 'wrong-body', operation: 'putLoginAnomalies', inARow: 1 })
    const [event = mornings[0]] = abroad
    const tries: string[] = []
    for (let tried = 0; tried < abroad.length + 1; tried += 1)
      tries.push(event ? await take(event).catch(() => 'failed') : '')
    expect(tries).toEqual(['failed', 'failed', 'failed', 'completed'])
    expect((await unusual()).map(([id]) => id)).toEqual(abroad.map(({ id }) => id))
  })

  it('is told again when whoever knew of more logins was killed before it had noted what it told', async () => {
    const { tenantId, login, take, mornings, unusual } = await newUser()
    const at = (minutes: number, country: string) => login(start + 14 * dayMs + minutes * minuteMs, { country })
    for (const event of [...mornings, login(start + 12 * dayMs, { country: 'JP' }), at(0, 'DE')]) await take(event)
    const [same, other, first] = [at(10, 'JP'), at(15, 'DE'), at(20, 'JP')]
    /** The third write is of what was told: after the login itself, and that it is uncertain. */
    const killedAfter = (writes: number, beforeThird: () => Promise<unknown>) => {
      let count = 0
      return steppedServices(services, tenantId, async (step) => {
        if (count === writes) throw new Error('Killed.')
        if (step === 'hubLoginHistories.history.update' && (count += 1) === 3) await beforeThird()
      })
    }
    const kill = (event: typeof first, killing: typeof services) =>
      expect(take(event, killing)).rejects.toThrow('Killed.')
    const killedBeforeThird = killedAfter(3, () => Promise.reject(new Error('Killed.')))
    // Its third write meets what the other one has written, and is done once more.
    await kill(
      first,
      killedAfter(4, () => kill(same, killedBeforeThird)),
    )
    await take(other)
    expect(await unusual()).toContainEqual([first.id, ['impossible_travel']])
  })

  it('at an unusual hour is told by the clocks of the organization', async () => {
    const { tenantId, login, take, unusual, defend } = await newUser()
    const set = { revision: randomUUID(), updatedAt: new Date().toISOString(), updatedBy: 'user:u' }
    await store
      .open(tenantSettingsTable)
      .settings.upsert({ tenantId, clientId: wholeTenant, ...set, timeZone: 'Asia/Tokyo' })
    const noon = Date.parse(`${new Date(start).toISOString().slice(0, 10)}T03:00:00Z`)
    for (let index = 0; index < 30; index += 1) await take(login(noon + (index >> 1) * dayMs + (index % 2) * minuteMs))
    const night = login(noon + 16 * dayMs + 14 * 60 * minuteMs)
    await take(night)
    expect(await unusual()).toEqual([[night.id, ['unusual_hour']]])
    const told = (await defend.logins()).find(({ id }) => id === night.id)
    expect(told?.anomalies[0]?.text).toMatch(/^Signed in between 02:00 and 03:00; none of 30 logins/)
  })

  it('that has not happened yet is none: it would close the days before it', async () => {
    const { tenantId, login } = await newUser()
    const outcomeOf = (at: number) => {
      const own = { tenantId, signal: AbortSignal.timeout(60_000), flows: noFlows }
      return loginAnomalySubscriber.handler(handlerInput(services, { event: login(at) as never, ...own }))
    }
    expect(await outcomeOf(Date.now() + 60 * dayMs)).toBe('ignored')
    expect(await outcomeOf(Date.now())).toBe('completed')
  })

  it('keeps a device as a digest that nobody else has of it', async () => {
    const devices = await Promise.all(
      [await newUser(), await newUser()].map(async ({ tenantId, userId, take, login }) => {
        await take(login(start))
        const row = await store.open(loginHistoryTable).history.get({ tenantId, userId })
        const sealing = await services.sealing()
        const text = await sealing.open(tenantId, `login-history/${userId}`, row?.value.sealed ?? '')
        return (JSON.parse(text) as { logins: readonly { device: string }[] }).logins[0]?.device
      }),
    )
    expect(new Set(devices).size).toBe(2)
  })

  it('leaves nothing readable behind', async () => {
    const { tenantId, userId, take, login } = await newUser()
    await take(login(start, { country: 'BR', device_id: 'the-laptop-of-ann' }))
    const row = await store.open(loginHistoryTable).history.get({ tenantId, userId })
    expect(Object.keys(row?.value ?? {}).toSorted()).toEqual(['sealed', 'tenantId', 'userId'])
    expect(row?.value.sealed).toMatch(/^sealed1\./)
  })
})
