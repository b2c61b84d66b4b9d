// The path of a request as Kestrel, the web server of the Azure host, sees it: decoded once, dot segments resolved.

const decodeBytes = (run: string): string => {
  const bytes = Uint8Array.from(run.slice(1).split('%'), (hex) => Number.parseInt(hex, 16))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // Not UTF-8: Kestrel leaves such bytes as they came.
    return run
  }
}

/** The request target without the scheme and host that a client may put before it (RFC 9112, absolute form). */
export const originForm = (target: string): string => {
  const relative = target.replace(/^https?:\/\/[^/?#]*/i, '')
  return relative === '' || relative.startsWith('?') ? `/${relative}` : relative
}

/**
 * On Azure a request whose path has `%2F` reaches no function, whatever its routes are: an empty 404 (azure-functions-host #9290,
 * #3998). `%252F`, which stands for the text `%2F`, is no such path.
 */
export const hasEncodedSlash = (target: string): boolean => /%2f/i.test(originForm(target).split(/[?#]/, 1)[0] ?? '')

/**
 * @param target the request target of an HTTP request: `/a%20b?x=1`
 * @returns the decoded path (`%2F` stays as it is, so that it does not split a segment), or undefined when the target is
 * not a path or holds a null byte, which is a 400
 */
export const requestPath = (target: string): string | undefined => {
  const raw = originForm(target).split(/[?#]/, 1)[0] ?? ''
  if (!raw.startsWith('/') || /%00|\0/.test(raw)) return undefined
  const decoded = raw.replaceAll(/(?:%(?!2f)[0-9a-f]{2})+/gi, decodeBytes)
  if (!/\/\.{1,2}(?:\/|$)/.test(decoded)) return decoded
  const kept: string[] = []
  const parts = decoded.slice(1).split('/')
  parts.forEach((part, index) => {
    const isLast = index === parts.length - 1
    if (part === '..') kept.pop()
    if (part === '.' || part === '..') {
      if (isLast) kept.push('')
    } else kept.push(part)
  })
  return `/${kept.join('/')}`
}
