import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createIntegrationKey } from '../../../../shared/auth/integration-key.ts'
import type { Scope } from '../../../../shared/auth/caller.ts'
import { expectProblem, needsScope, notValid, problemOf } from '../../../support/problem.ts'
import { secretSamples } from '../../../support/secret-samples.ts'
import { storedText } from '../../../support/stored-text.ts'
import { openingPending } from '../../../../functions/code/opportunities/opportunity-table.ts'
import { markersOf } from '../../../support/pending-markers.ts'
import { type Sales, migration, startSales } from './crm-sales.ts'

const stack = inject('stack')
const any = expect.any(String) as string
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string

let sales: Sales
beforeAll(async () => {
  sales = await startSales(stack.urls, stack.settings)
})
afterAll(() => sales.close())

describe('an opportunity of a finding', () => {
  it('is told to CRM exactly like this, and to the caller', async () => {
    const { open, crm, mapClient, setRate, store, tenantId } = await sales.seller()
    await crm.setCompanies(['account-1'])
    const repository = {
      id: 'repo-1',
      name: 'northwind/billing',
      url: 'https://git.example/northwind/billing',
      organizationId: 'org-1',
    }
    await mapClient(repository, { clientId: 'client-1', name: 'Fabrikam', crmCompanyId: 'account-1' })
    await setRate(12_550, 'EUR')
    const finding = migration({ findingId: 'finding-1', repository })
    const { status, opportunity } = await open(finding)
    expect(status).toBe(201)
    const [made, ...others] = await crm.opportunities()
    expect(others).toEqual([])
    const name = 'Migration: Move the billing service off .NET Framework 4.6 (northwind/billing)'
    const value = { amountMinor: 1_512_275, currency: 'EUR' }
    expect(made).toEqual({
      id: any,
      tenantId,
      externalReference: expect.stringMatching(/^code-opportunity-[\w-]{43}$/) as string,
      name,
      stage: 'open',
      companyId: 'account-1',
      value,
      description: [
        'Repository: northwind/billing (https://git.example/northwind/billing)',
        'Client: Fabrikam',
        'Effort: 120.5 hours',
        'Value: 120.5 h × 125.50 EUR = 15,122.75 EUR',
        'Finding: https://code.example/findings/7',
        'Seen: 2026-03-01T08:00:00.000Z',
        'Indented text is quoted from the finding.',
        '',
        'What was found:',
        '',
        '    Move the billing service off .NET Framework 4.6',
        '',
        'Summary:',
        '',
        '    The framework gets no fixes any more.',
        '',
        '    The service has 14 projects that need work.',
      ].join('\n'),
      source: 'the-one-code',
      type: 'migration_recommendation',
      links: [
        { title: 'Repository', url: 'https://git.example/northwind/billing' },
        { title: 'Finding: Move the billing service off .NET Framework 4.6', url: 'https://code.example/findings/7' },
      ],
      createdAt: time,
      updatedAt: time,
      url: any,
    })
    expect(opportunity).toEqual({
      id: made?.id,
      name,
      url: `${sales.crmUrl}/opportunities/${made?.id}`,
      stage: { value: 'open', asOf: time, ageSeconds: expect.any(Number) as number, live: true },
      finding: { findingId: 'finding-1', type: 'migration_recommendation', url: 'https://code.example/findings/7' },
      repository: { id: 'repo-1', name: 'northwind/billing' },
      clientName: 'Fabrikam',
      value,
      openValue: [],
      createdAt: time,
    })
    expect(await markersOf(openingPending, store, tenantId)).toEqual([])
  })

  it('without client, hours and rate has no company and no value, and says why', async () => {
    const { open, crm } = await sales.seller()
    const { effortHours: _, ...finding } = migration()
    const { opportunity } = await open(finding)
    expect(opportunity).toMatchObject({ clientName: null, value: null, openValue: ['effort_hours', 'hourly_rate'] })
    const [made] = await crm.opportunities()
    expect(made).toMatchObject({ companyId: null, value: null })
    expect(made?.description).toContain('Client: not mapped yet.')
    expect(made?.description).toContain(
      'Value: open, because the finding has no effort in hours and no hourly rate is set',
    )
  })

  it('of a client with a rate of its own is worth that', async () => {
    const { open, mapClient, setRate } = await sales.seller()
    const [one, other] = [migration({ effortHours: 10 }), migration({ effortHours: 10 })]
    await mapClient(one.repository, { clientId: 'client-1', name: 'Fabrikam' })
    await setRate(10_000, 'EUR')
    await setRate(9_000, 'JPY', 'client-1')
    expect((await open(one)).opportunity.value).toEqual({ amountMinor: 90_000, currency: 'JPY' })
    expect((await open(other)).opportunity.value).toEqual({ amountMinor: 100_000, currency: 'EUR' })
  })

  it('asked for again, in other words, is the same with its present stage', async () => {
    const { open, crm, list, setRate } = await sales.seller()
    const finding = migration()
    const first = await open(finding)
    await crm.setStage(first.opportunity.id ?? '', 'won')
    await setRate(10_000, 'EUR')
    const again = await open({
      ...finding,
      title: 'In other words',
      effortHours: 3,
      detectedAt: '2026-04-01T00:00:00Z',
    })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.opportunity).toEqual({
      ...first.opportunity,
      stage: { ...again.opportunity.stage, value: 'won', live: true },
    })
    expect(first).toMatchObject({ outcome: 'created', ignored: [] })
    expect(again).toMatchObject({ outcome: 'existing', ignored: ['title', 'effortHours', 'value'] })
    expect(await crm.opportunities()).toHaveLength(1)
    expect((await list()).opportunities).toHaveLength(1)
  })

  it('asked for many times at once is made once, and one of the answers is 201', async () => {
    const { open, crm, list } = await sales.seller()
    const finding = migration()
    const answers = await Promise.all(Array.from({ length: 16 }, () => open(finding)))
    expect(await crm.opportunities()).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(new Set(answers.map(({ opportunity }) => opportunity.id)).size).toBe(1)
    expect((await list()).opportunities).toHaveLength(1)
  })

  it('is a matter of the organization: another one has its own for the same finding', async () => {
    const [one, other] = [await sales.seller(), await sales.seller()]
    const finding = migration()
    const [first, second] = [await one.open(finding), await other.open(finding)]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(first.opportunity.id).not.toBe(second.opportunity.id)
    const [[here], [there]] = [await one.crm.opportunities(), await other.crm.opportunities()]
    expect(here?.externalReference).not.toBe(there?.externalReference)
  })

  it('that CRM has no longer is made anew, and stands where it stood', async () => {
    const { open, crm, list } = await sales.seller()
    const finding = migration()
    const first = await open(finding)
    await open(migration())
    await crm.reset()
    const gone = { stage: { value: 'deleted', live: true } }
    expect(await list()).toMatchObject({ opportunities: [gone, gone], crmAvailable: true })
    const again = await open(finding)
    expect(again.status).toBe(201)
    expect(await crm.opportunities()).toMatchObject([{ id: again.opportunity.id }])
    expect((await list()).opportunities.map(({ finding: { findingId } }) => findingId)[1]).toBe(finding.findingId)
    expect(again.opportunity.createdAt).toBe(first.opportunity.createdAt)
  })
})

