// Application profiles, and the sync that makes assets of CMDB of them.
import { compareCmdbClients, endCmdbSync, planCmdbSync, sendCmdbBatch } from './activities.ts'
import { syncCmdbNow } from './commands.ts'
import {
  confirmCmdbRetirement,
  deleteAppProfile,
  putAppProfile,
  readAppProfiles,
  readCmdbRefusals,
  readCmdbSync,
  readLatestCmdbSync,
  reconcileCmdb,
  requestCmdbSync,
} from './endpoints.ts'
import { cmdbSyncFlow } from './orchestration.ts'
import { syncCmdb } from './timers.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = [
  putAppProfile,
  deleteAppProfile,
  readAppProfiles,
  readCmdbRefusals,
  reconcileCmdb,
  requestCmdbSync,
  readLatestCmdbSync,
  readCmdbSync,
  confirmCmdbRetirement,
]

export const background: Definitions = [
  syncCmdb,
  syncCmdbNow,
  cmdbSyncFlow,
  planCmdbSync,
  compareCmdbClients,
  sendCmdbBatch,
  endCmdbSync,
]

export const tables: Tables = async () => {
  const { appProfileTable, cmdbTenantTable } = await import('./profile-table.ts')
  return [appProfileTable, cmdbTenantTable]
}
