// What is found on the pages of an organization, and what is not taken for it.
import { array, assert as holds, asyncProperty, constantFrom, property, string as anyText } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { candidateOf, standsAt } from '../../../../functions/ai/enrichment/candidate.ts'
import { readPageText } from '../../../../functions/ai/enrichment/page-text.ts'
import { readSite } from '../../../../functions/ai/enrichment/site-reading.ts'
import { isNameOf, siteOf } from '../../../../functions/ai/enrichment/site.ts'
import type { PageFault, SiteVisit } from '../../../../shared/web/site-visit.ts'
import { northwind, pageOf, withThing } from './page.ts'

const home = 'https://www.northwind.com/'

/** @param pages HTML by URL; all else is not found */
const visitOf = (pages: Readonly<Record<string, string>>): SiteVisit & { readonly asked: string[] } => {
  const asked: string[] = []
  return {
    asked,
    read: (url) => {
      asked.push(url)
      const html = pages[url]
      return Promise.resolve(html === undefined ? { fault: 'not-found' as PageFault } : { page: pageOf(html, url) })
    },
  }
}

const about = { kind: 'company', name: 'Northwind Traders', companyName: 'Northwind Traders' } as const
const found = async (html: string, of: Parameters<typeof readSite>[2] = about) =>
  (await readSite(visitOf({ [home]: html }), home, of)).candidates.map(({ field, value, confidence }) => [
    field,
    value,
    confidence,
  ])

describe('structured data', () => {
  it('says what it says, with a place where it stands', async () => {
    const thing = {
      ...northwind,
      numberOfEmployees: { value: 120 },
      sameAs: ['https://de.linkedin.com/company/northwind-traders/?trk=x', 'https://twitter.com/northwind'],
      telephone: '+49 30 901820',
      foundingDate: '1987-05-01',
      vatID: 'DE 123456789',
      address: { streetAddress: 'Lindenallee 1', postalCode: '10115', addressLocality: 'Berlin', addressCountry: 'DE' },
    }
    expect(await found(withThing(thing))).toEqual([
      ['employees', '120', 0.95],
      ['linkedIn', 'https://www.linkedin.com/company/northwind-traders', 0.95],
      ['phone', '+4930901820', 0.95],
      ['foundedYear', '1987', 0.95],
      ['vatId', 'DE 123456789', 0.95],
      ['address', 'Lindenallee 1, 10115 Berlin, DE', 0.95],
    ])
  })

  it.each([
    ['in a graph', { '@graph': [{ '@type': 'WebSite', publisher: { ...northwind, foundingDate: '1987' } }] }],
    ['in a list', [{ '@type': 'WebPage' }, { ...northwind, foundingDate: '1987' }]],
    ['of a kind of business', { ...northwind, '@type': ['LocalBusiness', 'Thing'], foundingDate: '1987' }],
  ])('is found %s', async (_where, thing) => {
    expect(await found(withThing(thing))).toEqual([['foundedYear', '1987', 0.95]])
  })

  it.each([
    ['of another organization', { ...northwind, name: 'Contoso', foundingDate: '1987' }],
    ['of no organization', { '@type': 'Article', name: 'Northwind Traders', foundingDate: '1987' }],
    ['that makes no sense', { ...northwind, foundingDate: 'long ago', numberOfEmployees: 'many', telephone: '12' }],
  ])('%s says nothing', async (_what, thing) => {
    expect(await found(withThing(thing))).toEqual([])
  })

  it('that is broken is left out, and the rest counts', async () => {
    const broken = '<script type="application/ld+json">{"@type": "Organization", </script>'
    expect(await found(withThing({ ...northwind, foundingDate: '1987' }, broken))).toEqual([
      ['foundedYear', '1987', 0.95],
    ])
  })

  it('of a person says what is asked of the person, and of nobody else', async () => {
    const people = [
      { '@type': 'Person', name: 'Mia Stone', jobTitle: 'Head of IT', sameAs: 'https://www.linkedin.com/in/mia-stone' },
      { '@type': 'Person', name: 'Max Reed', jobTitle: 'Clerk' },
    ]
    const of = { kind: 'contact', name: 'Mia Stone', companyName: 'Northwind Traders' } as const
    expect(await found(withThing([northwind, ...people]), of)).toEqual([
      ['jobTitle', 'Head of IT', 0.95],
      ['linkedIn', 'https://www.linkedin.com/in/mia-stone', 0.95],
    ])
  })
})

describe('text', () => {
  it.each([
    ['We employ 120 people.', 'employees', '120'],
    ['Our 1,200 employees work at two sites.', 'employees', '1200'],
    ['Wir beschäftigen rund 85 Menschen.', 'employees', '85'],
    ['Rund 40 Mitarbeiterinnen und Mitarbeiter', 'employees', '40'],
    ['Founded in 1987 by two friends.', 'foundedYear', '1987'],
    ['Das Haus wurde im Jahr 1952 gegründet.', 'foundedYear', '1952'],
  ])('"%s" is read', async (text, field, value) => {
    expect(await found(withThing(northwind, `<p>${text}</p>`))).toEqual([[field, value, 0.8]])
  })

  it.each([
    'Our customers have 500 employees on average.',
    'Our partner Pixelhof was founded in 2011 and has 35 employees.',
    'Der Verband, gegründet 1871, hat 900 Mitglieder.',
    'In 2009 we had only 12 employees.',
    'Im Jahr 2009 waren wir erst 12 Mitarbeiter.',
    'We have 25 years of experience.',
    'Call 030 901820.',
    '<script>var text = "We employ 120 people."</script>',
    '<!-- We employ 120 people. -->',
  ])('"%s" says nothing', async (text) => {
    expect(await found(withThing(northwind, `<p>${text}</p>`))).toEqual([])
  })

  it('is read across markup, and links to its own page at LinkedIn count', async () => {
    const page =
      '<p>We <b>employ</b> <i>120</i> people.</p><a href="https://www.linkedin.com/company/northwind">us</a><a href="https://www.linkedin.com/in/somebody">x</a>'
    expect(await found(withThing(northwind, page))).toEqual([
      ['employees', '120', 0.8],
      ['linkedIn', 'https://www.linkedin.com/company/northwind', 0.8],
    ])
  })
})

