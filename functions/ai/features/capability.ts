// The features of the AI Platform.
import { featureEndpoints } from './endpoints.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = featureEndpoints

export const tables: Tables = async () => [
  (await import('../../../shared/ai/answer-cache/answer-table.ts')).answerTable,
]
