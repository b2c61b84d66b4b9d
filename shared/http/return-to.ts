// Where a browser may be sent after sign-in: a path on the product itself and nowhere else (R6).
import * as z from 'zod'

const base = 'https://product.invalid'

const pathShape = /^\/(?![/\\])[\w\-./?=&%~:@!$'()*+,;]*$/

/** A path with an optional query, at most 1,000 characters; never `//host`, a backslash, a scheme or a control character. */
export const ReturnTo = z
  .string()
  .max(1_000)
  .refine(
    (path) => pathShape.test(path) && staysHere(path) && !hasEncodedTricks(path),
    'must be a path on this product, such as /integrations',
  )

/** Also when it is resolved a second time: `/a/..//host` becomes `//host`, which is another site for whoever reads it again. */
const staysHere = (path: string): boolean => {
  if (!URL.canParse(path, base)) return false
  const { origin, pathname } = new URL(path, base)
  return origin === base && !pathname.startsWith('//') && !hasEncodedTricks(pathname)
}

/** Encoded slashes, backslashes and control characters at the front turn into others in proxies and browsers that decode early. */
const hasEncodedTricks = (path: string): boolean =>
  /^\/(?:%2f|%5c|%0|%1|\.\.?\/)/i.test(path) || /%(?:0|1)[0-9a-f]|%7f/i.test(path)
