// How often an instance asks the store for more of the budget: seldom, once it has called for a while.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AiAdmissions } from '../../../../shared/ai/limits/admissions.ts'
import { type Store, createStore } from '../../../../shared/store/store.ts'
import { type TestAzurite, startAzurite } from '../../../support/azurite.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts'
import { done, inOneMinute, instanceOf, newTenant, quick, requestOf } from './ai-stage.ts'

let azurite: TestAzurite
let proxy: FaultProxy
let store: Store
let instance: AiAdmissions
/** Each reads the limits. */
let renewals = 0
beforeAll(async () => {
  azurite = await startAzurite()
  proxy = await startFaultProxy(/TableEndpoint=(http:\/\/[^/;]+)/.exec(azurite.connectionString)?.[1] ?? '')
  const connectionString = azurite.connectionString.replace(/(TableEndpoint=)http:\/\/[^/;]+/, `$1${proxy.url}`)
  store = createStore({ connectionString: azurite.connectionString })
  // Nothing but calls makes it renew its lease within a minute.
  const timings = { ...quick, leaseMs: 600_000, idleMs: 600_000 }
  instance = instanceOf(createStore({ connectionString }), { timings })
  proxy.decide = (_method, url) => {
    if (url.includes('/aiLimits')) renewals += 1
    return 'pass'
  }
})
afterAll(async () => {
  await instance.close()
  await proxy.close()
  await azurite.stop()
})

const limits = { requestsPerMinute: 10_000, tokensPerMinute: 10_000_000, tokensPerDay: 10_000_000, concurrency: 100 }

it('asks once for the first call, for its slot and its tokens', async () => {
  const tenantId = await newTenant(store, limits)
  const before = renewals
  await (await instance.admit(requestOf(tenantId))).settle(done)
  expect(renewals - before).toBe(1)
})

it('keeps what it has in store when it asks for a slot, and the slots that it has used', async () => {
  await inOneMinute(15)
  const tenantId = await newTenant(store, limits)
  const admit = () => instance.admit(requestOf(tenantId))
  for (let count = 0; count < 22; count += 1) await (await admit()).settle(done)
  const before = renewals
  expect(before).toBeGreaterThan(0)
  for (let count = 0; count < 3; count += 1) {
    const [first, second] = [await admit(), await admit()]
    await Promise.all([first.settle(done), second.settle(done)])
  }
  // For the slot of the first that was second. What was in store is enough for all six.
  expect(renewals - before).toBe(1)
})
