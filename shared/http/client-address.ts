// The address a request comes from, as far as it can be trusted: what our own proxies appended, not what a client wrote.
import { isIPv6 } from 'node:net'

/**
 * The entry of `X-Forwarded-For` that the outermost proxy of ours saw, without its port. The front end of App Service appends
 * the address that it was called from; each proxy of ours before it (Front Door) adds one more to the right.
 * `unknown` when there is no such entry. An IPv6 address is told by its network of 64 bits, since one line has all of them.
 */
export const clientAddressOf = (forwardedFor: string | null, trustedProxyCount: number): string => {
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim())
  const hop = hops.at(-1 - trustedProxyCount) ?? ''
  const address = hop.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  return isIPv6(address) ? networkOf(address) : address || 'unknown'
}

const networkOf = (address: string): string => {
  // Written in one way by the URL parser, which ends an IPv4 address within it as well.
  const [head = '', tail] = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1).split('::')
  const [front, back] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''))
  const left = front ?? []
  const right = back ?? []
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0')
  const groups = [...left, ...zeros, ...right]
  const isIpv4 = groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff'
  return isIpv4 ? dotted(groups[6] ?? '0', groups[7] ?? '0') : `${groups.slice(0, 4).join(':')}::/64`
}

const dotted = (high: string, low: string): string =>
  [high, low].flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join('.')
