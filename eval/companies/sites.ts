// Web sites of companies, made from a seed in the ways in which small companies tell of themselves: in structured data, in words, on pages of
// their own; with what is true of others beside it. The truth is kept here, apart from the words.
import { type Random, randomOf } from '../random.ts'

export const companyFields = [
  'employees',
  'foundedYear',
  'linkedIn',
  'phone',
  'vatId',
  'address',
  'description',
] as const
export type CompanyField = (typeof companyFields)[number]

export type Truth = Partial<Readonly<Record<CompanyField, string>>>

export type CompanyCase = {
  readonly name: string
  readonly home: string
  /** HTML by URL; there is nothing else. */
  readonly pages: Readonly<Record<string, string>>
  /** What the site says of the company itself. */
  readonly truth: Truth
  /** Written by a person, and not what the site says. */
  readonly byPerson: CompanyField | undefined
  /** Of whom the site is. */
  readonly site: 'theirs' | 'parked' | 'of-another'
}

export const industries = [
  'Accounting',
  'Building services',
  'Dental practice',
  'Food processing',
  'Freight forwarding',
  'Legal services',
  'Machine tools',
  'Property management',
  'Timber trade',
  'Veterinary practice',
]

const firstNames = ['Alder', 'Birch', 'Cole', 'Dunmore', 'Ester', 'Fenn', 'Gorse', 'Harrow', 'Ilse', 'Jarrow']
const secondNames = ['brook', 'field', 'gate', 'mill', 'stead']
const forms = ['GmbH', 'Ltd', 'GmbH & Co. KG', 'Inc.', 'AG']

export const companyCases = (count = 50): readonly CompanyCase[] =>
  Array.from({ length: count }, (_, index) => companyCase(index))

const companyCase = (index: number): CompanyCase => {
  const random = randomOf(index + 907)
  const core = `${firstNames[index % firstNames.length]}${secondNames[Math.floor(index / firstNames.length) % secondNames.length]}`
  const name = `${core} ${random.pick(forms)}`
  const home = `https://www.${core.toLowerCase()}.example.com/`
  const site = index % 5 === 3 ? 'of-another' : index % 15 === 7 ? 'parked' : 'theirs'
  const facts = factsOf(random, core)
  const byPerson = random.chance(0.3) ? random.pick(['employees', 'foundedYear', 'phone'] as const) : undefined
  if (site === 'parked') return { name, home, pages: { [home]: parkedPage(core) }, truth: {}, byPerson, site }
  const shown = site === 'theirs' ? name : `${random.pick(firstNames)}wick ${random.pick(forms)}`
  const { pages, truth } = siteOf(random, { name: shown, home, facts })
  return { name, home, pages, truth: site === 'theirs' ? truth : {}, byPerson, site }
}

type Facts = Readonly<Record<CompanyField, string>>

const factsOf = (random: Random, core: string): Facts => {
  const industry = random.pick(industries)
  return {
    employees: String(random.between(4, 900)),
    foundedYear: String(random.between(1890, 2019)),
    linkedIn: `https://www.linkedin.com/company/${core.toLowerCase()}`,
    phone: `+4930901820${random.between(10, 99)}`,
    vatId: `DE${random.between(100_000_000, 999_999_999)}`,
    address: `${random.pick(['Lindenallee', 'Hafenweg', 'Am Markt'])} ${random.between(1, 80)}, ${random.between(10_115, 99_998)} Berlin, DE`,
    description: `${core} does ${industry.toLowerCase()} for ${random.pick(['families', 'the region', 'towns by the sea'])}.`,
  }
}

type Telling = { readonly name: string; readonly home: string; readonly facts: Facts }

/** Some of the facts in structured data, some in words, some nowhere; on the first page or on one of its own. */
const siteOf = (random: Random, { name, home, facts }: Telling) => {
  const isGerman = random.chance(0.5)
  const structured = companyFields.filter((field) => inThings[field] !== undefined && random.chance(0.5))
  const inWords = (['employees', 'foundedYear', 'linkedIn', 'description'] as const).filter(
    (field) => !structured.includes(field) && random.chance(0.7),
  )
  const about = `${home}${isGerman ? 'unternehmen' : 'about'}/`
  const isApart = random.chance(0.5)
  const words = inWords.map((field) => wordsOf(random, field, facts[field], isGerman))
  const beside = random.chance(0.7) ? [random.pick(isGerman ? besideInGerman : besideInEnglish)] : []
  const text = [...words, ...beside].toSorted((one, other) => one.length - other.length).join('\n')
  const thing = thingOf(name, facts, structured)
  const link = isApart ? `<a href="${new URL(about).pathname}">${isGerman ? 'Unternehmen' : 'About us'}</a>` : ''
  const pages = {
    [home]: pageOf(name, `${thing}<h1>${name}</h1>${link}${isApart ? '' : text}`),
    ...(isApart && { [about]: pageOf(name, `<h1>${name}</h1>${text}`) }),
  }
  const told = [...structured, ...inWords]
  return { pages, truth: Object.fromEntries(told.map((field) => [field, facts[field]])) as Truth }
}

