import { expect, it } from 'vitest'
import { clientAddressOf } from '../../../shared/http/client-address.ts'

it.each([
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::9]:443', '2001:db8:1:2::/64'],
  ['2001:DB8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:1234', '203.0.113.7'],
  ['203.0.113.7', '203.0.113.7'],
  ['', 'unknown'],
])('the address %j counts as %s', (hop, counted) => {
  expect(clientAddressOf(`198.51.100.1, ${hop}`, 0)).toBe(counted)
})
