// Cookies: reads them as they arrive behind the Functions host, which joins repeated Cookie headers with a comma.
import type { Cookie } from '@azure/functions'

/** Without a path of its own, a cookie would have `/` without HTTP streaming, and that of the request with it. */
export type PathCookie = Cookie & { readonly path: string }

/**
 * Every value that the request carries under this name. More than one means that another site of the domain may have planted
 * one: the caller must refuse then, not choose (cookie tossing).
 */
export const cookieValues = (header: string | null, name: string): readonly string[] =>
  (header ?? '')
    .split(/[;,]/)
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
