// Where a browser may be sent after sign-in: a path on the product itself and nowhere else (R6).
import { z } from 'zod'

const base = 'https://product.invalid'

const pathShape = /^\/(?![/\\])[\w\-./?=&%~:@!$'()*+,;]*$/

/** A path with an optional query, at most 1,000 characters; never `//host`, a backslash, a scheme or a control character. */
export const ReturnTo = z
  .string()
  .max(1_000)
  .refine(
    (path) =>
      pathShape.test(path) &&
      URL.canParse(path, base) &&
      new URL(path, base).origin === base &&
      !hasEncodedTricks(path),
    'must be a path on this product, such as /integrations',
  )

/** Encoded slashes, backslashes and control characters at the front turn into others in proxies and browsers that decode early. */
const hasEncodedTricks = (path: string): boolean =>
  /^\/(?:%2f|%5c|%0|%1|\.\.?\/)/i.test(path) || /%(?:0|1)[0-9a-f]|%7f/i.test(path)
