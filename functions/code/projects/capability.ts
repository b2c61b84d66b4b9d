// Projects of PSA from migration recommendations.
import { createProject, prepareProject, recordProject } from './activities.ts'
import { cancelProject, readProject, readProjects, requestProject } from './endpoints.ts'
import { projectFlow } from './orchestration.ts'
import type { Definitions, Tables } from '../../platform/capability.ts'

export const api: Definitions = [
  requestProject,
  readProjects,
  readProject,
  cancelProject,
  projectFlow,
  prepareProject,
  createProject,
  recordProject,
]

export const tables: Tables = async () => {
  const { projectTable } = await import('./project-table.ts')
  return [projectTable]
}
