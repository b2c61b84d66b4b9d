import { expect, inject, it } from 'vitest'
import { createIntegrationKey, readKey } from '../../../shared/auth/integration-key.ts'
import { keyIdOf } from '../../../shared/auth/key-form.ts'
import { KeyRefusal } from '../../../shared/auth/key-refusal.ts'
import { keyUseSummary, listKeyUse } from '../../../shared/auth/key-use-report.ts'
import { keyUseTable } from '../../../shared/auth/key-use-table.ts'
import { createKeyUse } from '../../../shared/auth/key-use.ts'
import { type Store, createStore } from '../../../shared/store/store.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { newTenantId } from '../../support/browser-client.ts'
import { eventually } from '../../support/eventually.ts'

const store = createStore({ connectionString: inject('stack').settings['DATA_STORAGE'] ?? '' })
const tried = { address: '10.0.0.1', operation: 'code-list-tickets' }

it('tells the audit log once of a key that is refused again and again, also while the log hangs', async () => {
  const tenantId = newTenantId()
  const now = new Date()
  const key = await createIntegrationKey(store, {
    environment: 'test',
    tenantId,
    integration: 'scanner→code',
    scopes: ['code:tickets:read'],
    now,
  })
  const refusal = new KeyRefusal('revoked', await readKey(store, tenantId, keyIdOf(key) ?? ''))
  let told = 0
  let fail: (error: Error) => void = () => {}
  const append = (): Promise<void> => {
    told += 1
    return told === 1 ? new Promise((_, reject) => (fail = reject)) : Promise.resolve()
  }
  const keyUse = createKeyUse({ store, append, now: () => now })
  for (let count = 0; count < 1_000; count += 1) keyUse.refused(refusal, tried)
  await eventually(
    async () => told,
    (count) => count === 1,
    5_000,
  )
  expect(told).toBe(1)
  // What could not be told is told by the next.
  fail(new Error('The log is away.'))
  await eventually(
    async () => {
      keyUse.refused(refusal, tried)
      return told
    },
    (count) => count === 2,
    5_000,
  )
  for (let count = 0; count < 100; count += 1) keyUse.refused(refusal, tried)
  await new Promise((resolve) => setImmediate(resolve))
  expect(told).toBe(2)
})

it('tells it once while the log hangs, however many other keys are refused meanwhile', async () => {
  const told: string[] = []
  const hanging = new Promise<void>(() => {})
  const append = (_: string, { actor }: { actor: string }): Promise<void> => {
    told.push(actor)
    return hanging
  }
  const keyUse = createKeyUse({ store, append, now: () => new Date('2026-11-28T10:00:00Z') })
  const refuse = (keyId: string): void =>
    keyUse.refused(new KeyRefusal('revoked', { tenantId: 'northwind', keyId }), tried)
  refuse('first')
  for (let count = 0; count < 12_000; count += 1) refuse(`other-${count}`)
  refuse('first')
  await new Promise((resolve) => setImmediate(resolve))
  expect(told.filter((actor) => actor === 'key:first')).toHaveLength(1)
})

/** The store, with one of its rows as the test has it. */
const storeWith = (name: 'first' | 'hour', more: object): Store => {
  const open: Store['open'] = (table) => {
    const opened = store.open(table)
    return { ...opened, [name]: { ...(opened as Readonly<Record<string, object>>)[name], ...more } }
  }
  return { ...store, open }
}
const away = (): Promise<never> => Promise.reject(new Error('The storage is away.'))

it('lets nothing be done with a key whose first use cannot be stored', async () => {
  const use = { tenantId: newTenantId(), keyId: newTenantId().slice(-12), ...tried }
  const parts = { append: async () => {}, now: () => new Date('2026-11-28T10:00:00Z') }
  await expect(createKeyUse({ store: storeWith('first', { get: away }), ...parts }).note(use)).rejects.toThrow('away')
  await createKeyUse({ store, ...parts }).note(use)
  expect(await keyUseSummary(store, use.tenantId, use.keyId)).toMatchObject({ firstUsedAt: '2026-11-28T10:00:00.000Z' })
})

it('stores what it has counted later, when it could not at first', async () => {
  const use = { tenantId: newTenantId(), keyId: newTenantId().slice(-12), ...tried }
  let tries = 0
  const { hour } = store.open(keyUseTable)
  const upsert: typeof hour.upsert = (...given) => ((tries += 1) === 1 ? away() : hour.upsert(...given))
  const failing = storeWith('hour', { upsert })
  const keyUse = createKeyUse({ store: failing, append: async () => {}, now: () => new Date('2026-11-28T10:00:00Z') })
  await keyUse.note(use)
  await runWithLogSink(
    () => {},
    () => keyUse.flush(),
  )
  const page = await eventually(
    () => listKeyUse(store, use, { limit: 10 }),
    ({ hours }) => hours.length > 0,
    20_000,
  )
  expect([tries, page.hours[0]?.count]).toEqual([2, 1])
})

it('names so many addresses and functions of an hour, and counts the others together', async () => {
  const [tenantId, keyId] = [newTenantId(), newTenantId().slice(-12)]
  const now = new Date('2026-11-28T10:00:00Z')
  const keyUse = createKeyUse({ store, append: async () => {}, now: () => now })
  for (let count = 0; count < 30; count += 1)
    await keyUse.note({ tenantId, keyId, address: `10.0.0.${count}`, operation: `function-${count}` })
  await keyUse.note({ tenantId, keyId, address: '10.0.0.1', operation: 'function-1' })
  await keyUse.flush()
  const { hours } = await listKeyUse(store, { tenantId, keyId }, { limit: 10 })
  expect(hours).toMatchObject([{ count: 31, addresses: { '10.0.0.1': 2, others: 10 } }])
  expect(hours[0]?.operations).toMatchObject({ 'function-1': 2, others: 10 })
  expect(Object.keys(hours[0]?.addresses ?? {})).toHaveLength(21)
})

it('was last when any of its instances saw it, whichever stands first', async () => {
  const [tenantId, keyId] = [newTenantId(), newTenantId().slice(-12)]
  const rows = store.open(keyUseTable)
  const [hour, at] = ['2026-11-28T10:00:00.000Z', '2026-11-28T10:10:00.000Z']
  await rows.first.insert({ tenantId, keyId, at })
  for (const [instance, minute] of ['10', '50', '30'].entries()) {
    const lastAt = `2026-11-28T10:${minute}:00.000Z`
    const row = { tenantId, keyId, hour, instance: String(instance), count: 1, firstAt: lastAt, lastAt }
    await rows.hour.insert({ ...row, operations: {}, addresses: {} })
  }
  expect(await keyUseSummary(store, tenantId, keyId)).toEqual({
    firstUsedAt: at,
    lastUsedAt: '2026-11-28T10:50:00.000Z',
  })
})
