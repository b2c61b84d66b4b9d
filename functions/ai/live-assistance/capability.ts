// Assistance in running calls.
import type { Definitions } from '../../platform/capability.ts'
import { assistInCall } from './endpoints.ts'

export const api: Definitions = [assistInCall]
