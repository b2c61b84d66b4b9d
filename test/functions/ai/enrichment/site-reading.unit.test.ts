// What is found on the pages of an organization, and what is not taken for it.
import { array, assert as holds, asyncProperty, constantFrom, property, string as anyText } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { candidatesOf, standing } from '../../../../functions/ai/enrichment/candidate.ts'
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

  it('says of each member what its first 20 values say', async () => {
    const telephone = (before: number) => [...Array(before).fill('none'), '+49 30 901820'] as unknown
    expect(await found(withThing({ ...northwind, telephone: telephone(19) }))).toHaveLength(1)
    expect(await found(withThing({ ...northwind, telephone: telephone(20) }))).toEqual([])
  })

  it('is read once, however many findings stand in it', () => {
    const text = withThing({ ...northwind, description: 'We make pumps' })
    let reads = 0
    // A text that counts how often it is read from.
    const html = Object.assign(Object(text) as string, {
      slice: (from: number, to: number) => {
        reads += 1
        return text.slice(from, to)
      },
    })
    const candidateOf = candidatesOf(pageOf(html))
    const finding = {
      field: 'description',
      value: 'x',
      from: 0,
      to: text.length,
      confidence: 0.9,
      rule: 'structured-data',
    } as const
    const quotes = Array.from({ length: 100 }, (_, index) => `We make ${index} pumps`)
    expect(quotes.flatMap((quote) => candidateOf({ ...finding, quote }, 1) ?? [])).toEqual([])
    expect(candidateOf({ ...finding, quote: 'We make pumps' }, 1)?.value).toBe('x')
    expect(reads).toBe(1)
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
    ['We employ more than 200 people.', 'employees', '200+'],
    ['With more than 200 employees we are here for you.', 'employees', '200+'],
    ['Über 200 Mitarbeiter', 'employees', '200+'],
    ['Call us at +44 20 7946 0018.', 'phone', '+442079460018'],
    ['Telefon: +49 30 901820', 'phone', '+4930901820'],
    ['<a href="tel:+49-30-901820">Call</a>', 'phone', '+4930901820'],
    ['USt-IdNr.: DE136695976', 'vatId', 'DE136695976'],
    ['Umsatzsteuer-Identifikationsnummer gemäß Paragraph 27: DE 136 695 976', 'vatId', 'DE136695976'],
    ['Our VAT number is GB 123 4567 89.', 'vatId', 'GB123456789'],
    ['Northwind Traders GmbH<br>Lindenallee 1<br>10115 Berlin', 'address', 'Lindenallee 1, 10115 Berlin'],
    ['Find us at Am Markt 12 a, 60311 Frankfurt am Main.', 'address', 'Am Markt 12 a, 60311 Frankfurt am Main'],
    ['You find us at 12 High Street, London SW1A 1AA.', 'address', '12 High Street, London SW1A 1AA'],
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
    'Tel.: 089 / 123456',
    'Fax: +49 30 901820',
    'Up to 200 employees can have lunch here.',
    'Our partner Pixelhof: Tel. +49 30 901820, Lindenallee 1, 10115 Berlin.',
    'Aufsichtsbehörde: Hafenweg 3, 20457 Hamburg, Tel. +49 40 428280',
    'USt-IdNr.: DE12345',
    '<p>Lindenallee 1, 10115 Berlin</p><p>Hafenweg 3, 20457 Hamburg</p>',
    '<script>var text = "We employ 120 people."</script>',
    '<!-- We employ 120 people. -->',
  ])('"%s" says nothing', async (text) => {
    expect(await found(withThing(northwind, `<p>${text}</p>`))).toEqual([])
  })

  it('of an imprint is read, with numbers of the country of its VAT number', async () => {
    const imprint =
      '<h1>Impressum</h1><p>Northwind Traders GmbH<br>Leopoldstraße 10<br>80802 München</p><p>Tel.: 089 / 123456<br>Fax: 089 / 123457</p><p>USt-IdNr.: DE136695976</p>'
    expect(await found(withThing(northwind, imprint))).toEqual([
      ['vatId', 'DE136695976', 0.8],
      ['phone', '+4989123456', 0.8],
      ['address', 'Leopoldstraße 10, 80802 München', 0.8],
    ])
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
    expect(candidatesOf(pageOf(html))({ ...finding, quote: 'We employ 120 people' }, 1)?.value).toBe('120')
    expect(candidatesOf(pageOf(html))({ ...finding, quote: 'We employ 130 people' }, 1)).toBeUndefined()
    expect(candidatesOf(pageOf(html))({ ...finding, to: 5, quote: 'We employ 120 people' }, 1)).toBeUndefined()
    expect(candidatesOf(pageOf(html))({ ...finding, quote: ' ' }, 1)).toBeUndefined()
  })

  it('stands there, however the characters are written', () => {
    expect(standing('{"name":"M\\u00fcller \\/ Sons"}')({ from: 0, to: 28, quote: 'Müller / Sons' })).toBe(true)
    expect(standing('A&amp;B&nbsp;&#x26;&#38; C')({ from: 0, to: 26, quote: 'A&B && C' })).toBe(true)
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
        for (const { provenance } of candidates) expect(standing(html)(provenance)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('of a page of any characters at all breaks nothing', () => {
    holds(property(anyText({ unit: 'grapheme', maxLength: 300 }), (text) => readPageText(text).passages.length >= 0))
  })
})

describe('a page that was made to keep its reader busy', () => {
  it('is read as deep as pages are', () => {
    const html = `<p>Above.</p>${'<div>'.repeat(1_200)}<p>Below.</p>`
    expect(readPageText(html).passages.map(({ text }) => text)).toEqual(['Above.'])
    expect(readPageText('<div>'.repeat(400_000)).passages).toEqual([])
  })

  it('has no structured data that is longer than any is, and no link', async () => {
    const thing = { ...northwind, foundingDate: '1987', description: '<'.repeat(200_000) }
    expect(await found(withThing(thing))).toEqual([])
    expect(readPageText(`<a href="/about/${'a'.repeat(2_000)}">x</a>`).links).toEqual([])
  })

  it('is looked through for so many findings and no more', async () => {
    // A member says 20 things at most.
    const absent = { ...northwind, description: Array(20).fill('not\tthere') as unknown }
    const before = (some: readonly object[]) => [...some, { ...northwind, foundingDate: '1987' }]
    expect(await found(withThing(before(Array.from({ length: 15 }, () => absent))))).toEqual([])
    expect(await found(withThing(before(Array.from({ length: 14 }, () => absent))))).toEqual([
      ['foundedYear', '1987', 0.95],
    ])
  })

  it('may have any number of marks on one letter', async () => {
    const marks = `a${'\u0316\u0301'.repeat(50_000)}`
    expect(await found(withThing({ ...northwind, description: marks, foundingDate: '1987' }))).toContainEqual([
      'foundedYear',
      '1987',
      0.95,
    ])
  })

  it('may have tags without an end', async () => {
    const text = 'a <br'.repeat(200_000)
    const [description] = await found(withThing(northwind, `<meta name="description" content="${text}">`))
    expect(description?.[0]).toBe('description')
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
    expect(siteOf({ website: 'none yet', emailDomains: ['northwind.com'] })).toBe('https://www.northwind.com/')
    expect(siteOf({ website: 'https://', emailDomains: [] })).toBeUndefined()
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

  it('is read to its end although a link of it has escapes of no text', async () => {
    const visit = visitOf({ [home]: withThing(northwind, '<a href="/about%E0%A4">x</a><a href="/team">x</a>') })
    await readSite(visit, home, about)
    expect(visit.asked).toEqual([home, `${home}about%E0%A4`, `${home}team`])
  })

  it('has names and a description of a length that is bounded', () => {
    const long = 'a'.repeat(100_000)
    const { title, siteName, description } = readPageText(
      `<title>${long}</title><meta property="og:site_name" content="${long}"><meta name="description" content="${long}">`,
    )
    expect([title.length, siteName.length, description?.text.length]).toEqual([300, 300, 2_000])
  })

  it('whose page asks programs not to learn from it is not read', async () => {
    const closed = withThing({ ...northwind, foundingDate: '1987' }, '<meta name="robots" content="noai">')
    expect(await readSite(visitOf({ [home]: closed }), home, about)).toMatchObject({
      candidates: [],
      pages: [{ fault: 'forbidden-by-robots' }],
    })
  })
})
