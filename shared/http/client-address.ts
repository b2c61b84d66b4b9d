// The address a request comes from, as far as it can be trusted: what our own proxies appended, not what a client wrote.

/**
 * The entry of `X-Forwarded-For` that the outermost proxy of ours saw, without its port. The front end of App Service appends
 * the address that it was called from; each proxy of ours before it (Front Door) adds one more to the right.
 * `unknown` when there is no such entry.
 */
export const clientAddressOf = (forwardedFor: string | null, trustedProxyCount: number): string => {
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim())
  const hop = hops.at(-1 - trustedProxyCount) ?? ''
  return hop.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1') || 'unknown'
}
