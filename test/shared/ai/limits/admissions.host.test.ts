// Calls of several instances against one budget in real tables.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aiCallTable, aiTenantTable, bucketOfAiTenant } from '../../../../shared/ai/ledger/ai-call-table.ts'
import { type AiAdmissions } from '../../../../shared/ai/limits/admissions.ts'
import { createStore, type Store } from '../../../../shared/store/store.ts'
import { eventually } from '../../../support/eventually.ts'
import { type TestAzurite, startAzurite } from '../../../support/azurite.ts'
import { admitAll, booksOf, done, inOneMinute, instanceOf, newTenant, requestOf } from './ai-stage.ts'

let azurite: TestAzurite
let store: Store
const instances: AiAdmissions[] = []
const newInstance = (
  ...more: Parameters<typeof instanceOf> extends [Store, ...infer Rest] ? Rest : never
): AiAdmissions => {
  const instance = instanceOf(store, ...more)
  instances.push(instance)
  return instance
}

beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore({ connectionString: azurite.connectionString })
})
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.close()))
  await azurite.stop()
})

const plenty = { requestsPerMinute: 1_000, tokensPerMinute: 1_000_000, tokensPerDay: 1_000_000, concurrency: 1_000 }

describe('calls of one instance', () => {
  it('are let in while the limit of requests lasts, and refused with when to come again', async () => {
    await inOneMinute(5)
    const tenantId = await newTenant(store, { ...plenty, requestsPerMinute: 5 })
    const instance = newInstance()
    const { admitted, refused } = await admitAll(
      instance,
      Array.from({ length: 8 }, () => requestOf(tenantId)),
    )
    expect(admitted).toHaveLength(5)
    expect(refused).toEqual(Array(3).fill('ai-limit-reached requests'))
    const error = await instance.admit(requestOf(tenantId)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'ai-limit-reached',
      details: { limit: 'requests', retryAfterSeconds: expect.any(Number) as number },
      headers: { 'x-ratelimit-limit-requests': '5', 'x-ratelimit-remaining-requests': '0' },
    })
  })

  it('are let in while tokens last, as many as were reserved; what was not used can be used again', async () => {
    await inOneMinute(5)
    const tenantId = await newTenant(store, { ...plenty, tokensPerMinute: 250 })
    const instance = newInstance()
    const { admitted, refused } = await admitAll(
      instance,
      Array.from({ length: 3 }, () => requestOf(tenantId)),
    )
    expect(admitted).toHaveLength(2)
    expect(refused).toEqual(['ai-limit-reached tokens'])
    await admitted[0]?.settle(done)
    expect((await admitAll(instance, [requestOf(tenantId)])).admitted).toHaveLength(1)
    const { refused: large } = await admitAll(instance, [requestOf(tenantId, { ceiling: 201 })])
    expect(large).toEqual(['ai-call-too-large tokens'])
  })

  it('leave nothing behind when they are cancelled', async () => {
    await inOneMinute(5)
    const tenantId = await newTenant(store, { ...plenty, requestsPerMinute: 1 })
    const instance = newInstance()
    const [first] = (await admitAll(instance, [requestOf(tenantId)])).admitted
    await first?.cancel()
    await first?.settle(done)
    expect(await booksOf(store, tenantId)).toMatchObject({ open: [], calls: [], sums: [] })
    const [second] = (await admitAll(instance, [requestOf(tenantId)])).admitted
    await second?.settle(done)
    expect((await admitAll(instance, [requestOf(tenantId)])).refused).toEqual(['ai-limit-reached requests'])
  })

  it('enter the ledger once, with what was used, and the sums of tenant and user', async () => {
    const tenantId = await newTenant(store, plenty)
    const instance = newInstance()
    const { admitted } = await admitAll(instance, [
      requestOf(tenantId),
      requestOf(tenantId, { userId: 'user-2' }),
      requestOf(tenantId, { userId: undefined }),
    ])
    await Promise.all(admitted.map((admission) => admission.settle(done)))
    await admitted[0]?.settle({ ...done, promptTokens: 999 })
    const { open, calls, sums } = await booksOf(store, tenantId)
    expect(open).toEqual([])
    expect(calls).toHaveLength(3)
    expect(calls[0]).toMatchObject({ outcome: 'done', promptTokens: 10, completionTokens: 20, reservedTokens: 100 })
    const total = (userId: string) =>
      sums
        .filter((sum) => sum.userId === userId)
        .reduce<readonly number[]>(([n = 0, tokens = 0], one) => [n + one.calls, tokens + one.promptTokens], [0, 0])
    expect([total(''), total('user-1'), total('user-2')]).toEqual([
      [3, 30],
      [1, 10],
      [1, 10],
    ])
  })

  it('have their organization written down when the first is let in, so that the sweep finds what they leave', async () => {
    const tenantId = await newTenant(store, plenty)
    const admission = await newInstance().admit(requestOf(tenantId))
    const { tenant } = store.open(aiTenantTable)
    expect((await tenant.get({ bucket: bucketOfAiTenant(tenantId), tenantId }))?.value.tenantId).toBe(tenantId)
    await admission.cancel()
  })

  it('are as many at once as the tier allows; the next has its turn when one is over', async () => {
    const tenantId = await newTenant(store, { ...plenty, concurrency: 2 })
    const instance = newInstance()
    const { admitted } = await admitAll(instance, [requestOf(tenantId), requestOf(tenantId)])
    const soon = () => requestOf(tenantId, { deadline: new Date(Date.now() + 500) })
    expect((await admitAll(instance, [soon()])).refused).toEqual(['ai-limit-reached concurrency'])
    const next = instance.admit(requestOf(tenantId))
    await admitted[0]?.settle(done)
    expect((await next).queuedMs).toBeGreaterThanOrEqual(0)
  })

  it('leave the queue when their caller leaves, and hold nothing', async () => {
    const tenantId = await newTenant(store, { ...plenty, concurrency: 1 })
    const instance = newInstance()
    const first = await instance.admit(requestOf(tenantId))
    const caller = new AbortController()
    const waiting = instance.admit(requestOf(tenantId, { signal: caller.signal }))
    caller.abort(new Error('left'))
    await expect(waiting).rejects.toThrow('left')
    await first.settle(done)
    const next = await instance.admit(requestOf(tenantId))
    expect((await booksOf(store, tenantId)).open).toHaveLength(1)
    await next.cancel()
  })

  it('leave their place to others when they are refused', async () => {
    const [spent, other] = [await newTenant(store, { ...plenty, requestsPerMinute: 0 }), await newTenant(store, plenty)]
    const instance = newInstance({ placesOf: () => ({ shared: 1, enterprise: 0 }) })
    expect((await admitAll(instance, [requestOf(spent)])).refused).toEqual(['ai-limit-reached requests'])
    const next = await instance.admit(requestOf(other))
    await next.cancel()
  })

  it('have to end when the time is over that they were let in for', async () => {
    const instance = newInstance()
    const admission = await instance.admit(requestOf(await newTenant(store, plenty), { callMsMax: 100 }))
    await new Promise((resolve) => admission.signal.addEventListener('abort', resolve, { once: true }))
    expect(admission.signal.reason).toMatchObject({ name: 'TimeoutError' })
    await admission.cancel()
  }, 20_000)
})

