import { describe, expect, it } from 'vitest'
import { all } from '../../../functions/apps/all.ts'
import { publicProductOf, publicProducts } from '../../../shared/http/public-product.ts'

describe('the product of a route', () => {
  it('is named by its first segment, for every function', () => {
    const routes = all.definitions.flatMap((definition) => (definition.kind === 'http' ? [definition.route] : []))
    for (const route of routes) expect(Object.keys(publicProducts)).toContain(publicProductOf(route))
  })
  it.each(['', 'codes/tickets', 'constructor/x', 'toString'])('is none for "%s", which is an error', (route) => {
    expect(() => publicProductOf(route)).toThrow('begins with no product')
  })
})