describe('a finding that is refused', () => {
  it('has every fault named, and CRM hears nothing of it', async () => {
    const { post, crm } = await sales.seller()
    const { title: _, ...finding } = migration()
    await expectProblem(
      await post({ ...finding, type: 'sale', effortHours: 1.005, url: 'ftp://code.example/1', value: 7 }),
      notValid(
        ['body.type', any],
        ['body.title', any],
        ['body.effortHours', 'must have at most two decimals'],
        ['body.url', 'must be an http(s) URL of at most 2,000 characters'],
        ['body.value', 'is not a field that is known here'],
      ),
    )
    expect(await crm.requests()).toEqual({})
  })

  it('is one whose id belongs to another finding', async () => {
    const { post, open, crm } = await sales.seller()
    const finding = migration()
    await open(finding)
    await expectProblem(
      await post({ ...migration(), findingId: finding.findingId, type: 'technical_debt' }),
      problemOf('validation-failed', 'The findingId belongs to another finding, which has an opportunity.', {
        errors: [
          { path: 'body.type', message: 'must be migration_recommendation, as it was before' },
          { path: 'body.repository.id', message: 'must be the same repository as before' },
        ],
      }),
    )
    expect(await crm.opportunities()).toHaveLength(1)
  })
})

describe('who may make and see opportunities', () => {
  const path = 'code/opportunities'
  const keyOf = (tenantId: string, scopes: readonly Scope[]) =>
    createIntegrationKey(sales.services.store(), {
      environment: 'test',
      tenantId,
      integration: 'code→crm',
      scopes: [...scopes],
      now: new Date(),
    })

  it('a member makes them, a viewer only sees them, and nobody does without credentials', async () => {
    const seller = await sales.seller()
    const [member, viewer] = [await sales.person('member', seller), await sales.person('viewer', seller)]
    expect((await member.ask('POST', path, migration()))[0]).toBe(201)
    await expectProblem(
      await viewer.send('POST', path, migration()),
      problemOf('forbidden', 'This needs at least the role member.'),
    )
    expect((await viewer.ask('GET', path))[1]).toMatchObject({ opportunities: [{ clientName: null }] })
    const unknown = problemOf('unauthenticated', 'This needs a signed-in session or an integration key.')
    await expectProblem(await sales.send({ method: 'POST', path, body: migration() }), unknown)
    await expectProblem(await sales.send({ method: 'GET', path }), unknown)
    expect(await seller.crm.opportunities()).toHaveLength(1)
  })

  it('an integration key does for its own organization what its scopes say', async () => {
    const [seller, other] = [await sales.seller(), await sales.seller()]
    const writing = { 'x-integration-key': await keyOf(seller.tenantId, ['code:opportunities:write']) }
    const reading = { 'x-integration-key': await keyOf(seller.tenantId, ['code:opportunities:read']) }
    expect((await sales.send({ method: 'POST', path, body: migration(), headers: writing })).status).toBe(201)
    expect((await sales.send({ method: 'GET', path, headers: reading })).status).toBe(200)
    await expectProblem(
      await sales.send({ method: 'POST', path, body: migration(), headers: reading }),
      needsScope('code:opportunities:write'),
    )
    await expectProblem(
      await sales.send({ method: 'GET', path, headers: writing }),
      needsScope('code:opportunities:read'),
    )
    expect(await seller.crm.opportunities()).toHaveLength(1)
    expect((await other.list()).opportunities).toEqual([])
  })
})

