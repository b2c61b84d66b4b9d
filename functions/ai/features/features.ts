// Every feature of the AI Platform. A new one is a folder, and an entry here.
import type { Feature } from '../../../shared/features/feature.ts'
import { criticalFiles } from './code/critical-files/feature.ts'
import { debtAnalysis } from './code/debt-analysis/feature.ts'
import { documentation } from './code/documentation/feature.ts'
import { migrationPaths } from './code/migration-paths/feature.ts'
import { regulatoryClassification } from './code/regulatory-classification/feature.ts'
import { reviewNarrative } from './code/review-narrative/feature.ts'

export const features: readonly Feature[] = [
  documentation,
  debtAnalysis,
  migrationPaths,
  regulatoryClassification,
  criticalFiles,
  reviewNarrative,
]
