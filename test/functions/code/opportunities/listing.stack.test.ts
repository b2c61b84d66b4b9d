import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { expectProblem, notValid, problemOf } from '../../../support/problem.ts'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import { oneOfEach } from '../../../support/thoroughness.ts'
import { type Sales, type Seller, migration, startSales } from './crm-sales.ts'

const stack = inject('stack')

let sales: Sales
beforeAll(async () => {
  sales = await startSales(stack.urls, stack.settings)
})
afterAll(() => sales.close())

/** Makes so many, one after the other; their ids, newest first. */
const openSome = async ({ open }: Seller, count: number): Promise<(string | null)[]> => {
  const ids: (string | null)[] = []
  for (let opened = 0; opened < count; opened += 1) ids.unshift((await open(migration())).opportunity.id)
  return ids
}

describe('the list of Code-created opportunities', () => {
  it('is empty before there was one, and CRM is not asked', async () => {
    const { list, crm } = await sales.seller()
    expect(await list()).toEqual({ opportunities: [], crmAvailable: true })
    expect(await crm.requests()).toEqual({})
  })

  it('walked page by page is newest first and has each once, also when more are made meanwhile', async () => {
    const seller = await sales.seller()
    const ids = await openSome(seller, 5)
    const seen: (string | null)[] = []
    let cursor: string | undefined
    for (let page = 0; page < 10; page += 1) {
      const { opportunities, nextCursor } = await seller.list({ limit: '2', ...(cursor !== undefined && { cursor }) })
      expect(opportunities.length).toBeLessThanOrEqual(2)
      seen.push(...opportunities.map(({ id }) => id))
      cursor = nextCursor
      if (cursor === undefined) break
      await openSome(seller, 1)
    }
    expect(cursor).toBeUndefined()
    expect(seen).toEqual(ids)
  })

  it('shows the stage that CRM has now', async () => {
    const { open, list, crm } = await sales.seller()
    const { opportunity } = await open(migration())
    for (const stage of ['won', 'lost', 'open'] as const) {
      await crm.setStage(opportunity.id ?? '', stage)
      expect(await list()).toMatchObject({
        opportunities: [{ id: opportunity.id, stage: { value: stage, live: true } }],
        crmAvailable: true,
      })
    }
  })

  it('shows another organization nothing, also not by a cursor', async () => {
    const [one, other] = [await sales.seller(), await sales.seller()]
    await openSome(one, 2)
    const { nextCursor = '' } = await one.list({ limit: '1' })
    expect(nextCursor).not.toBe('')
    expect(await other.list()).toEqual({ opportunities: [], crmAvailable: true })
    expect(await other.list({ cursor: nextCursor })).toEqual({ opportunities: [], crmAvailable: true })
  })

  it('is refused with what is wrong with the query', async () => {
    const { send } = await sales.seller()
    await expectProblem(
      await send('GET', 'code/opportunities?limit=101&tenantId=tenant-northwind'),
      notValid(
        ['query.limit', 'must be a number from 1 to 100'],
        ['query.tenantId', 'is not a field that is known here'],
      ),
    )
    await expectProblem(
      await send('GET', 'code/opportunities?cursor=broken'),
      problemOf('validation-failed', 'The cursor does not belong to this list.', {
        errors: [
          {
            path: 'query.cursor',
            message: 'Pass the nextCursor of the previous page, or omit it to start over.',
          },
        ],
      }),
    )
  })
})

describe.concurrent('the list of Code-created opportunities while CRM cannot be asked', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['answers 500', { kind: 'status', status: 500 }],
    ['answers nothing', { kind: 'hang' }],
    ['refuses our key', { kind: 'expired-key' }],
    ['answers with a page', { kind: 'wrong-content-type' }],
    ['cuts the connection', { kind: 'reset-connection' }],
  ]
  /** An answer that does not come takes time; all others are the client's matter. */
  const isAwaited = ([, { kind }]: (typeof faults)[number]): string => String(kind === 'hang')
  it.each(oneOfEach(faults, isAwaited))('has the last known stage and its age when CRM %s', async (_, fault) => {
    const { open, list, crm } = await sales.seller()
    const { opportunity } = await open(migration())
    await crm.setStage(opportunity.id ?? '', 'won')
    const [known] = (await list()).opportunities
    await crm.setStage(opportunity.id ?? '', 'lost')
    await crm.setFaults(fault)
    const answer = await list()
    expect(answer.crmAvailable).toBe(false)
    const [shown] = answer.opportunities
    expect(shown).toMatchObject({ id: opportunity.id, url: opportunity.url, stage: { value: 'won', live: false } })
    expect(shown?.stage.asOf).toBe(known?.stage.asOf)
    const ageMs = Date.now() - Date.parse(shown?.stage.asOf ?? '')
    expect(shown?.stage.ageSeconds).toBeLessThanOrEqual(ageMs / 1_000)
  })

  it('is the present one again as soon as CRM answers', async () => {
    const { open, list, crm } = await sales.seller()
    await open(migration())
    await crm.setFaults({ kind: 'expired-key', times: 1 })
    expect((await list()).crmAvailable).toBe(false)
    expect(await list()).toMatchObject({ opportunities: [{ stage: { live: true } }], crmAvailable: true })
  })
})
