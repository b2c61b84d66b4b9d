// The door for programs that bring an OpenAI SDK.
import { completionEndpoints } from './endpoints.ts'
import type { Definitions } from '../../platform/capability.ts'

export const api: Definitions = completionEndpoints
