// Domains under which anybody can have a name, by the public suffix list: no browser keeps a cookie for one of them.
import { getPublicSuffix } from 'tldts'

/** `co.uk`, and what hosters give out, such as `azurewebsites.net`. */
export const isPublicSuffix = (domain: string): boolean =>
  getPublicSuffix(domain, { allowPrivateDomains: true }) === domain
