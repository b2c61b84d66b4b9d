// Refuses requests that another site makes a browser send (R6), by the headers that a page cannot forge.
import { AppError } from '../errors.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

type HeaderReader = { readonly get: (name: string) => string | null }

/**
 * Lets through what cannot change anything, what the browser says comes from this very origin, and what comes from no browser
 * at all (neither header). Throws `cross-site-request` for all else: also for siblings under the same domain.
 * @param originOf the public origin of the product, from the settings; not asked for when the headers decide without it
 */
export const refuseCrossSite = (method: string, headers: HeaderReader, originOf: () => string): void => {
  if (safeMethods.has(method)) return
  const site = headers.get('sec-fetch-site')
  const from = headers.get('origin')
  const isOurs = site === null ? from === null || from === originOf() : site === 'same-origin'
  if (!isOurs)
    throw new AppError(
      'cross-site-request',
      `The browser reports that this ${method} comes from ${site === null ? 'another origin' : `a ${site} page`}. Send it from the product's own pages.`,
    )
}

/** For the one post that may come from another site: throws `cross-site-request` when the browser names an origin beside these. */
export const refuseOtherOrigins = (headers: HeaderReader, origins: () => readonly string[]): void => {
  const from = headers.get('origin')
  if (from === null || origins().includes(from)) return
  throw new AppError(
    'cross-site-request',
    'The browser reports that this request comes from a site other than Hub. Sign in again.',
  )
}
