// Sign-in to the AI Platform.
import { signInEndpoints } from '../../platform/sign-in-endpoints.ts'
import type { Definitions } from '../../platform/capability.ts'

export const api: Definitions = signInEndpoints('ai')