describe('a value', () => {
  it('whose quote does not stand where it is said to is dropped', () => {
    const html = '<p>We employ 120 people.</p>'
    const finding = {
      field: 'employees',
      value: '120',
      confidence: 0.8,
      from: 0,
      to: html.length,
      rule: 'page-text',
    } as const
    expect(candidateOf(pageOf(html), { ...finding, quote: 'We employ 120 people' }, 1)?.value).toBe('120')
    expect(candidateOf(pageOf(html), { ...finding, quote: 'We employ 130 people' }, 1)).toBeUndefined()
    expect(candidateOf(pageOf(html), { ...finding, to: 5, quote: 'We employ 120 people' }, 1)).toBeUndefined()
    expect(candidateOf(pageOf(html), { ...finding, quote: ' ' }, 1)).toBeUndefined()
  })

  it('stands there, however the characters are written', () => {
    expect(standsAt('{"name":"M\\u00fcller \\/ Sons"}', { from: 0, to: 28, quote: 'Müller / Sons' })).toBe(true)
    expect(standsAt('A&amp;B&nbsp;&#x26;&#38; C', { from: 0, to: 26, quote: 'A&B && C' })).toBe(true)
  })

  it('is always at its place, whatever the page is made of', async () => {
    const parts = constantFrom(
      '<p>',
      '</p>',
      '<b>',
      '<br>',
      '&amp;',
      '<script>',
      '</script>',
      '120 employees',
      'founded in 1987',
      '<a href="https://www.linkedin.com/company/x">',
    )
    await holds(
      asyncProperty(array(parts, { maxLength: 30 }), async (list) => {
        const html = withThing(northwind, list.join(' '))
        const { candidates } = await readSite(visitOf({ [home]: html }), home, about)
        for (const { provenance } of candidates) expect(standsAt(html, provenance)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('of a page of any characters at all breaks nothing', () => {
    holds(property(anyText({ unit: 'grapheme', maxLength: 300 }), (text) => readPageText(text).passages.length >= 0))
  })
})

describe('a site', () => {
  it('is the one in CRM, else that of the addresses of its people, unless they are of a mail provider', () => {
    expect(siteOf({ website: 'northwind.com', emailDomains: ['contoso.com'] })).toBe('https://northwind.com/')
    expect(siteOf({ website: 'http://northwind.com/en', emailDomains: [] })).toBe('https://northwind.com/en')
    expect(siteOf({ website: null, emailDomains: ['gmail.com', 'mail.northwind.com'] })).toBe(
      'https://www.northwind.com/',
    )
    expect(siteOf({ website: '', emailDomains: ['gmail.com'] })).toBeUndefined()
  })

  it.each([
    ['Northwind', 'Northwind GmbH & Co. KG', true],
    ['Northwind Traders Ltd.', 'Northwind Traders: everything for your shop', true],
    ['North Wind', 'NorthWind', true],
    ['Northwind Traders', 'Northwind Energy', false],
    ['Northwind', 'Contoso', false],
    ['GmbH', 'Contoso GmbH', false],
  ])('%s: "%s" names it: %s', (name, other, isIt) => {
    expect(isNameOf(name, other)).toBe(isIt)
  })

  it('that names somebody else, or is for sale, gives nothing', async () => {
    const other = '<title>Contoso</title><p>We employ 120 people.</p>'
    expect(await readSite(visitOf({ [home]: other }), home, about)).toMatchObject({
      candidates: [],
      doubt: 'another-organization',
    })
    const sale = withThing(northwind, '<p>Buy this domain.</p>')
    expect(await readSite(visitOf({ [home]: sale }), home, about)).toMatchObject({ candidates: [], doubt: 'parked' })
  })

  it('is read at the pages that say something about it, on the same site alone', async () => {
    const links = ['/about-us', '/shop', 'https://contoso.com/about', '/impressum#top', '/team?x=1', '/contact']
    const visit = visitOf({
      [home]: withThing(northwind, links.map((href) => `<a href="${href}">x</a>`).join('')),
      [`${home}about-us`]: '<p>We employ 120 people.</p>',
    })
    const { pages, candidates } = await readSite(visit, home, about)
    expect(visit.asked).toEqual([home, `${home}about-us`, `${home}impressum`, `${home}team`])
    expect(candidates).toMatchObject([{ field: 'employees', provenance: { url: `${home}about-us` } }])
    expect(pages.map(({ fault }) => fault)).toEqual([undefined, undefined, 'not-found', 'not-found'])
  })

  it('whose page asks programs not to learn from it is not read', async () => {
    const closed = withThing({ ...northwind, foundingDate: '1987' }, '<meta name="robots" content="noai">')
    expect(await readSite(visitOf({ [home]: closed }), home, about)).toMatchObject({
      candidates: [],
      pages: [{ fault: 'forbidden-by-robots' }],
    })
  })
})
