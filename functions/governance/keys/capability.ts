// Integration keys and API keys.
import { apiKeyEndpoints } from './api-key-endpoints.ts'
import { keyEndpoints } from './endpoints.ts'
import {
  cancelKeyStep,
  createKeyStep,
  lookAtKeyStep,
  promoteKeyStep,
  registerKeyStep,
  retireKeyStep,
  revokeKeyStep,
  testKeyStep,
} from './activities.ts'
import { rotateKeyNow } from './commands.ts'
import { keyRotationFlow } from './orchestration.ts'
import { rotationEndpoints } from './rotation-endpoints.ts'
import { rotateKeys } from './timers.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

// A spread would be kept in the bundles of apps that serve none of it.
export const api: Definitions = /* @__PURE__ */ [keyEndpoints, rotationEndpoints, apiKeyEndpoints].flat()

export const background: Definitions = [
  rotateKeys,
  rotateKeyNow,
  keyRotationFlow,
  revokeKeyStep,
  createKeyStep,
  registerKeyStep,
  testKeyStep,
  promoteKeyStep,
  lookAtKeyStep,
  retireKeyStep,
  cancelKeyStep,
]

export const tables: Tables = async () => {
  const { keyRotationTable } = await import('./rotation-table.ts')
  return [keyRotationTable]
}
