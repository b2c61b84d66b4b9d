// Operators: the platform's own staff, and the accesses that they open to organizations.
import { operatorEndpoints } from './endpoints.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = operatorEndpoints

export const tables: Tables = async () => {
  const { operatorAccessTable } = await import('../../../shared/auth/operator-access.ts')
  return [operatorAccessTable]
}
