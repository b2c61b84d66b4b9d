// Links from outside. They are shown to people of other companies, so they must let nobody in, and lead where they say.
import { looksLikeSecret, redactedMark } from './secret-redaction.ts'

/** Say which part of a page is meant, and let nobody in. */
const harmlessParameters = new Set(
  (
    'id page tab view section path file line lines ref branch commit version tag sort order filter state status severity type lang ' +
    'repo repository project org organization finding detection alert scan'
  ).split(' '),
)

/**
 * The link as a browser reads it: its origin, its path, and the parameters that are known to be harmless. User, password, fragment and
 * all other parameters are left out, and so is what looks like a secret. Undefined for what is no http(s) URL.
 */
export const safeLink = (text: string): string | undefined => {
  const url = URL.parse(text.trim())
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  const safe = new URL(url.origin)
  safe.pathname = url.pathname.split('/').map(withoutSecret).join('/')
  // What two parts of a path say together, as `/token/hunter2x`.
  if (looksLikeSecret(safe.href)) safe.pathname = '/'
  for (const [name, value] of url.searchParams)
    if (harmlessParameters.has(name.toLowerCase()) && !looksLikeSecret(value)) safe.searchParams.append(name, value)
  return safe.href
}

const withoutSecret = (part: string): string => (looksLikeSecret(part) ? encodeURIComponent(redactedMark) : part)

const gitAddress =
  /^(?:(?:git\+)?(?:ssh|git|https?):\/\/)?(?:[\w.-]{1,100}@)?([A-Za-z0-9.-]{1,253})(?::\d{1,5}(?=\/)|:(?!\/\/)|(?=\/))\/?(.{1,1900})$/

/**
 * The page of a repository, also by the address that git has of it (`git@host:owner/name.git`, `ssh://git@host/owner/name`).
 * Undefined for what is neither.
 */
export const repositoryLink = (text: string): string | undefined => {
  const given = text.trim()
  if (/^https?:\/\//i.test(given)) return safeLink(given)
  if (!/^(?:git\+)?(?:ssh|git|https?):\/\/|^[\w.-]{1,100}@[^/]{1,253}:/.test(given)) return undefined
  const [, host, path] = gitAddress.exec(given) ?? []
  return host === undefined || path === undefined
    ? undefined
    : safeLink(`https://${host}/${path.replace(/\.git$/, '')}`)
}
