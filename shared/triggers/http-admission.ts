// Who sends a request, and whether it is let in: everything that can be decided before its body is read.
import type { HttpRequest } from '@azure/functions'
import { authenticate } from '../auth/authentication.ts'
import { type Caller, actorOf } from '../auth/caller.ts'
import type { Config } from '../config/config.ts'
import { clientAddressOf } from '../http/client-address.ts'
import { refuseCrossSite, refuseOtherOrigins } from '../http/cross-site.ts'
import { type PublicProductInfo, publicProductOf, publicProducts } from '../http/public-product.ts'
import { usualRate } from '../http/rate-limit.ts'
import type { Services } from '../services.ts'
import type { HttpDefinition } from './http.ts'
import { takesOperators } from './http-answer.ts'
import { operationOf } from './query-form.ts'

export type Admission = {
  readonly caller: Caller
  /** Of the caller, as far as the proxies before us are trusted. */
  readonly address: string
}

/**
 * @throws AppError `too-many-requests`, `not-configured`, `cross-site-request`, `unauthenticated`, `forbidden`; `storage-unavailable`,
 * `peer-unavailable` when nobody can say who calls
 */
export const admit = async (
  definition: HttpDefinition,
  services: Services,
  request: HttpRequest,
): Promise<Admission> => {
  const { config, rateLimits } = services
  const address = addressOf(definition, services, request)
  const rate = definition.rate ?? usualRate
  if (rate.by === 'address') await rateLimits.count(operationOf(definition), address, rate)
  if (definition.needs) config.require(...definition.needs)
  const integrationKey = integrationKeyOf(definition, request)
  const operatorToken = takesOperators(definition) ? bearerTokenOf(request.headers.get('authorization')) : null
  // No browser adds a key or a token by itself.
  if (integrationKey === null && operatorToken === null && definition.crossSite !== 'from-hub')
    refuseCrossSite(request.method, request.headers, () => originOf(definition, services))
  if (definition.crossSite === 'from-hub')
    refuseOtherOrigins(request.headers, () => [config.require('HUB_URL').HUB_URL, originOf(definition, services)])
  const caller = await authenticate(
    definition.callers,
    {
      cookieHeader: request.headers.get('cookie'),
      integrationKey,
      operatorToken,
      tenantId: request.params['tenantId'],
      address,
      operation: operationOf(definition),
    },
    services,
  )
  if (rate.by === 'caller') await rateLimits.count(operationOf(definition), rateKeyOf(caller, address), rate)
  return { caller, address }
}

const bearerTokenOf = (header: string | null): string | null => /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? null

const integrationKeyOf = ({ wire }: HttpDefinition, { headers }: HttpRequest): string | null =>
  headers.get('x-integration-key') ?? (wire === 'openai' ? bearerTokenOf(headers.get('authorization')) : null)

const addressOf = (definition: HttpDefinition, { config }: Services, request: HttpRequest): string =>
  clientAddressOf(request.headers.get('x-forwarded-for'), trustedProxies(definition, config))

/** Without the setting health counts by the last hop: too strictly when there are proxies, never too loosely. */
const trustedProxies = ({ answersUnconfigured }: HttpDefinition, config: Config): number =>
  answersUnconfigured && config.problems.some(({ name }) => name === 'TRUSTED_PROXY_COUNT')
    ? 0
    : config.require('TRUSTED_PROXY_COUNT').TRUSTED_PROXY_COUNT

const rateKeyOf = (caller: Caller, address: string): string => {
  switch (caller.kind) {
    case 'session':
      return `${caller.tenantId}|${caller.userId}`
    case 'integration':
      return caller.keyId
    case 'operator':
    case 'platform':
      return actorOf(caller)
    case 'anyone':
      return address
  }
}

/** Whose pages may call it: those of the product that the route belongs to. Nobody's, where it has no address of its own here. */
const originOf = ({ route }: HttpDefinition, { config }: Services): string => {
  const { publicUrl }: PublicProductInfo = publicProducts[publicProductOf(route)]
  return publicUrl === undefined ? '' : config.require(publicUrl)[publicUrl]
}