const pageOf = (name: string, body: string): string =>
  `<!doctype html><html><head><title>${name}</title></head><body>${body}</body></html>`

const parkedPage = (core: string): string =>
  pageOf(core, `<p>${core} – this domain is for sale.</p><p>Founded in 1999, 300 employees, ask for a price.</p>`)

const inThings: Partial<Readonly<Record<CompanyField, (value: string) => object>>> = {
  employees: (value) => ({ numberOfEmployees: { '@type': 'QuantitativeValue', value: Number(value) } }),
  foundedYear: (value) => ({ foundingDate: `${value}-04-01` }),
  linkedIn: (value) => ({ sameAs: ['https://www.xing.com/pages/x', value] }),
  phone: (telephone) => ({ telephone }),
  vatId: (vatID) => ({ vatID }),
  address: (value) => {
    const [, streetAddress, postalCode, addressLocality, addressCountry] =
      /^(.+), (\d+) (\w+), (\w\w)$/.exec(value) ?? []
    return { address: { '@type': 'PostalAddress', streetAddress, postalCode, addressLocality, addressCountry } }
  },
  description: (description) => ({ description }),
}

/** Beside the organization, what a page has of others: who made it, and who praises it. */
const thingOf = (name: string, facts: Facts, fields: readonly CompanyField[]): string => {
  const own = Object.assign({}, ...fields.map((field) => inThings[field]?.(facts[field]) ?? {})) as object
  const graph = [
    { '@type': 'WebSite', name, creator: { '@type': 'Organization', name: 'Pixelhof', foundingDate: '2011' } },
    { '@type': 'Organization', name, ...own },
    { '@type': 'Review', author: { '@type': 'Organization', name: 'Kaltwasser', numberOfEmployees: 4_000 } },
  ]
  const json = JSON.stringify({ '@context': 'https://schema.org', '@graph': graph })
  return `<script type="application/ld+json">${json}</script>`
}

const wordsOf = (
  random: Random,
  field: 'employees' | 'foundedYear' | 'linkedIn' | 'description',
  value: string,
  isGerman: boolean,
): string => {
  if (field === 'linkedIn') return `<p><a href="${value}/?trk=footer">LinkedIn</a></p>`
  if (field === 'description') return `<meta name="description" content="${value}">`
  const grouped = Number(value) >= 1_000 && field === 'employees' ? Number(value).toLocaleString('en') : value
  return `<p>${random.pick(phrases[field][isGerman ? 'de' : 'en']).replace('#', grouped)}</p>`
}

const phrases = {
  employees: {
    en: ['We are a team of # who like what they do.', 'Today # employees work here.', 'We employ more than # people.'],
    de: [
      'Heute arbeiten hier # Mitarbeiter.',
      'Wir beschäftigen rund # Menschen.',
      'Unser Team: # Mitarbeiterinnen und Mitarbeiter.',
    ],
  },
  foundedYear: {
    en: [
      'Founded in # by two brothers.',
      'We have been in business since #.',
      'The firm was established in # on the old quay.',
    ],
    de: ['Gegründet # von zwei Brüdern.', 'Das Haus wurde im Jahr # gegründet.', 'Familienbetrieb seit #.'],
  },
} as const

/** True of somebody else, or not any more. */
const besideInEnglish = [
  '<p>Our clients have between 5 and 250 employees.</p>',
  '<p>Our partner Pixelhof was founded in 2011 and has 35 employees.</p>',
  '<p>Copyright 2024. Open since 8 in the morning.</p>',
  '<p>In 2009 we had only 12 employees.</p>',
  '<p>The association, established in 1871, has 900 members.</p>',
]
const besideInGerman = [
  '<p>Unsere Kunden haben zwischen 5 und 250 Mitarbeiter.</p>',
  '<p>Unser Partner Pixelhof wurde 2011 gegründet und hat 35 Mitarbeiter.</p>',
  '<p>Im Jahr 2009 waren wir erst 12 Mitarbeiter.</p>',
  '<p>Der Verband, gegründet 1871, hat 900 Mitglieder.</p>',
  '<p>Seit 2018 nutzen wir Ökostrom.</p>',
]
