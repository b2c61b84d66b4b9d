// Incidents as a tenant and as an operator of the platform see them.
import { governanceEndpoints } from './endpoints.ts'
import type { Definitions } from '../../platform/capability.ts'

export const api: Definitions = governanceEndpoints