describe('secrets that slipped into the texts of a finding', () => {
  const samples = Object.entries(secretSamples())
  const leaked = (text: string): string[] =>
    samples.flatMap(([name, { value }]) => (text.includes(value) ? [name] : []))

  it('reach neither CRM nor our tables, our log or our answers, also when CRM fails', async () => {
    const since = new Date()
    const { post, crm, list, tenantId } = await sales.seller()
    const [token = ''] = samples.filter(([name]) => name === 'GitHub token').map(([, { value }]) => value)
    const finding = {
      ...migration(),
      title: `Token ${token} found`,
      summary: samples.map(([name, { text }]) => `${name}: ${text}`).join('\n\n'),
    }
    const answers: string[] = []
    await crm.setFaults({ operation: 'createOpportunity', kind: 'status', status: 422, times: 1 })
    for (const status of [502, 201, 200]) {
      const response = await post(finding)
      answers.push(await response.text())
      expect(response.status).toBe(status)
    }
    answers.push(JSON.stringify(await list()), await (await post({ ...finding, severity: token })).text())
    const made = await crm.opportunities()
    expect(made).toMatchObject([{ description: expect.stringContaining('[redacted]') as string }])
    expect(leaked(JSON.stringify(made))).toEqual([])
    expect(leaked(answers.join('\n'))).toEqual([])
    expect(leaked(sales.lines.join('\n'))).toEqual([])
    const stored = await storedText(stack.settings['DATA_STORAGE'] ?? '', { since })
    expect(stored).toContain(tenantId)
    expect(leaked(stored)).toEqual([])
  })
})
