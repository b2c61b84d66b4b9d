// Whether what enrichment would write into CRM is so: read from sites that are made here, chosen by the feature, decided by the rules.
import { createHash } from 'node:crypto'
import { decide, type Choices } from '../../functions/ai/enrichment/decision.ts'
import { readSite } from '../../functions/ai/enrichment/site-reading.ts'
import { crmFields } from '../../shared/peers/crm/enrichment-contract.ts'
import type { SiteVisit } from '../../shared/web/site-visit.ts'
import type { Answerer } from '../answerer.ts'
import type { Measure } from '../measure.ts'
import { type Part, inPart, spread } from '../part.ts'
import { type CompanyCase, type CompanyField, companyCases, industries } from './sites.ts'

const feature = 'data-enrichment'

type Written = { readonly field: string; readonly value: string }

export const measureCompanies = async (answerer: Answerer, part: Part, max: number): Promise<readonly Measure[]> => {
  const cases = spread(inPart(companyCases(), part), max)
  const all = await Promise.all(cases.map(async (one) => ({ ...one, written: await writtenFor(answerer, one) })))
  const theirs = all.filter(({ site }) => site === 'theirs')
  const values = theirs.flatMap(({ truth, written }) => written.map((one) => isSo(truth, one)))
  const told = theirs.flatMap(({ truth, written, byPerson }) =>
    Object.keys(truth)
      .filter((field) => field !== byPerson)
      .map((field) => written.some((one) => one.field === field && isSo(truth, one))),
  )
  const others = all.filter(({ site }) => site !== 'theirs').map(({ written }) => written.length === 0)
  const kept = all.flatMap(({ byPerson, written }) =>
    byPerson === undefined ? [] : [written.every(({ field }) => field !== byPerson)],
  )
  return [
    score('values written that are so', values, 0.95),
    score('values of the site that are written', told),
    score('sites of others and for sale left alone', others, 1),
    score('values of people kept', kept, 1),
  ]
}

const score = (name: string, ofThem: readonly boolean[], bar?: number): Measure => ({
  feature,
  name,
  right: ofThem.filter(Boolean).length,
  of: ofThem.length,
  bar,
})

/** Nothing of a site that is in doubt, as in the steps of an enrichment. */
const writtenFor = async (
  answerer: Answerer,
  { name, home, pages, byPerson }: CompanyCase,
): Promise<readonly Written[]> => {
  const about = { kind: 'company', name, companyName: name } as const
  const { candidates, doubt } = await readSite(visitOf(pages), home, about)
  if (doubt || candidates.length === 0) return []
  const asked = candidates.map(({ id, field, value, provenance: { quote, url } }) => ({
    id,
    field,
    value,
    quote,
    page: url,
  }))
  const input = { kind: 'company', name, companyName: name, industries, candidates: asked }
  const choices = (await answerer.ask(feature, input)) as Choices
  const fields =
    byPerson === undefined ? [] : [{ field: byPerson, value: 'as somebody wrote it', origin: 'person' as const }]
  return decide('company', { fields, industries }, candidates, choices).values
}

const visitOf = (pages: CompanyCase['pages']): SiteVisit => ({
  read: (url) => {
    const html = pages[url]
    if (html === undefined) return Promise.resolve({ fault: 'not-found' })
    return Promise.resolve({
      page: {
        url,
        sha256: createHash('sha256').update(html).digest('hex'),
        fetchedAt: '2026-11-02T10:00:00.000Z',
        html,
      },
    })
  },
})

const isField = (field: string): field is CompanyField => crmFields.company.some((known) => known === field)

const isSo = (truth: CompanyCase['truth'], { field, value }: Written): boolean => {
  const true_ = isField(field) ? truth[field] : undefined
  return true_ !== undefined && plain(true_) === plain(value)
}

const plain = (value: string): string => value.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
