// The features of the AI Platform, by name. Written from their definitions: change those, then run "npm run docs".
import type { BooksFeatures } from './books-features.ts'
import type { CodeFeatures } from './code-features.ts'
import type { CrmFeatures } from './crm-features.ts'
import type { DefendFeatures } from './defend-features.ts'
import type { PsaFeatures } from './psa-features.ts'
import type { VoiceFeatures } from './voice-features.ts'

export interface Features
  extends BooksFeatures, CodeFeatures, CrmFeatures, DefendFeatures, PsaFeatures, VoiceFeatures {}

export type FeatureName = keyof Features
