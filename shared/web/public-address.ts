// Which addresses belong to the public web, and nobody's own network: what somebody names is fetched from those alone (R6).
import type { LookupAddress, LookupOptions } from 'node:dns'
import ipaddr from 'ipaddr.js'
import { parse } from 'tldts'

/** Any address that is written as IPv4 within IPv6 counts as that one, or as no public one. */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false
  const plain = ipaddr.process(address)
  return plain.range() === 'unicast' && ipaddr.subnetMatch(plain, othersOwn, 'public') === 'public'
}

/** What the package takes for anybody's. */
const othersOwn = {
  // Of the host itself on Azure: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  azure: ipaddr.parseCIDR('168.63.129.16/32'),
  // IPv4 within IPv6 as it was written once (RFC 4291, section 2.5.5.1).
  ipv4Compatible: ipaddr.parseCIDR('::/96'),
}

/** A server says how long the paths are that are held against its robots.txt. */
const urlLengthMax = 1_000

/** Why a page of this URL is not asked for; undefined when it may be. */
export const refusedUrl = (text: string): string | undefined => {
  const url = URL.parse(text)
  if (!url) return 'It is no URL.'
  if (url.href.length > urlLengthMax) return 'It is longer than any that a person would write.'
  if (url.protocol !== 'https:') return 'It is not https.'
  if (url.username !== '' || url.password !== '') return 'It carries credentials.'
  if (url.port !== '') return 'It names a port.'
  const { isIp, domain, isIcann } = parse(url.hostname)
  return isIp !== false || domain === null || isIcann !== true ? 'Its host is not a name of the public web.' : undefined
}

/** Of the resolver: a name of the public web that leads into somebody's own network. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void
export type Lookup = (hostname: string, options: LookupOptions, found: Found) => void

/**
 * The resolver of a connection, so that what was checked is what is connected to: a name that is asked for twice may lead elsewhere the
 * second time (DNS rebinding). One address that is not public refuses the name.
 */
export const publicOnly =
  (lookup: Lookup): Lookup =>
  (hostname, options, found) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return found(error, [])
      const all = addresses as LookupAddress[]
      const [first] = all
      if (!first || !all.every(({ address }) => isPublicAddress(address)))
        return found(new AddressRefused(`${hostname} leads to no public address.`), [])
      return options.all === true ? found(null, all) : found(null, first.address, first.family)
    })
