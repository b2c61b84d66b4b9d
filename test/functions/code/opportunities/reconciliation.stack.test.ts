import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openingPending, opportunityTable } from '../../../../functions/code/opportunities/opportunity-table.ts'
import { reconcileOpportunities } from '../../../../functions/code/opportunities/timers.ts'
import { timerInput } from '../../../support/timer-input.ts'
import { makeOlder, markersOf } from '../../../support/pending-markers.ts'
import { type Sales, type Seller, migration, startSales } from './crm-sales.ts'

const stack = inject('stack')
const minutes = 60_000

let sales: Sales
beforeAll(async () => {
  sales = await startSales(stack.urls, stack.settings)
})
afterAll(() => sales.close())

const reconcile = (signal = new AbortController().signal): Promise<void> =>
  reconcileOpportunities.handler(timerInput(sales.services, signal))

/** One that was begun and that CRM has not heard of. */
const begun = async ({ crm, post, store, tenantId }: Seller, minutesAgo = 11) => {
  const finding = migration()
  await crm.setFaults({ operation: 'createOpportunity', kind: 'expired-key' })
  expect((await post(finding)).status).toBe(502)
  await crm.clearFaults()
  await makeOlder(openingPending, store, tenantId, minutesAgo * minutes)
  return finding
}

describe('the nightly run over opportunities that were begun and not recorded', () => {
  it('finishes one that is older than ten minutes, once', async () => {
    const seller = await sales.seller()
    const { crm, list, open, store, tenantId } = seller
    const finding = await begun(seller)
    expect(await crm.opportunities()).toEqual([])
    await reconcile()
    const [made, ...others] = await crm.opportunities()
    expect(others).toEqual([])
    expect(await list()).toMatchObject({ opportunities: [{ id: made?.id, stage: { value: 'open', live: true } }] })
    expect(await markersOf(openingPending, store, tenantId)).toEqual([])
    await reconcile()
    expect((await open(finding)).status).toBe(200)
    expect(await crm.opportunities()).toHaveLength(1)
  })

  it('finishes one that CRM has made already, and makes no second', async () => {
    const { crm, post, list, store, tenantId } = await sales.seller('short')
    await crm.setFaults({ operation: 'createOpportunity', kind: 'commit-then-hang' })
    expect((await post(migration())).status).toBe(504)
    await crm.clearFaults()
    await makeOlder(openingPending, store, tenantId, 11 * minutes)
    await reconcile()
    const [made, ...others] = await crm.opportunities()
    expect(others).toEqual([])
    expect(await list()).toMatchObject({ opportunities: [{ id: made?.id, stage: { value: 'open' } }] })
    expect(await markersOf(openingPending, store, tenantId)).toEqual([])
  })

  it('leaves one that is younger to the request that may still be at work', async () => {
    const seller = await sales.seller()
    await begun(seller, 9)
    await reconcile()
    expect(await seller.crm.opportunities()).toEqual([])
    expect(await markersOf(openingPending, seller.store, seller.tenantId)).toHaveLength(1)
  })

  it('takes away a marker behind which nothing was begun, and one whose opportunity is made', async () => {
    const { crm, open, store, tenantId } = await sales.seller()
    await open(migration())
    await makeOlder(openingPending, store, tenantId, 11 * minutes)
    const [made] = (await store.open(opportunityTable).opportunity.list({ tenantId }, { limit: 10 })).rows
    const then = new Date('2026-01-01T00:00:00Z')
    await openingPending.mark(store, { tenantId, ref: 'code-opportunity-empty', createdAt: then.toISOString() }, then)
    await openingPending.mark(
      store,
      { tenantId, ref: made?.value.ref ?? '', createdAt: made?.value.createdAt ?? '' },
      then,
    )
    expect(await markersOf(openingPending, store, tenantId)).toHaveLength(2)
    await reconcile()
    expect(await markersOf(openingPending, store, tenantId)).toEqual([])
    expect(await crm.opportunities()).toHaveLength(1)
  })

  it('gives up on one that CRM refuses for good, and says so in the list', async () => {
    const seller = await sales.seller()
    await begun(seller)
    await seller.crm.setFaults({ operation: 'createOpportunity', kind: 'status', status: 422 })
    await reconcile()
    expect(await seller.list()).toMatchObject({ opportunities: [{ id: null, stage: { value: 'rejected' } }] })
    expect(await markersOf(openingPending, seller.store, seller.tenantId)).toEqual([])
  })

  it('finishes the others when CRM fails for one, and that one the next time', async () => {
    const sellers = [await sales.seller(), await sales.seller(), await sales.seller()] as const
    for (const seller of sellers) await begun(seller)
    const [one, failing, other] = sellers
    await failing.crm.setFaults({ kind: 'expired-key' })
    await reconcile()
    for (const { crm } of [one, other]) expect(await crm.opportunities()).toHaveLength(1)
    expect(await failing.crm.opportunities()).toEqual([])
    await failing.crm.clearFaults()
    await reconcile()
    expect(await failing.crm.opportunities()).toHaveLength(1)
    expect(await markersOf(openingPending, failing.store, failing.tenantId)).toEqual([])
  })

  it('that is told to stop leaves the rest for the next one', async () => {
    const seller = await sales.seller()
    await begun(seller)
    await reconcile(AbortSignal.abort())
    expect(await seller.crm.opportunities()).toEqual([])
    await reconcile()
    expect(await seller.crm.opportunities()).toHaveLength(1)
  })
})
