// The capabilities that Hub has in the suite.
import * as auditEvents from '../hub/audit-events/capability.ts'
import * as loginAnomalies from '../hub/login-anomalies/capability.ts'
import * as psaAgents from '../hub/psa-agents/capability.ts'
import * as sessionCutoffs from '../hub/session-cutoffs/capability.ts'
import type { Definitions, Tables } from '../platform/capability.ts'

export const hubApi: readonly Definitions[] = [psaAgents.api]

export const hubBackground: readonly Definitions[] = [
  sessionCutoffs.background,
  psaAgents.background,
  auditEvents.background,
  loginAnomalies.background,
]

export const hubTables: readonly Tables[] = [psaAgents.tables, loginAnomalies.tables]
