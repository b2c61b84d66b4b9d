// The web sites of the demo companies, as the public web has them.

export type SitePage = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const htmlPage = (body: string, headers: Readonly<Record<string, string>> = {}): SitePage => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  body,
})

const fabrikam = {
  '@context': 'https://schema.org',
  '@type': 'Organization',
  name: 'Fabrikam',
  legalName: 'Fabrikam GmbH',
  url: 'https://www.fabrikam-demo.com/',
  sameAs: ['https://www.linkedin.com/company/fabrikam-demo'],
  telephone: '+49 30 9018200',
  foundingDate: '1998-03-01',
  numberOfEmployees: { '@type': 'QuantitativeValue', value: 140 },
  address: {
    '@type': 'PostalAddress',
    streetAddress: 'Lindenallee 12',
    postalCode: '10115',
    addressLocality: 'Berlin',
    addressCountry: 'DE',
  },
}

const ines = {
  '@context': 'https://schema.org',
  '@type': 'Person',
  name: 'Ines Okoro',
  jobTitle: 'Head of finance',
  worksFor: { '@type': 'Organization', name: 'Fabrikam' },
  sameAs: ['https://www.linkedin.com/in/ines-okoro-demo'],
  telephone: '+49 30 9018217',
}

/** By host, then by path. */
export const demoSites: Readonly<Record<string, Readonly<Record<string, SitePage>>>> = {
  'www.fabrikam-demo.com': {
    '/robots.txt': {
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: 'User-agent: *\nDisallow: /private/\n',
    },
    '/': htmlPage(`<!doctype html><html lang="en"><head><title>Fabrikam: machines that last</title>
<meta name="description" content="Fabrikam builds and maintains packaging machines for the food industry.">
<script type="application/ld+json">${JSON.stringify(fabrikam)}</script></head>
<body><h1>Fabrikam</h1><p>Mechanical engineering since 1998.</p>
<a href="/about-us">About us</a> <a href="/imprint">Imprint</a> <a href="https://www.linkedin.com/company/fabrikam-demo">LinkedIn</a></body></html>`),
    '/about-us': htmlPage(`<!doctype html><html lang="en"><head><title>About Fabrikam</title>
<script type="application/ld+json">${JSON.stringify(ines)}</script></head><body><p>Fabrikam was founded in 1998. Today we employ 140 people at two sites.</p>
<h2>Our team</h2><p>Ines Okoro, Head of finance</p></body></html>`),
    '/imprint': htmlPage(
      `<!doctype html><title>Fabrikam: imprint</title><p>Fabrikam GmbH, Lindenallee 12, 10115 Berlin</p>`,
    ),
  },
}
