// The features of the AI Platform.
import { featureEndpoints } from './endpoints.ts'
import type { Definitions } from '../../platform/capability.ts'

export const api: Definitions = featureEndpoints
