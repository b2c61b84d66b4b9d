// The capabilities of the AI Platform, Governance among them.
import * as assetEnrichment from '../ai/asset-enrichment/capability.ts'
import * as behaviour from '../ai/behaviour/capability.ts'
import * as completions from '../ai/completions/capability.ts'
import * as enrichment from '../ai/enrichment/capability.ts'
import * as features from '../ai/features/capability.ts'
import * as insiderSignals from '../ai/insider-signals/capability.ts'
import * as jarvis from '../ai/jarvis/capability.ts'
import * as liveAssistance from '../ai/live-assistance/capability.ts'
import * as results from '../ai/results/capability.ts'
import * as rootCauses from '../ai/root-causes/capability.ts'
import * as securityTickets from '../ai/security-tickets/capability.ts'
import * as session from '../ai/session/capability.ts'
import * as suggestions from '../ai/suggestions/capability.ts'
import * as transcription from '../ai/transcription/capability.ts'
import * as usage from '../ai/usage/capability.ts'
import * as workDna from '../ai/work-dna/capability.ts'
import * as audit from '../governance/audit/capability.ts'
import * as incidents from '../governance/incidents/capability.ts'
import * as keys from '../governance/keys/capability.ts'
import * as operators from '../governance/operators/capability.ts'
import type { Definitions, Tables } from '../platform/capability.ts'

export const aiApi: readonly Definitions[] = [
  session.api,
  incidents.api,
  audit.api,
  keys.api,
  operators.api,
  usage.api,
  features.api,
  completions.api,
  jarvis.api,
  behaviour.api,
  rootCauses.api,
  suggestions.api,
  enrichment.api,
  assetEnrichment.api,
  workDna.api,
  transcription.api,
  liveAssistance.api,
]

export const aiBackground: readonly Definitions[] = [
  securityTickets.background,
  behaviour.background,
  incidents.background,
  suggestions.background,
  results.background,
  transcription.background,
  assetEnrichment.background,
  insiderSignals.background,
  audit.background,
  keys.background,
  usage.background,
]

export const aiTables: readonly Tables[] = [
  securityTickets.tables,
  behaviour.tables,
  incidents.tables,
  results.tables,
  audit.tables,
  keys.tables,
  operators.tables,
  usage.tables,
  features.tables,
  jarvis.tables,
  rootCauses.tables,
  suggestions.tables,
  enrichment.tables,
  transcription.tables,
  assetEnrichment.tables,
  insiderSignals.tables,
]
