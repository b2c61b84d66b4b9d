// Paths of peer calls, in which whatever comes from data is encoded: an id can never reach another route.
import { AppError } from '../errors.ts'

declare const encoded: unique symbol
/** Made by `peerPath` only. */
export type PeerPath = string & { readonly [encoded]: true }

/**
 * `peerPath('/v1/tickets/:id/notes', { id })`
 * @throws AppError `validation-failed` for an id that no URL path can hold: empty, `.`, `..`, or half a surrogate pair
 */
export const peerPath = (template: string, params: Readonly<Record<string, string>>): PeerPath => {
  const path = template.replaceAll(/:(\w+)/g, (_, name: string) => encodePart(params[name] ?? ''))
  // `%2e` counts as a dot in a URL (https://url.spec.whatwg.org/#double-dot-path-segment): such an id cannot be sent at all.
  if (/\/(?:\.{0,2})(?:\/|$)/.test(path) || !path.startsWith('/'))
    throw new AppError(
      'validation-failed',
      'An id is empty or consists only of dots, and cannot be part of a path. Check the id.',
    )
  return path as PeerPath
}

const encodePart = (part: string): string => {
  if (part.isWellFormed()) return encodeURIComponent(part)
  throw new AppError('validation-failed', 'An id contains half a character (a lone surrogate). Check the id.')
}
