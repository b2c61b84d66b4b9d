// Serves the OpenAPI document of one product.
import { anyone } from '../../shared/auth/caller.ts'
import { type PublicProduct, type PublicProductInfo, publicProducts } from '../../shared/http/public-product.ts'
import { once } from '../../shared/once.ts'
import { type HttpDefinition, http } from '../../shared/triggers/http.ts'

/** @param definitions the other functions of the product */
export const openApiEndpoint = (product: PublicProduct, definitions: readonly HttpDefinition[]): HttpDefinition => {
  const { name, publicUrl }: PublicProductInfo = publicProducts[product]
  // Of what the process runs, so that it stays the same; to make it takes a processor for half a second.
  const described = once(async () => {
    const { openApiDocument } = await import('./openapi-document.ts')
    return openApiDocument({
      title: `Integrations of ${name}`,
      version: '1.0.0',
      definitions: [...definitions, self],
    })
  })
  const self: HttpDefinition = http({
    name: `${product}-openapi`,
    method: 'GET',
    route: `${product}/openapi.json`,
    summary: 'Returns this document',
    callers: [anyone],
    needs: publicUrl ? [publicUrl] : [],
    rate: { by: 'address', perMinute: 60 },
    returns: { 200: async () => (await import('./openapi-document.ts')).OpenApiDocument },
    handler: async ({ services: { config } }) => {
      // Without an origin of its own: the address at which the document is read.
      const origin = publicUrl ? config.require(publicUrl)[publicUrl] : ''
      return { status: 200, body: { ...(await described()), servers: [{ url: `${origin}/api` }] } }
    },
  })
  return self
}
