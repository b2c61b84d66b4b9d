import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SignificantFinding } from '../../../../functions/code/opportunities/contract.ts'
import { draftOf } from '../../../../functions/code/opportunities/opportunity-draft.ts'
import { OpportunityType } from '../../../../functions/code/opportunities/opportunity-type.ts'
import { CrmOpportunityDraft } from '../../../../shared/peers/crm/contract.ts'
import { migration } from './crm-sales.ts'

const client = { tenantId: 'tenant-1', clientId: 'client-1', name: 'Fabrikam', crmCompanyId: 'account-1' }
const context = {
  ref: 'code-opportunity-1',
  client,
  value: { amountMinor: 552_200, currency: 'EUR' },
  hourlyRate: { amountMinor: 12_550, currency: 'EUR' },
  openValue: [],
}
const repository = { ...migration().repository, name: 'northwind/billing' }

describe('the name of an opportunity', () => {
  it.each([
    ['migration_recommendation', 'Migration'],
    ['technical_debt', 'Technical debt reduction'],
    ['critical_vulnerabilities', 'Security remediation'],
    ['sunset_application', 'Application modernization'],
    ['access_issues', 'Access review'],
    ['detected_secrets', 'Secret cleanup'],
  ] as const)('for %s says what is offered, for what, and where', (type, offer) => {
    const { name, type: kept } = draftOf(migration({ type, repository, title: 'Too old' }), context)
    expect(name).toBe(`${offer}: Too old (northwind/billing)`)
    expect(kept).toBe(type)
  })

  it('keeps the repository when the title is long', () => {
    const { name } = draftOf(migration({ repository, title: 'x'.repeat(200) }), context)
    expect(name).toHaveLength(200)
    expect(name).toMatch(/^Migration: x+… \(northwind\/billing\)$/)
  })
})

describe('what an opportunity says', () => {
  const linesOf = (...given: Parameters<typeof draftOf>): readonly string[] => draftOf(...given).description.split('\n')

  it('of its client: the name, and whether the company in CRM is known', () => {
    expect(linesOf(migration(), context)).toContain('Client: Fabrikam')
    const { crmCompanyId: _, ...unknown } = client
    expect(draftOf(migration(), { ...context, client: unknown }).companyId).toBeNull()
    expect(linesOf(migration(), { ...context, client: unknown })).toContain(
      'Client: Fabrikam, whose CRM company is unknown. Add the company id in The One Code.',
    )
    expect(draftOf(migration(), { ...context, client: undefined }).companyId).toBeNull()
    expect(linesOf(migration(), { ...context, client: undefined })).toContain(
      'Client: not mapped yet. Assign the repository to a client in The One Code.',
    )
  })

  it.each([
    [['effort_hours'], 'Value: open, because the finding has no effort in hours'],
    [['hourly_rate'], 'Value: open, because no hourly rate is set in The One Code'],
    [
      ['effort_hours', 'hourly_rate'],
      'Value: open, because the finding has no effort in hours and no hourly rate is set in The One Code',
    ],
  ] as const)('of its value when %j is missing', (missing, line) => {
    const { effortHours: _, ...withoutHours } = migration()
    const finding = missing.some((what) => what === 'effort_hours') ? withoutHours : migration()
    const lines = linesOf(finding, { ...context, value: null, openValue: [...missing] })
    expect(lines).toContain(line)
    expect(lines).toContain(finding === withoutHours ? 'Effort: not estimated' : 'Effort: 120.5 hours')
  })

  it.each([
    [44, { amountMinor: 12_550, currency: 'EUR' }, 552_200, 'Value: 44 h × 125.50 EUR = 5,522.00 EUR'],
    [0.5, { amountMinor: 9_000, currency: 'JPY' }, 4_500, 'Value: 0.5 h × 9,000 JPY = 4,500 JPY'],
    [2, { amountMinor: 5, currency: 'USD' }, 10, 'Value: 2 h × 0.05 USD = 0.10 USD'],
    [1, { amountMinor: 12_345, currency: 'KWD' }, 12_345, 'Value: 1 h × 12.345 KWD = 12.345 KWD'],
  ] as const)('of its value, how it was reckoned: %s hours', (effortHours, hourlyRate, amountMinor, line) => {
    const value = { amountMinor, currency: hourlyRate.currency }
    expect(linesOf(migration({ effortHours }), { ...context, hourlyRate, value })).toContain(line)
  })
})

const text = (lengthMax: number) =>
  fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: lengthMax }),
    fc.tuple(fc.constantFrom('', 'x'), fc.nat(lengthMax)).map(([odd, length]) => `${odd}${'😀'.repeat(length / 2)}`),
  )

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

const anyFinding = fc
  .record({
    type: fc.constantFrom(...OpportunityType.options),
    title: text(200),
    summary: text(10_000),
    name: text(200),
  })
  .map(({ name, ...given }) =>
    SignificantFinding.safeParse(migration({ ...given, repository: { ...repository, name } })),
  )
  .map(({ data }) => data ?? migration())

describe('any finding that is valid', () => {
  it('gives an opportunity that keeps the contract of CRM and cuts no character in half', () => {
    fc.assert(
      fc.property(anyFinding, fc.boolean(), (finding, isMapped) => {
        const draft = draftOf(finding, { ...context, client: isMapped ? client : undefined })
        expect(CrmOpportunityDraft.safeParse(draft).error).toBeUndefined()
        expect([draft.name, draft.description, ...draft.links.map(({ title }) => title)].join('|')).not.toMatch(
          loneSurrogate,
        )
      }),
      { numRuns: 200 },
    )
  })
})
