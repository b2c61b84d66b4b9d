import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listKeys } from '../../../../functions/governance/keys/key-life.ts'
import { replaceKey, retireReplacedKeys } from '../../../../functions/governance/keys/replacement.ts'
import { createIntegrationKey, integrationKeyTable, revokeKey } from '../../../../shared/auth/integration-key.ts'
import type { Scope } from '../../../../shared/auth/caller.ts'
import type { AuditLog } from '../../../../shared/audit-log/audit-log.ts'
import { createKeyUse } from '../../../../shared/auth/key-use.ts'
import { createKeyVerifier } from '../../../../shared/auth/key-verifier.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { listIncidents } from '../../../../shared/incidents/incident-list.ts'
import { ownerOfTenant } from '../../../../shared/incidents/incident-owner.ts'
import { type Store, createStore } from '../../../../shared/store/store.ts'
import { type TestAzurite, startAzurite } from '../../../support/azurite.ts'
import { newTenantId } from '../../../support/browser-client.ts'

let azurite: TestAzurite
let store: Store
let tenantId: string
let time: number
const now = (): Date => new Date(time)
const dayMs = 86_400_000
const pass = (days: number): void => {
  time += days * dayMs
}

beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore({ connectionString: azurite.connectionString })
})
afterAll(() => azurite.stop())
beforeEach(() => {
  tenantId = newTenantId()
  time = Date.now()
})

const idOf = (key: string): string => key.split('_')[2] ?? ''
const newKey = (scopes: readonly Scope[] = ['code:tickets:read']): Promise<string> =>
  createIntegrationKey(store, {
    environment: 'local',
    tenantId,
    integration: 'scanner→code',
    scopes,
    now: now(),
  })
const replace = async (old: string, isSuspected = false): Promise<string> => {
  const config = loadConfig({ DATA_STORAGE: azurite.connectionString })
  const order = { tenantId, keyId: idOf(old), by: 'user:admin', isSuspected }
  return (await replaceKey({ store, now, config }, order)).key
}
/** With a verifier that has read nothing before. */
const isGood = (key: string): Promise<boolean> =>
  createKeyVerifier(store)(key, now()).then(
    () => true,
    () => false,
  )
/** By a process of its own. */
const use = async (key: string): Promise<void> => {
  const recorder = createKeyUse({ store, append: () => Promise.resolve(), now })
  await recorder.note({ tenantId, keyId: idOf(key), address: '10.0.0.1', operation: 'code-list-tickets' })
  await recorder.flush()
}
/** What the audit log was told by the timer. */
const recorded: string[] = []
const audit: AuditLog = {
  append: async (_, { action, subjects = [] }) => void recorded.push(`${action} ${subjects.join()}`),
}
const runTimer = (): Promise<void> => retireReplacedKeys({ store, now, audit }, new AbortController().signal)
const incidents = async () =>
  (await listIncidents(store, ownerOfTenant(tenantId), { state: 'unresolved', limit: 10 })).incidents

describe('a key that is replaced', () => {
  it('is good until its consumer has been on the new one alone for a day, and then no longer', async () => {
    const old = await newKey()
    const fresh = await replace(old)
    expect([await isGood(old), await isGood(fresh)]).toEqual([true, true])
    pass(2)
    await use(fresh)
    pass(0.5)
    await use(old)
    pass(0.9)
    await runTimer()
    expect([await isGood(old), await isGood(fresh)]).toEqual([true, true])
    pass(0.1)
    await runTimer()
    expect([await isGood(old), await isGood(fresh)]).toEqual([false, true])
    expect(recorded).toContain(`key.revoked ${idOf(old)}`)
    expect(await incidents()).toEqual([])
  })

  it('whose consumer never takes the new one is an incident after 7 days, and ends after 14, not before', async () => {
    const old = await newKey()
    const fresh = await replace(old)
    for (const [days, isKnown] of [
      [6.9, false],
      [0.1, true],
    ] as const) {
      pass(days)
      await use(old)
      await runTimer()
      expect((await incidents()).map(({ code, integration }) => [code, integration])).toEqual(
        isKnown ? [['key-not-adopted', 'scanner→code']] : [],
      )
      expect(await isGood(old)).toBe(true)
    }
    pass(6.9)
    await runTimer()
    expect(await isGood(old)).toBe(true)
    pass(0.1)
    expect([await isGood(old), await isGood(fresh)]).toEqual([false, true])
  })

  it('ends no later than it would have by itself', async () => {
    const old = await newKey()
    pass(89)
    const fresh = await replace(old)
    pass(1.1)
    expect([await isGood(old), await isGood(fresh)]).toEqual([false, true])
  })

  it('gets no successor with scopes that its integration may not have any more', async () => {
    const wide = await newKey(['governance:incidents:write'])
    await expect(replace(wide)).rejects.toMatchObject({ code: 'forbidden' })
    // A suspected one is ended all the same.
    await expect(replace(wide, true)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await isGood(wide)).toBe(false)
  })

  it('of two that replace it at once has one successor, and the other key is dead', async () => {
    const old = await newKey()
    const outcomes = await Promise.allSettled([replace(old), replace(old)])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const rows = store.open(integrationKeyTable).key
    const winner = (await rows.get({ keyId: idOf(old) }))?.value.replacedBy
    const [made] = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    expect(idOf(made ?? '')).toBe(winner)
    expect([await isGood(old), await isGood(made ?? '')]).toEqual([true, true])
    const { keys } = await listKeys({ store, now: now() }, { tenantId }, { limit: 10 })
    expect(keys.map(({ state }) => state).toSorted()).toEqual(['active', 'active', 'revoked'])
    await expect(replace(old)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('can be replaced again once its successor is revoked, and does not live longer for it', async () => {
    const old = await newKey()
    const lost = await replace(old)
    const end = async () => (await store.open(integrationKeyTable).key.get({ keyId: idOf(old) }))?.value.expiresAfter
    const first = await end()
    pass(3)
    await revokeKey(store, { tenantId, keyId: idOf(lost) }, { at: now().toISOString(), by: 'user:admin' })
    const fresh = await replace(old)
    expect(await end()).toBe(first)
    expect([await isGood(old), await isGood(lost), await isGood(fresh)]).toEqual([true, false, true])
  })

  it('ends at once when it is suspected, and gets its successor also when the first request was cut off', async () => {
    const old = await newKey()
    const revoked = { at: now().toISOString(), by: 'key:operator' }
    await revokeKey(store, { tenantId, keyId: idOf(old) }, revoked)
    await expect(replace(old)).rejects.toMatchObject({ code: 'conflict' })
    const fresh = await replace(old, true)
    expect([await isGood(old), await isGood(fresh)]).toEqual([false, true])
    const other = await newKey()
    const next = await replace(other, true)
    expect([await isGood(other), await isGood(next)]).toEqual([false, true])
  })

  it('of another organization is not found', async () => {
    const old = await newKey()
    tenantId = newTenantId()
    await expect(replace(old)).rejects.toMatchObject({ code: 'not-found' })
    expect(await isGood(old)).toBe(true)
  })
})
