// A store that fails, or loses its answers, while calls are let in and closed.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type AiAdmissions } from '../../../../shared/ai/limits/admissions.ts'
import { type Store, createStore } from '../../../../shared/store/store.ts'
import { type TestAzurite, startAzurite } from '../../../support/azurite.ts'
import { eventually } from '../../../support/eventually.ts'
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts'
import { admitAll, booksOf, done, instanceOf, newTenant, requestOf } from './ai-stage.ts'

let azurite: TestAzurite
let proxy: FaultProxy
/** Without faults. */
let store: Store
let instance: AiAdmissions
beforeAll(async () => {
  azurite = await startAzurite()
  const { connectionString } = azurite
  const tables = /TableEndpoint=(http:\/\/[^/;]+)/.exec(connectionString)?.[1] ?? ''
  proxy = await startFaultProxy(tables)
  store = createStore({ connectionString })
})
afterAll(async () => {
  await proxy.close()
  await azurite.stop()
})
beforeEach(() => {
  const connectionString = azurite.connectionString.replace(/(TableEndpoint=)http:\/\/[^/;]+/, `$1${proxy.url}`)
  instance = instanceOf(createStore({ connectionString }, { deadlineMs: 1_500 }))
})
afterEach(async () => {
  proxy.decide = () => 'pass'
  await instance.close()
})

const plenty = { requestsPerMinute: 1_000, tokensPerMinute: 1_000_000, tokensPerDay: 1_000, concurrency: 100 }
const isWrite = (method: string): boolean => method !== 'GET'

it('lets nobody in while it is away, and says when to try again; then it goes on', async () => {
  const tenantId = await newTenant(store, plenty)
  proxy.decide = () => 'refuse'
  const error = await instance.admit(requestOf(tenantId)).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'storage-unavailable', details: { retryAfterSeconds: 5 } })
  proxy.decide = () => 'pass'
  await (await instance.admit(requestOf(tenantId))).settle(done)
  expect((await booksOf(store, tenantId)).calls).toHaveLength(1)
})

it('spends nothing on calls whose answers it lost', async () => {
  const tenantId = await newTenant(store, plenty)
  const first = await instance.admit(requestOf(tenantId))
  // The reservation is written, and nobody hears of it.
  proxy.decide = (method) => (isWrite(method) ? 'cut' : 'pass')
  const { refused } = await admitAll(instance, [requestOf(tenantId), requestOf(tenantId)])
  expect(new Set(refused)).toEqual(new Set(['storage-unavailable']))
  proxy.decide = () => 'pass'
  await first.settle(done)
  await eventually(
    async () => (await booksOf(store, tenantId)).open.length,
    (open) => open === 0,
    15_000,
  )
  // 1,000 tokens on the day, of which 30 are used: nine calls of 100 fit, and a tenth does not.
  const { admitted } = await admitAll(
    instance,
    Array.from({ length: 9 }, () => requestOf(tenantId)),
  )
  expect(admitted).toHaveLength(9)
  expect((await admitAll(instance, [requestOf(tenantId)])).refused).toEqual(['ai-limit-reached tokens-per-day'])
})

it('has a call once in the ledger when it lost the answer to its closing', async () => {
  const tenantId = await newTenant(store, plenty)
  const admission = await instance.admit(requestOf(tenantId))
  let cuts = 0
  proxy.decide = (method) => (isWrite(method) && (cuts += 1) <= 1 ? 'cut' : 'pass')
  await admission.settle(done)
  const { calls, sums, open } = await booksOf(store, tenantId)
  expect([calls.length, open.length]).toEqual([1, 0])
  expect(sums.map(({ userId, calls: count }) => [userId, count])).toEqual([
    ['', 1],
    ['user-1', 1],
  ])
})

it('ends calls whose lease it cannot touch any more, before others may take it for dead', async () => {
  const tenantId = await newTenant(store, plenty)
  const admission = await instance.admit(requestOf(tenantId))
  proxy.decide = () => 'refuse'
  const began = performance.now()
  await new Promise((resolve) => admission.signal.addEventListener('abort', resolve, { once: true }))
  expect(performance.now() - began).toBeLessThan(6_000)
  expect(admission.signal.reason).toMatchObject({ code: 'storage-unavailable' })
  proxy.decide = () => 'pass'
  await admission.settle({ ...done, outcome: 'cancelled' })
  expect((await booksOf(store, tenantId)).calls).toMatchObject([{ outcome: 'cancelled', promptTokens: 10 }])
})
