// What this suite asks of The One PSA about projects, as functions over the contract. Part of `PsaClient`.
import { checkedFor } from '../checked-argument.ts'
import type { PeerClient } from '../peer-client.ts'
import { peerPath } from '../peer-path.ts'
import {
  PsaExternalReference,
  PsaProblem,
  PsaProject,
  PsaProjectDraft,
  PsaProjectExists,
  PsaProjectList,
} from './contract.ts'

const checked = checkedFor('PSA')

/** Errors as those of `PsaClient`. All are safe to repeat. */
export type PsaProjectsClient = {
  /** `exists`: PSA has a project with the draft's external reference already, and made no second one. */
  readonly createProject: (
    tenantId: string,
    draft: PsaProjectDraft,
  ) => Promise<{ readonly outcome: 'created' | 'exists'; readonly project: PsaProject }>
  readonly findProjectByReference: (tenantId: string, externalReference: string) => Promise<PsaProject | undefined>
  readonly getProject: (tenantId: string, id: string) => Promise<PsaProject | undefined>
}

/** @param call sends the tenant with each call, as the contract asks */
export const createPsaProjectsClient = (call: PeerClient['call']): PsaProjectsClient => ({
  createProject: async (tenantId, draft) => {
    const body = checked(PsaProjectDraft, draft, 'project')
    const project = projectWith('externalReference', body.externalReference)
    const answer = await call({
      operation: 'create project',
      tenantId,
      method: 'POST',
      path: peerPath`/v1/projects`,
      body,
      // The external reference is unique: the second try of a project that was made finds it.
      idempotent: true,
      answers: { 201: project, 409: PsaProjectExists.extend({ project }) },
    })
    return answer.status === 201
      ? { outcome: 'created', project: answer.body }
      : { outcome: 'exists', project: answer.body.project }
  },
  findProjectByReference: async (tenantId, externalReference) => {
    const { body } = await call({
      operation: 'find project by reference',
      tenantId,
      method: 'GET',
      path: peerPath`/v1/projects`,
      query: { externalReference: checked(PsaExternalReference, externalReference, 'externalReference') },
      answers: { 200: PsaProjectList },
    })
    return body.projects.find((project) => project.externalReference === externalReference)
  },
  getProject: async (tenantId, id) => {
    const answer = await call({
      operation: 'get project',
      tenantId,
      method: 'GET',
      path: peerPath`/v1/projects/${id}`,
      answers: { 200: projectWith('id', id), 404: PsaProblem },
    })
    return answer.status === 200 ? answer.body : undefined
  },
})

/** Another project than the one that is meant is no answer: a recommendation would be billed as another one's work. */
const projectWith = (field: 'id' | 'externalReference', value: string) =>
  PsaProject.refine((project) => project[field] === value, {
    error: 'This is another project than the one that is meant',
    path: [field],
  })
