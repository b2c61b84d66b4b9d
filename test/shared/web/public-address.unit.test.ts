// What is fetched because somebody named it comes from the public web alone.
import type { LookupAddress } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { type Lookup, isPublicAddress, publicOnly, refusedUrl } from '../../../shared/web/public-address.ts'

describe('an address', () => {
  it.each(['8.8.8.8', '2606:4700::1111', '1.1.1.1'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    '127.0.0.1',
    '168.63.129.16',
    '::a9fe:a9fe',
    '::ffff:168.63.129.16',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '198.18.0.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd12:3456::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'ff02::1',
    'nonsense',
    '',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})

describe('a URL', () => {
  it.each(['https://www.example.com/', 'https://example.co.uk/about?x=1', 'https://bücher.example.de/'])(
    '%s may be asked for',
    (url) => {
      expect(refusedUrl(url)).toBeUndefined()
    },
  )

  it.each([
    'http://www.example.com/',
    'ftp://www.example.com/',
    'file:///etc/passwd',
    'https://user:pass@www.example.com/',
    'https://www.example.com:8443/',
    'https://127.0.0.1/',
    `https://www.example.com/${'a'.repeat(1_000)}`,
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://localhost/',
    'https://metadata.internal/',
    'https://printer.local/',
    'https://intranet/',
    'javascript:alert(1)',
    'no url',
  ])('%s may not', (url) => {
    expect(refusedUrl(url)).toMatch(/^It(?:s host)? /)
  })
})

describe('the resolver of a connection', () => {
  const resolve = (addresses: readonly string[], all: boolean) =>
    new Promise<unknown>((done) => {
      const lookup: Lookup = (_name, _options, found) =>
        found(
          null,
          addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
        )
      publicOnly(lookup)('www.example.com', { all }, (error, address) => done(error ? error.name : address))
    })

  it('gives public addresses, one or all as it is asked', async () => {
    expect(await resolve(['8.8.8.8', '1.1.1.1'], false)).toBe('8.8.8.8')
    expect(await resolve(['8.8.8.8'], true)).toEqual([{ address: '8.8.8.8', family: 4 }])
  })

  it('refuses a name that leads into a private network, also beside a public address', async () => {
    expect(await resolve(['10.0.0.1'], false)).toBe('AddressRefused')
    expect(await resolve(['8.8.8.8', '169.254.169.254'], true)).toBe('AddressRefused')
    expect(await resolve([], true)).toBe('AddressRefused')
  })
})
