// Studies of repositories, which the AI Platform writes.
import type { Definitions, Tables } from '../../platform/capability.ts'
import { finishStudy, planStudy, writeStudyPart } from './activities.ts'
import { readStudies, readStudy, readStudyPart, requestStudy } from './endpoints.ts'
import { studyFlow } from './orchestration.ts'

export const api: Definitions = [
  requestStudy,
  readStudies,
  readStudy,
  readStudyPart,
  studyFlow,
  planStudy,
  writeStudyPart,
  finishStudy,
]

export const tables: Tables = async () => {
  const { studyTable } = await import('./study-table.ts')
  return [studyTable]
}
