// Settings of a tenant and of its clients.
import {
  deleteClientSettings,
  putClientSettings,
  putSettings,
  readClientSettings,
  readSettings,
  readSettingsChanges,
} from './endpoints.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = [
  readSettings,
  putSettings,
  readClientSettings,
  putClientSettings,
  deleteClientSettings,
  readSettingsChanges,
]

export const tables: Tables = async () => {
  const { tenantSettingsTable } = await import('../../../shared/tenants/tenant-settings.ts')
  return [tenantSettingsTable]
}
