// What CRM is to write, and what a person is only shown.
import { describe, expect, it } from 'vitest'
import type { Candidate } from '../../../../functions/ai/enrichment/candidate.ts'
import { type Choices, decide } from '../../../../functions/ai/enrichment/decision.ts'
import { check } from '../../../../functions/ai/features/crm/data-enrichment/check.ts'
import { fallback } from '../../../../functions/ai/features/crm/data-enrichment/fallback.ts'

let number = 0
const candidate = (given: Partial<Candidate> & { readonly url?: string } = {}): Candidate => {
  number += 1
  const { url = 'https://www.northwind.com/', ...more } = given
  return {
    id: `c${number}`,
    field: 'employees',
    value: '120',
    confidence: 0.8,
    provenance: {
      url,
      pageSha256: 'a'.repeat(64),
      fetchedAt: '2026-11-02T10:00:00.000Z',
      from: 0,
      to: 9,
      quote: 'quote',
      rule: 'page-text',
    },
    ...more,
  }
}
const nothing: Choices = { choices: [], industry: null }
const record = (fields: readonly { field: string; value: string; origin: string }[] = []) => ({
  fields,
  industries: ['Retail', 'Food processing'],
})

describe('a field', () => {
  it('that is empty is written when the pages agree, the surer for it', () => {
    expect(decide('company', record(), [candidate()], nothing)).toMatchObject({
      values: [{ value: '120', confidence: 0.8 }],
    })
    const agreeing = [candidate(), candidate({ url: 'https://www.northwind.com/about' })]
    expect(decide('company', record(), agreeing, nothing)).toMatchObject({
      values: [{ value: '120', confidence: 0.95, provenance: [{}, {}] }],
      proposals: [],
    })
  })

  it('of which the pages say several things is written by none, and all are shown', () => {
    const two = [candidate(), candidate({ value: '140' })]
    const chosen = { ...nothing, choices: [{ field: 'employees', candidate: two[1]?.id ?? '' }] }
    expect(decide('company', record(), two, chosen)).toMatchObject({
      values: [],
      proposals: [
        { value: '120', why: 'pages-differ', isSuggested: false },
        { value: '140', why: 'pages-differ', isSuggested: true },
      ],
    })
  })

  it.each(['person', 'somebody-new'])('that a %s wrote is never written, and what differs is shown', (origin) => {
    const known = record([{ field: 'employees', value: '90', origin }])
    expect(decide('company', known, [candidate()], nothing)).toMatchObject({
      values: [],
      proposals: [{ value: '120', why: 'differs-from-record' }],
    })
    const same = record([{ field: 'employees', value: '120', origin }])
    expect(decide('company', same, [candidate()], nothing)).toEqual({ values: [], proposals: [] })
  })

  it('that an earlier enrichment wrote is written anew when it has changed', () => {
    const known = record([{ field: 'employees', value: '90', origin: 'enrichment' }])
    expect(decide('company', known, [candidate()], nothing)).toMatchObject({ values: [{ value: '120' }] })
  })

  it('of which nothing is certain is shown', () => {
    expect(decide('company', record(), [candidate({ confidence: 0.7 })], nothing)).toMatchObject({
      values: [],
      proposals: [{ why: 'less-certain' }],
    })
  })

  it('that the kind of record has not is left out', () => {
    expect(decide('contact', record(), [candidate()], nothing)).toEqual({ values: [], proposals: [] })
  })
})

describe('the industry', () => {
  const description = candidate({ field: 'description', value: 'We do food processing.' })

  it('that a page names is written as the list has it, or not at all', () => {
    const named = [
      candidate({ field: 'industry', value: 'FOOD PROCESSING' }),
      candidate({ field: 'industry', value: 'Magic' }),
    ]
    expect(decide('company', record(), named, nothing)).toMatchObject({
      values: [{ field: 'industry', value: 'Food processing' }],
    })
  })

  it('that was inferred from a text is shown with it, and never written', () => {
    const industry = { value: 'Food processing', evidence: [description.id] }
    expect(decide('company', record(), [description], { ...nothing, industry })).toMatchObject({
      values: [{ field: 'description' }],
      proposals: [{ field: 'industry', confidence: 0.5, why: 'less-certain' }],
    })
  })

  it('that is not on the list, or rests on nothing that was given, is left out', () => {
    for (const industry of [
      { value: 'Magic', evidence: [description.id] },
      { value: 'Retail', evidence: ['c999'] },
    ])
      expect(decide('company', record(), [description], { ...nothing, industry }).proposals).toEqual([])
  })
})

describe('a choice', () => {
  const found = (id: string, field: 'employees' | 'description', quote: string) => ({
    id,
    field,
    value: quote,
    quote,
    page: 'https://www.northwind.com/',
  })
  const input = {
    kind: 'company' as const,
    name: 'Northwind',
    companyName: 'Northwind',
    industries: ['Retail', 'Food processing', 'Food'],
    candidates: [found('c1', 'employees', '120'), found('c2', 'description', 'We are in food processing since 1987.')],
  }

  it('of a model is one of the candidates of the field, and of the list', () => {
    const answer = (candidate_: string, industry: string) => ({
      choices: [{ field: 'employees' as const, candidate: candidate_ }],
      industry: { value: industry, evidence: ['c2'] },
    })
    expect(check(input, answer('c1', 'Retail'))).toEqual([])
    expect(check(input, answer('c2', 'Magic')).map(({ path }) => path.join('.'))).toEqual([
      'choices.0.candidate',
      'industry.value',
    ])
  })

  it('by rule is the industry all of whose words a text has; two that fit alike settle nothing', () => {
    expect(fallback(input)).toEqual({ choices: [], industry: { value: 'Food processing', evidence: ['c2'] } })
    const two = { ...input, industries: ['Food', 'Processing'] }
    expect(fallback(two).industry).toBeNull()
    expect(fallback({ ...input, kind: 'contact' }).industry).toBeNull()
  })
})
