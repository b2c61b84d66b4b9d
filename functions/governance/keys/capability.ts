// Integration keys and API keys.
import { apiKeyEndpoints } from './api-key-endpoints.ts'
import { keyEndpoints } from './endpoints.ts'
import { replacementEndpoints } from './replacement-endpoints.ts'
import { retireKeys } from './timers.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = [...keyEndpoints, ...replacementEndpoints, ...apiKeyEndpoints]

export const background: Definitions = [retireKeys]

export const tables: Tables = async () => {
  const { keyReplacementTable } = await import('./replacement-table.ts')
  return [keyReplacementTable]
}
