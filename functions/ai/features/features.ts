// Every feature of the AI Platform. A new one is a folder, and an entry here.
import type { Feature } from '../../../shared/features/feature.ts'
import { billingExplanation } from './books/billing-explanation/feature.ts'
import { criticalFiles } from './code/critical-files/feature.ts'
import { debtAnalysis } from './code/debt-analysis/feature.ts'
import { documentation } from './code/documentation/feature.ts'
import { migrationPaths } from './code/migration-paths/feature.ts'
import { regulatoryClassification } from './code/regulatory-classification/feature.ts'
import { reviewNarrative } from './code/review-narrative/feature.ts'
import { dataEnrichment } from './crm/data-enrichment/feature.ts'
import { attackNarrative } from './defend/attack-narrative/feature.ts'
import { proposalGenerate } from './psa/proposal-generate/feature.ts'
import { ticketSuggest } from './psa/ticket-suggest/feature.ts'
import { callRecap } from './voice/call-recap/feature.ts'
import { replySuggest } from './voice/reply-suggest/feature.ts'

export const features: readonly Feature[] = [
  documentation,
  debtAnalysis,
  migrationPaths,
  regulatoryClassification,
  criticalFiles,
  reviewNarrative,
  ticketSuggest,
  proposalGenerate,
  dataEnrichment,
  callRecap,
  replySuggest,
  billingExplanation,
  attackNarrative,
]
