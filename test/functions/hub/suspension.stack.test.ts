// An organization that is suspended in Hub, and made active again: no event tells of either.
import { aroundEach, describe, expect, inject, it } from 'vitest'
import { createIntegrationKey } from '../../../shared/auth/integration-key.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { createServices } from '../../../shared/services.ts'
import { createStore } from '../../../shared/store/store.ts'
import { runWithLogSink } from '../../../shared/telemetry/log.ts'
import { createTenantStandings } from '../../../shared/tenants/tenant-standing.ts'
import {
  beginLogin,
  claimsOf,
  hubToken,
  identity,
  newClient,
  newTenantId,
  signIn,
} from '../../support/browser-client.ts'
import { eventually } from '../../support/eventually.ts'
import { hubControl } from '../../support/hub-control.ts'
import { expectProblem, problemOf } from '../../support/problem.ts'
import { psaControl } from '../../support/psa-control.ts'
import { runTimerUntil } from '../../support/timer-run.ts'

const { urls, settings } = inject('stack')
const store = createStore({ connectionString: settings['DATA_STORAGE'] ?? '' })

aroundEach((runTest) => runWithLogSink(() => {}, runTest))

/** It comes round by itself every 20 seconds. */
const watch = 'hub-organization-watch-timer'

const suspended = problemOf(
  'unauthenticated',
  'The organization is suspended in Hub. Contact its owner or the support of The One Stack.',
)

const newOrganization = async () => {
  const tenantId = newTenantId()
  const hub = hubControl(urls.hub, tenantId)
  await hub.putOrganization()
  const key = await createIntegrationKey(store, {
    environment: 'test',
    tenantId,
    integration: 'code→psa',
    scopes: ['code:tickets:read'],
    now: new Date(),
  })
  const byKey = newClient(urls, { 'x-integration-key': key })
  return { tenantId, hub, tickets: () => byKey.fetch('/api/code/tickets') }
}

// Most of them wait: for caches to age, for retries, for events. Each has an organization of its own.
describe.concurrent('a suspension', () => {
  it('is met within seconds by sessions of every product and by keys, and by no other organization', async () => {
    const [{ tenantId, hub, tickets }, other] = [await newOrganization(), await newOrganization()]
    const [code, ai] = [
      await signIn(urls, identity({ tenantId })),
      await signIn(urls, identity({ tenantId, product: 'ai' })),
    ]
    const answers = async () =>
      (await Promise.all([code.fetch('/api/code/session'), ai.fetch('/api/ai/session'), tickets()])).map(
        ({ status }) => status,
      )
    expect(await answers()).toEqual([200, 200, 200])
    await hub.putOrganization({ status: 'suspended' })
    await eventually(answers, (seen) => seen.every((status) => status === 401), 20_000)
    await expectProblem(await tickets(), suspended)
    expect((await other.tickets()).status).toBe(200)
  })

  it('is met five seconds later at most, whatever Hub has said before', async () => {
    const { tenantId, hub } = await newOrganization()
    let time = Date.now()
    const now = () => new Date(time)
    const standings = createTenantStandings({ store, hub: createServices(loadConfig(settings)).hub, now })
    const vouchedAt = now().toISOString()
    await standings.requireActive(tenantId, vouchedAt)
    await hub.putOrganization({ status: 'suspended' })
    time += 5_000
    await expect(standings.requireActive(tenantId, vouchedAt)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('is met by a token that Hub gave out before', async () => {
    const { tenantId, hub } = await newOrganization()
    const client = newClient(urls)
    const nonce = await beginLogin(client, 'code')
    const token = await hubToken(urls, { product: 'code', claims: { ...claimsOf(identity({ tenantId })), nonce } })
    await hub.putOrganization({ status: 'suspended' })
    await expectProblem(await client.send('POST', '/api/code/session', { token }), suspended)
  })

  it('holds when Hub no longer has the organization, also for one who has not asked before', async () => {
    const { hub, tickets } = await newOrganization()
    await hub.putOrganization({ status: 'suspended' })
    await expectProblem(await tickets(), suspended)
    await hub.reset()
    for (let at = 0; at < 6; at += 1) {
      await expectProblem(await tickets(), suspended)
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  })

  it('does not wait for Hub with each request', async () => {
    const { hub, tickets } = await newOrganization()
    for (let count = 0; count < 100; count += 1) expect((await tickets()).status).toBe(200)
    const { getOrganization = 0 } = await hub.requests()
    expect(getOrganization).toBeGreaterThanOrEqual(1)
    expect(getOrganization).toBeLessThanOrEqual(10)
  })

  it('leaves an organization that was active in peace while Hub is away', async () => {
    const { hub, tickets } = await newOrganization()
    expect((await tickets()).status).toBe(200)
    await hub.setFaults({ kind: 'status', operation: 'getOrganization', status: 503 })
    const until = Date.now() + 8_000
    // Slower than the rate that one caller may keep.
    while (Date.now() < until) {
      expect((await tickets()).status).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    await hub.clearFaults()
  })
})

describe.concurrent('PSA agents of an organization', () => {
  it('go with its suspension and come back with it, without the night', async () => {
    const { tenantId, hub } = await newOrganization()
    const psa = psaControl(urls.psa, tenantId)
    const isActive = async () => (await psa.agents()).map(({ active }) => active)
    await hub.putUser('user-1')
    await eventually(isActive, (seen) => seen[0] === true, 20_000)
    await hub.putOrganization({ status: 'suspended' })
    await runTimerUntil(urls.functions, watch, async () => (await isActive())[0] === false, 50_000)
    await hub.putOrganization({ status: 'active' })
    await runTimerUntil(urls.functions, watch, async () => (await isActive())[0] === true, 50_000)
    // A token says its second alone: one of the second of the suspension counts as older.
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const client = await signIn(urls, identity({ tenantId, userId: 'user-1' }))
    expect((await client.fetch('/api/code/session')).status).toBe(200)
  }, 150_000)
})