describe('calls of several instances at once', () => {
  it('are never more together than the limit, and no fewer once what was leased too much is given back', async () => {
    await inOneMinute(25)
    const tenantId = await newTenant(store, { ...plenty, requestsPerMinute: 100 })
    const four = [newInstance(), newInstance(), newInstance(), newInstance()]
    const round = async (calls: number) => {
      const many = () => Array.from({ length: calls }, () => requestOf(tenantId))
      return (await Promise.all(four.map((instance) => admitAll(instance, many())))).flatMap(({ admitted }) => admitted)
    }
    const admitted = await round(50)
    expect(admitted.length).toBeGreaterThan(80)
    expect(admitted.length).toBeLessThanOrEqual(100)
    await eventually(
      async () => admitted.push(...(await round(5))),
      (count) => count >= 100,
      15_000,
    )
    expect(await round(5)).toEqual([])
    await Promise.all(admitted.map((admission) => admission.settle(done)))
    const { calls, open, sums } = await booksOf(store, tenantId)
    expect([calls.length, open.length]).toEqual([100, 0])
    expect(sums.filter(({ userId }) => userId === '').reduce((sum, one) => sum + one.calls, 0)).toBe(100)
  })

  it('are together no more at once than the tier allows', async () => {
    const tenantId = await newTenant(store, { ...plenty, concurrency: 3 })
    const two = [newInstance(), newInstance()]
    const soon = () => requestOf(tenantId, { deadline: new Date(Date.now() + 6_000) })
    const tried = await Promise.all(two.map((instance) => admitAll(instance, [soon(), soon(), soon()])))
    expect(tried.flatMap(({ admitted }) => admitted)).toHaveLength(3)
    expect((await store.open(aiCallTable).budget.get({ tenantId, tier: 'ai-pro' }))?.value.slots).toBe(3)
  })
})
