// Serves the OpenAPI document of one product.
import { anyone } from '../../shared/auth/caller.ts'
import { type PublicProduct, type PublicProductInfo, publicProducts } from '../../shared/http/public-product.ts'
import { type HttpDefinition, http } from '../../shared/triggers/http.ts'

/** @param definitions the other functions of the product */
export const openApiEndpoint = (product: PublicProduct, definitions: readonly HttpDefinition[]): HttpDefinition => {
  const { name, publicUrl }: PublicProductInfo = publicProducts[product]
  const self = http({
    name: `${product}-openapi`,
    method: 'GET',
    route: `${product}/openapi.json`,
    summary: 'Returns this document',
    callers: [anyone],
    needs: publicUrl ? [publicUrl] : [],
    rate: { by: 'address', perMinute: 60 },
    returns: { 200: async () => (await import('./openapi-document.ts')).OpenApiDocument },
    handler: async ({ services: { config } }) => {
      const { openApiDocument } = await import('./openapi-document.ts')
      const document = await openApiDocument({
        title: `Integrations of ${name}`,
        version: '1.0.0',
        serverUrl: publicUrl && config.require(publicUrl)[publicUrl],
        definitions: [...definitions, self],
      })
      return { status: 200, body: document }
    },
  })
  return self
}
