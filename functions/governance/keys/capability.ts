// Integration keys and API keys.
import { apiKeyEndpoints } from './api-key-endpoints.ts'
import { keyEndpoints } from './endpoints.ts'
import type { Definitions } from '../../platform/capability.ts'

export const api: Definitions = [...keyEndpoints, ...apiKeyEndpoints]
