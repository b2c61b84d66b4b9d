// What the stand-in of The One PSA does with projects.
import type { PsaProjectDraft, PsaProjectStatus } from '../project-contract.ts'
import { type PsaMemory, type StoredProject, assigneeOf, numberedId, tenantKey } from './state.ts'

type ProjectChange = { readonly status?: PsaProjectStatus | undefined; readonly estimateHours?: number | undefined }

/** Everything is synchronous, as with tickets. */
export const createPsaProjects = ({ state, record }: PsaMemory) => {
  const save = (project: StoredProject): StoredProject => {
    record({ kind: 'project', project })
    return project
  }
  const get = (id: string, tenantId?: string): StoredProject | undefined => {
    const project = state.projects.get(id)
    return project && (tenantId === undefined || project.tenantId === tenantId) ? project : undefined
  }

  return {
    get,
    findByReference: (tenantId: string, externalReference: string): StoredProject | undefined => {
      const id = state.projectIdByReference.get(tenantKey(tenantId, externalReference))
      return id === undefined ? undefined : get(id, tenantId)
    },
    list: (tenantId?: string): readonly StoredProject[] =>
      [...state.projects.values()].filter((project) => tenantId === undefined || project.tenantId === tenantId),
    create: (tenantId: string, { assigneeId, ...draft }: PsaProjectDraft): StoredProject => {
      const createdAt = new Date().toISOString()
      const id = numberedId('P', createdAt, state.lastNumber + 1)
      const assignee = assigneeOf(state, tenantId, assigneeId)
      return save({ ...draft, status: 'planned', assignee, version: 1, id, tenantId, createdAt, updatedAt: createdAt })
    },
    change: (
      project: StoredProject,
      { status = project.status, estimateHours = project.estimateHours }: ProjectChange,
    ): StoredProject =>
      save({ ...project, status, estimateHours, updatedAt: new Date().toISOString(), version: project.version + 1 }),
    delete: (project: StoredProject): void => record({ kind: 'project-deleted', id: project.id }),
  }
}
export type PsaProjects = ReturnType<typeof createPsaProjects>
