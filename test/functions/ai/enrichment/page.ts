// Pages of web sites for tests of enrichment.
import type { Page } from '../../../../shared/web/site-visit.ts'

export const pageOf = (html: string, url = 'https://www.northwind.com/'): Page => ({
  url,
  sha256: 'a'.repeat(64),
  fetchedAt: '2026-11-02T10:00:00.000Z',
  html,
})

export const withThing = (thing: object, more = ''): string =>
  `<!doctype html><title>Northwind</title><script type="application/ld+json">${JSON.stringify(thing)}</script>${more}`

export const northwind = {
  '@context': 'https://schema.org',
  '@type': 'Organization',
  name: 'Northwind Traders GmbH',
} as const
