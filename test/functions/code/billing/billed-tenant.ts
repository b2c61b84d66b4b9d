// A tenant of The One Code whose clock a test sets, with a Hub that nobody else uses: the report goes over everybody.
import { randomUUID } from 'node:crypto'
import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions'
import * as endpoints from '../../../../functions/code/billing/endpoints.ts'
import { connectOrganization, disconnectOrganization } from '../../../../functions/code/sources/organizations.ts'
import { discoverRepositories } from '../../../../functions/code/sources/repositories.ts'
import { sourceTenantBuckets, sourceTenantTable } from '../../../../functions/code/sources/source-tenants.ts'
import { reportUsage, takeUsageSnapshots } from '../../../../functions/code/billing/timers.ts'
import { startHub } from '../../../../shared/peers/hub/stand-in/stand-in.ts'
import { createOperatorVerifier } from '../../../../shared/auth/operator-token.ts'
import { loadConfig } from '../../../../shared/config/config.ts'
import { listIncidents } from '../../../../shared/incidents/incident-list.ts'
import { ownerOfTenant } from '../../../../shared/incidents/incident-owner.ts'
import type { OrgRole } from '../../../../shared/peers/hub/contract.ts'
import { createHubClient } from '../../../../shared/peers/hub/client.ts'
import { type Services, createServices } from '../../../../shared/services.ts'
import { serveHttp } from '../../../../shared/triggers/http-pipeline.ts'
import type { HttpDefinition } from '../../../../shared/triggers/http.ts'
import { startAzurite } from '../../../support/azurite.ts'
import { newTenantId } from '../../../support/browser-client.ts'
import { type HubControl, hubControl } from '../../../support/hub-control.ts'
import { admittedOperator } from '../../../support/operators.ts'
import { timerInput } from '../../../support/timer-input.ts'

type Answer = readonly [status: number, body: unknown]

export type BilledTenant = {
  readonly tenantId: string
  readonly hub: HubControl
  readonly connect: (orgId: string) => Promise<unknown>
  readonly disconnect: (orgId: string) => Promise<unknown>
  /** Ids of repositories that are there, or are archived. */
  readonly find: (orgId: string, ids: readonly string[], archived?: boolean) => Promise<unknown>
  /** Date and quantity of each day that Hub has. */
  readonly billed: () => Promise<readonly (readonly [date: string, quantity: number])[]>
  readonly ask: (method: 'GET' | 'POST', path: string, body?: unknown, role?: OrgRole) => Promise<Answer>
  /** As an operator with an access to the organization. */
  readonly operate: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<Answer>
  readonly incidents: () => ReturnType<typeof listIncidents>
}

export type Billing = {
  readonly services: Services
  readonly hubUrl: string
  readonly setTime: (time: string) => void
  readonly tenant: (known?: 'known' | 'unknown') => Promise<BilledTenant>
  /** Takes all tenants out of the report, so that the next test has it for itself. */
  readonly forgetTenants: () => Promise<void>
  readonly snapshot: () => Promise<void>
  readonly report: (options?: { readonly signal?: AbortSignal; readonly services?: Services }) => Promise<void>
  readonly close: () => Promise<void>
}

const key = 'local-only-hub-service-key'

/** @param settings with everything but the storage and Hub */
export const startBilling = async (settings: Readonly<Record<string, string>>): Promise<Billing> => {
  const product = { publicUrl: 'http://127.0.0.1:1', secret: 'not-used-here' }
  const [azurite, hub] = await Promise.all([
    startAzurite(),
    startHub({ port: 0, keys: [key], products: { code: product, ai: product } }),
  ])
  let time = new Date()
  const tenantIds: string[] = []
  const made = createServices(
    loadConfig({
      ...settings,
      DATA_STORAGE: azurite.connectionString,
      HUB_API_URL: hub.url,
      HUB_SERVICE_KEY: key,
    }),
    () => time,
  )
  // A test of an outage is not to wait as long as a report may.
  const hubClient = createHubClient({ baseUrl: hub.url, key: () => key, retries: { max: 1, initialDelayMs: 1 } })
  const services: Services = {
    ...made,
    // Tokens are issued by the real clock.
    verifyOperator: await createOperatorVerifier({
      issuer: settings['OPERATOR_ISSUER'] ?? '',
      audience: settings['OPERATOR_AUDIENCE'] ?? '',
      jwksUrl: settings['OPERATOR_JWKS_URL'] ?? '',
      now: () => new Date(),
    }),
    hub: async () => hubClient,
    // Events are another matter.
    bus: async () => ({ publish: async () => {} }),
  }
  const run = async (timer: typeof reportUsage, own: Services, signal: AbortSignal): Promise<void> =>
    timer.handler(timerInput(own, signal))
  return {
    services,
    hubUrl: hub.url,
    setTime: (text) => {
      time = new Date(text)
    },
    tenant: async (known = 'known') => {
      const tenantId = newTenantId()
      tenantIds.push(tenantId)
      const control = hubControl(hub.url, tenantId)
      if (known === 'known') await control.putOrganization()
      return billedTenant(services, tenantId, control)
    },
    forgetTenants: async () => {
      const { tenant } = services.store().open(sourceTenantTable)
      await Promise.all(
        tenantIds.splice(0).map((tenantId) => tenant.delete({ bucket: sourceTenantBuckets.of(tenantId), tenantId })),
      )
    },
    snapshot: () => run(takeUsageSnapshots, services, new AbortController().signal),
    report: ({ signal = new AbortController().signal, services: own = services } = {}) => run(reportUsage, own, signal),
    close: async () => {
      await hub.close()
      await azurite.stop()
    },
  }
}

