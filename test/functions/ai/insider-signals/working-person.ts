// A person whose work People tells of, in an organization of their own, for tests: what is taken in, and what Defend and the tables have of it.
import { randomUUID } from 'node:crypto'
import { insiderSignalTable, unfinishedSignals } from '../../../../functions/ai/insider-signals/signal-table.ts'
import { type WorkEvent, takeWork } from '../../../../functions/ai/insider-signals/signal-taking.ts'
import { sweepSignals } from '../../../../functions/ai/insider-signals/signal-telling.ts'
import type { Stack } from '../../../../local/stack.ts'
import type { EventData } from '../../../../shared/bus/catalogue.ts'
import type { DefendInsiderSignal } from '../../../../shared/peers/defend/signal-contract.ts'
import type { Services } from '../../../../shared/services.ts'
import { type TenantSettings, tenantSettingsTable, wholeTenant } from '../../../../shared/tenants/tenant-settings.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { eventOf } from '../../../support/bus-events.ts'
import { hubControl } from '../../../support/hub-control.ts'
import { makeOlder, markersOf } from '../../../support/pending-markers.ts'
import { standInControl } from '../../../support/stand-in-control.ts'

const dayMs = 86_400_000
/** The last of forty days of work. */
export const yesterday = Math.floor(Date.now() / dayMs) - 1
export const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

type Running = { readonly urls: Stack['urls']; readonly services: Services }

export const newPerson = async ({ urls, services }: Running, set: TenantSettings = { insiderSignals: true }) => {
  const store = services.store()
  const tenantId = newTenantId()
  const userId = `user-${randomUUID()}`
  await hubControl(urls.hub, tenantId).putOrganization({ products: ['hub', 'ai', 'people', 'defend'] })
  const tell = standInControl(urls, tenantId)
  const setSettings = (given: TenantSettings) => {
    const at = { revision: randomUUID(), updatedAt: new Date().toISOString(), updatedBy: 'user:u' }
    return store.open(tenantSettingsTable).settings.upsert({ tenantId, clientId: wholeTenant, ...at, ...given })
  }
  await setSettings(set)
  const workDna = { strengths: ['Quiet'], worksOftenWith: ['Ben Ortega'] }
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
  const take = (event: object, taking = services) => takeWork(taking, tenantId, event as unknown as WorkEvent)
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
    /** What is left of this organization is old enough for the nightly run, which comes. */
    night: async () => {
      await makeOlder(unfinishedSignals, store, tenantId, 11 * 60_000)
      await sweepSignals(services, AbortSignal.timeout(60_000))
    },
  }
}
