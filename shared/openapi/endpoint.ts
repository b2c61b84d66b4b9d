// Serves the OpenAPI document of one product.
import { anyone, type SignInProduct } from '../auth/caller.ts'
import { publicUrlOf, signIns } from '../auth/sign-in.ts'
import { type HttpDefinition, http } from '../triggers/http.ts'

/** @param definitions the other functions of the product */
export const openApiEndpoint = (product: SignInProduct, definitions: readonly HttpDefinition[]): HttpDefinition => {
  const self = http({
    name: `${product}-openapi`,
    method: 'GET',
    route: `${product}/openapi.json`,
    summary: 'This document',
    callers: [anyone],
    needs: [signIns[product].publicUrl],
    rate: { by: 'address', perMinute: 60 },
    returns: { 200: async () => (await import('./document.ts')).OpenApiDocument },
    handler: async ({ services: { config } }) => {
      const { openApiDocument } = await import('./document.ts')
      const document = await openApiDocument({
        title: `Integrations of ${signIns[product].name}`,
        version: '1.0.0',
        serverUrl: publicUrlOf(product, config),
        definitions: [...definitions, self],
      })
      return { status: 200, body: document }
    },
  })
  return self
}
