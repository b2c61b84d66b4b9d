// Organizations and repositories of a tenant, and the events that tell of them.
import {
  connectOrganization,
  disconnectOrganization,
  discoverRepositories,
  discoverRepository,
  readOrganizations,
  readRepositories,
  recordDocumentation,
  recordRefresh,
  recordScan,
  requestBackup,
} from './endpoints.ts'
import { publishDelayedEvents, recountActiveRepositories } from './timers.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = [
  connectOrganization,
  disconnectOrganization,
  readOrganizations,
  discoverRepository,
  discoverRepositories,
  readRepositories,
  requestBackup,
  recordDocumentation,
  recordRefresh,
  recordScan,
]

export const background: Definitions = [publishDelayedEvents, recountActiveRepositories]

export const tables: Tables = async () => {
  const [{ sourceTable }, { sourceTenantTable }] = await Promise.all([
    import('./source-table.ts'),
    import('./source-tenants.ts'),
  ])
  return [sourceTable, sourceTenantTable]
}
