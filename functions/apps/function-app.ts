// What makes up one Function App: its functions, health over all the settings that they need, and the document of its HTTP.
import type { SettingName } from '../../shared/config/settings.ts'
import { healthEndpoints } from '../platform/health-endpoints.ts'
import type { PublicProduct } from '../../shared/http/public-product.ts'
import { openApiEndpoint } from '../platform/openapi-endpoint.ts'
import { withQueryForms } from '../../shared/triggers/query-form.ts'
import type { Definition } from '../../shared/triggers/register.ts'

export type FunctionApp = {
  /** As it is deployed: `theonecode-api`. */
  readonly name: string
  readonly definitions: readonly Definition[]
}

/** The settings without which some function of the app can only answer 503. */
export const settingsOf = (definitions: readonly Definition[]): readonly SettingName[] => [
  ...new Set<SettingName>([
    'TRUSTED_PROXY_COUNT',
    'DATA_STORAGE',
    ...definitions.flatMap((definition) => [...(definition.needs ?? []), ...neededForCallers(definition)]),
  ]),
]

/** Whoever calls is known by storage, and Hub says whether the organization is active. */
const neededForCallers = (definition: Definition): readonly SettingName[] =>
  definition.kind === 'http' && definition.callers.some(({ kind }) => kind !== 'anyone')
    ? ['HUB_API_URL', 'HUB_SERVICE_KEY', 'SESSION_IDLE_MINUTES']
    : []

/** The app that serves a product's HTTP: with health and `openapi.json` below the product's own route. */
export const apiApp = (name: string, product: PublicProduct, definitions: readonly Definition[]): FunctionApp => {
  const served = withHealth(product, withQueryForms(definitions))
  const described = served.filter((definition) => definition.kind === 'http')
  return { name, definitions: [...served, openApiEndpoint(product, described)] }
}

/** The app that does a product's work in the background: nobody calls it but for its health, below `<product>/background`. */
export const backgroundApp = (
  name: string,
  product: PublicProduct,
  definitions: readonly Definition[],
): FunctionApp => ({ name, definitions: withHealth(`${product}/background`, definitions) })

const withHealth = (route: string, definitions: readonly Definition[]): readonly Definition[] => [
  ...definitions,
  ...healthEndpoints(route, settingsOf(definitions)),
]
