// Sign-in to The One Code.
import { signInEndpoints } from '../../platform/sign-in-endpoints.ts'
import type { Definitions } from '../../platform/capability.ts'

export const api: Definitions = signInEndpoints('code')
