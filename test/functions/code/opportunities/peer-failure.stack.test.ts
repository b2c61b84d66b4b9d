import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Fault } from '../../../../local/stand-ins/faults.ts'
import type { ErrorCode } from '../../../../shared/error-table.ts'
import type { ErrorDetails } from '../../../../shared/errors.ts'
import { expectProblem, problemOf } from '../../../support/problem.ts'
import { openingPending } from '../../../../functions/code/opportunities/opportunity-table.ts'
import { oneOfEach } from '../../../support/thoroughness.ts'
import { markersOf } from '../../../support/pending-markers.ts'
import { type Sales, migration, startSales } from './crm-sales.ts'

const stack = inject('stack')
const any = expect.any(String) as string

let sales: Sales
beforeAll(async () => {
  sales = await startSales(stack.urls, stack.settings)
})
afterAll(() => sales.close())

type Case = readonly [title: string, fault: Fault, code: ErrorCode, details: ErrorDetails]

const cases: readonly Case[] = [
  ['answers 500', { kind: 'status', status: 500 }, 'peer-unavailable', { attempts: 4, peerStatus: 500 }],
  ['cuts the connection', { kind: 'reset-connection' }, 'peer-unavailable', { attempts: 4 }],
  [
    'takes no more requests for a long while',
    { kind: 'rate-limit', retryAfter: '60' },
    'peer-unavailable',
    { attempts: 1, peerStatus: 429, retryAfterSeconds: 60 },
  ],
  ['refuses our key', { kind: 'expired-key' }, 'peer-unauthorized', { attempts: 1, peerStatus: 401 }],
  ['answers in another shape', { kind: 'wrong-body' }, 'peer-invalid-response', { attempts: 1, peerStatus: 200 }],
]

/** What the answer is made of. */
const kindOf = ([, { retryAfter }, code]: Case): string => [code, retryAfter].join()

describe.concurrent('making an opportunity while CRM fails', () => {
  it.each(oneOfEach(cases, kindOf))(
    'says so when CRM %s, lists it, and the repetition makes it once',
    async (_, fault, code, details) => {
      const { post, open, crm, list, store, tenantId } = await sales.seller()
      const finding = migration()
      await crm.setFaults(fault)
      const operation = 'list opportunities'
      const response = await post(finding)
      expect(response.headers.get('retry-after')).toBe(fault.retryAfter ?? null)
      await expectProblem(response, problemOf(code, any, { peer: 'crm', operation, ...details }))
      expect(await crm.opportunities()).toEqual([])
      await crm.clearFaults()
      const opening = { id: null, url: null, stage: { value: 'opening', live: false } }
      expect(await list()).toMatchObject({ opportunities: [opening], crmAvailable: true })
      expect(await markersOf(openingPending, store, tenantId)).toHaveLength(1)

      const again = await open(finding)
      expect(again.status).toBe(201)
      expect(await crm.opportunities()).toMatchObject([{ id: again.opportunity.id }])
      expect(await list()).toMatchObject({ opportunities: [{ id: again.opportunity.id, stage: { value: 'open' } }] })
      expect(await markersOf(openingPending, store, tenantId)).toEqual([])
    },
  )

  it('makes it once when CRM makes it and never answers', async () => {
    const { post, open, crm, list } = await sales.seller('short')
    const finding = migration()
    await crm.setFaults({ operation: 'createOpportunity', kind: 'commit-then-hang' })
    await expectProblem(
      await post(finding),
      problemOf('peer-timeout', any, { peer: 'crm', operation: 'create opportunity', attempts: 1 }),
    )
    const [made, ...others] = await crm.opportunities()
    expect(others).toEqual([])
    await crm.clearFaults()
    const again = await open(finding)
    expect([again.status, again.opportunity.id]).toEqual([200, made?.id])
    expect(await crm.opportunities()).toHaveLength(1)
    expect((await list()).opportunities).toHaveLength(1)
  })

  it('makes it once when CRM makes it and answers 500', async () => {
    const { open, crm } = await sales.seller()
    await crm.setFaults({ operation: 'createOpportunity', kind: 'commit-then-status', times: 1 })
    const { status, opportunity } = await open(migration())
    expect(status).toBe(200)
    expect(await crm.opportunities()).toMatchObject([{ id: opportunity.id }])
  })

  it('says so when CRM does not know the company, and makes it for the right one as soon as that is known', async () => {
    const { post, open, crm, list, mapClient, setRate, store, tenantId } = await sales.seller()
    await crm.setCompanies(['account-right'])
    const finding = migration({ effortHours: 2 })
    const client = { clientId: 'client-1', name: 'Fabrikam' }
    await mapClient(finding.repository, { ...client, crmCompanyId: 'account-wrong' })
    const refused = { peer: 'crm', operation: 'create opportunity', attempts: 1, peerStatus: 422 }
    await expectProblem(await post(finding), problemOf('peer-rejected', any, refused))
    expect(await list()).toMatchObject({ opportunities: [{ id: null, stage: { value: 'rejected', live: false } }] })
    expect(await markersOf(openingPending, store, tenantId)).toEqual([])

    await mapClient(finding.repository, { ...client, crmCompanyId: 'account-right' })
    await setRate(10_000, 'EUR')
    const again = await open(finding)
    expect(again.status).toBe(201)
    const value = { amountMinor: 20_000, currency: 'EUR' }
    expect(again.opportunity).toMatchObject({ clientName: 'Fabrikam', value })
    expect(await crm.opportunities()).toMatchObject([{ companyId: 'account-right', value }])
    expect((await list()).opportunities).toHaveLength(1)
  })

  it('answers with what is known when it was made before', async () => {
    const { open, crm } = await sales.seller()
    const finding = migration()
    const first = await open(finding)
    await crm.setFaults({ kind: 'expired-key' })
    const again = await open(finding)
    expect(again.status).toBe(200)
    expect(again.opportunity).toEqual({
      ...first.opportunity,
      stage: { ...first.opportunity.stage, ageSeconds: expect.any(Number) as number, live: false },
    })
  })
})

describe('making an opportunity where CRM is not set up', () => {
  it('names the settings that are missing', async () => {
    const seller = await sales.seller()
    const { loadConfig } = await import('../../../../shared/config/config.ts')
    const { createServices } = await import('../../../../shared/services.ts')
    const { servedCode } = await import('../served-code.ts')
    const endpoints = await import('../../../../functions/code/opportunities/endpoints.ts')
    const { CRM_API_URL: _, CRM_SERVICE_KEY: _key, ...settings } = stack.settings
    const code = servedCode(Object.values(endpoints), createServices(loadConfig(settings)))
    const person = await code.signIn(stack.urls, 'member', seller)
    const { opportunity } = await seller.open(migration())
    await expectProblem(
      await person.send('POST', 'code/opportunities', migration()),
      problemOf(
        'not-configured',
        'This needs CRM_API_URL, CRM_SERVICE_KEY: CRM_API_URL is missing, CRM_SERVICE_KEY is missing.',
        { settings: ['CRM_API_URL', 'CRM_SERVICE_KEY'] },
      ),
    )
    const [status, list] = await person.ask('GET', 'code/opportunities')
    expect(status).toBe(200)
    expect(list).toMatchObject({ opportunities: [{ id: opportunity.id, stage: { live: false } }], crmAvailable: false })
  })
})
