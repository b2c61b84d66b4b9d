// Logins as they arrive over the bus: what is unusual reaches Defend, once for each login, in whatever order they come.
import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { loginHistoryTable } from '../../../../functions/hub/login-anomalies/history-table.ts'
import { type LoginEvent, takeLogin } from '../../../../functions/hub/login-anomalies/login-taking.ts'
import type { EventData } from '../../../../shared/bus/catalogue.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { createServices } from '../../../../shared/services.ts'
import { createStore } from '../../../../shared/store/store.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { eventOf, publish } from '../../../support/bus-events.ts'
import { defendControl } from '../../../support/defend-control.ts'
import { eventually } from '../../../support/eventually.ts'
import { hubControl } from '../../../support/hub-control.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })
const services = createServices(loadConfig(settings))
const dayMs = 86_400_000
const minuteMs = 60_000
const start = Date.now() - 20 * dayMs

const newUser = async () => {
  const tenantId = newTenantId()
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'defend'] })
  const userId = `user-${randomUUID()}`
  const defend = defendControl(urls.defend, tenantId)
  const login = (at: number, given: Partial<EventData<'hub.auth.login_success'>> = {}) =>
    eventOf({
      type: 'hub.auth.login_success',
      tenantId,
      time: new Date(at).toISOString(),
      data: {
        actor: { type: 'user', id: userId },
        user_id: userId,
        outcome: 'success',
        method: 'entra',
        country: 'DE',
        device_id: 'laptop',
        network: 'other',
        ...given,
      },
    })
  const take = (event: ReturnType<typeof login>) =>
    takeLogin(services, { tenantId, userId }, event as unknown as LoginEvent)
  const mornings = Array.from({ length: 12 }, (_, index) => login(start + index * dayMs))
  const unusual = async () =>
    (await defend.logins())
      .filter(({ anomalies }) => anomalies.length > 0)
      .map(({ id, anomalies }) => [id, anomalies.map(({ kind }) => kind)])
  return { tenantId, userId, defend, login, take, mornings, unusual }
}

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

  it('leaves nothing readable behind', async () => {
    const { tenantId, userId, take, login } = await newUser()
    await take(login(start, { country: 'BR', device_id: 'the-laptop-of-ann' }))
    const row = await store.open(loginHistoryTable).history.get({ tenantId, userId })
    expect(Object.keys(row?.value ?? {}).toSorted()).toEqual(['sealed', 'tenantId', 'userId'])
    expect(row?.value.sealed).toMatch(/^sealed1\./)
  })
})