const billedTenant = (services: Services, tenantId: string, hub: HubControl): BilledTenant => {
  const store = services.store()
  const sources = { store, bus: services.bus, now: services.now, tenantId }
  return {
    tenantId,
    hub,
    connect: (orgId) => connectOrganization(sources, orgId, { provider: 'github', orgLogin: orgId, repoCount: 0 }),
    disconnect: (orgId) => disconnectOrganization(sources, orgId),
    find: (orgId, ids, archived) =>
      discoverRepositories(
        sources,
        orgId,
        ids.map((id) => ({ id, name: `name of ${id}`, ...(archived !== undefined && { archived }) })),
      ),
    billed: async () =>
      (await hub.usage())
        .map(({ date, quantity }) => [date, quantity] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ask: async (method, path, body, role = 'admin') => {
      const cookie = `code_session=${await signedIn(services, tenantId, role)}`
      return serve(services, { method, path, body, headers: { cookie, origin: 'https://code.example' } })
    },
    operate: async (method, path, body) => {
      const directory = new URL(services.config.require('OPERATOR_ISSUER').OPERATOR_ISSUER).origin
      const now = new Date(Math.max(Date.now(), services.now().getTime()))
      const { authorization } = await admittedOperator({ directory, store, now }, tenantId, ['Operator.Billing'])
      return serve(services, { method, path, body, headers: { authorization } })
    },
    incidents: () => listIncidents(store, ownerOfTenant(tenantId), { state: 'unresolved', limit: 10 }),
  }
}

type Call = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

const serve = async (services: Services, { method, path, body, headers }: Call): Promise<Answer> => {
  const [pathname = '', query = ''] = path.split('?')
  for (const definition of Object.values<HttpDefinition>(endpoints)) {
    const template = definition.route.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
    const found = definition.method === method ? new RegExp(`^${template}$`).exec(pathname) : null
    if (!found) continue
    const request = new HttpRequest({
      method,
      url: `http://127.0.0.1/api/${pathname}?${query}`,
      params: { ...found.groups },
      headers: {
        'x-forwarded-for': '10.0.0.1',
        ...headers,
        'sec-fetch-site': 'same-origin',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: { string: JSON.stringify(body) } }),
    })
    const context = new InvocationContext({ functionName: definition.name, logHandler: () => {} })
    return toAnswer(await serveHttp(definition, services)(request, context))
  }
  throw new Error(`There is no function for ${method} ${path}.`)
}

const toAnswer = ({ status = 200, body }: HttpResponseInit): Answer => [
  status,
  typeof body === 'string' ? (JSON.parse(body) as unknown) : undefined,
]

const signedIn = async (services: Services, tenantId: string, orgRole: OrgRole): Promise<string> => {
  // The rows of sessions end by the real clock.
  const seconds = Math.floor(Math.max(Date.now(), services.now().getTime()) / 1_000)
  const { cookie } = await (
    await services.sessions()
  ).open('code', {
    sub: randomUUID(),
    email: 'admin@northwind.example',
    firstName: 'Ada',
    lastName: 'Admin',
    tenantId,
    tenantSlug: tenantId,
    tenantName: 'Northwind',
    orgRole,
    entitlements: ['code'],
    iss: 'https://hub.example',
    aud: 'code',
    iat: seconds,
    exp: seconds + 60,
    jti: randomUUID(),
    sid: randomUUID(),
    session_exp: seconds + 3_600,
  })
  return cookie
}
