// The app that serves a product's HTTP.
import type { PublicProduct } from '../../shared/http/public-product.ts'
import { withQueryForms } from '../../shared/triggers/query-form.ts'
import type { Definitions } from '../platform/capability.ts'
import { openApiEndpoint } from '../platform/openapi-endpoint.ts'
import { type FunctionApp, completed } from './function-app.ts'

/** With health and `openapi.json` below the product's own route. */
export const apiApp = (name: string, product: PublicProduct, parts: readonly Definitions[]): FunctionApp => {
  const served = completed(product, withQueryForms(parts.flat()))
  const described = served.filter((definition) => definition.kind === 'http')
  return { name, definitions: [...served, openApiEndpoint(product, described)] }
}
