// Somebody whom a function takes: the kind of caller, the least role or the scope that its first rule asks for.
import { createIntegrationKey } from '../../shared/auth/integration-key.ts'
import type { Store } from '../../shared/store/store.ts'
import type { HttpDefinition } from '../../shared/triggers/http.ts'
import { type Urls, identity, signIn } from './browser-client.ts'
import { admittedOperator, operatorHeaders } from './operators.ts'
import { sampleTenantId } from './sample-path.ts'

/** The headers by which they are known; none for a function that takes anyone. */
export const welcome = async (
  {
    urls,
    store,
    tenantId,
  }: { readonly urls: Urls & { readonly operators: string }; readonly store: Store; readonly tenantId: string },
  { callers: [rule] }: HttpDefinition,
): Promise<Record<string, string>> => {
  if (rule?.kind === 'session') {
    const { cookies } = await signIn(urls, identity({ tenantId, product: rule.product, role: rule.atLeast }))
    return { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
  }
  if (rule?.kind === 'platform') return operatorHeaders(urls.operators, rule.roles)
  if (rule?.kind === 'operator') {
    const { authorization } = await admittedOperator({ directory: urls.operators, store }, sampleTenantId, [rule.role])
    return { authorization }
  }
  if (rule?.kind !== 'integration') return {}
  const key = await createIntegrationKey(store, {
    environment: 'test',
    tenantId,
    integration: 'code→psa',
    scopes: [rule.scope],
    now: new Date(),
  })
  return { 'x-integration-key': key }
}
