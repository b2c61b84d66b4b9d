// What this suite asks of The One PSA about projects, as functions over the contract. Part of `PsaClient`.
import { checkedFor } from '../../peer-client/checked-argument.ts'
import type { PeerClient } from '../../peer-client/peer-client.ts'
import { peerPath } from '../../peer-client/peer-path.ts'
import { ReadPsaProblem } from './answers.ts'
import { PsaExternalReference, PsaProjectDraft } from './contract.ts'
import {
  type ReadPsaProject,
  ReadPsaProjectList,
  readPsaProjectExists,
  readPsaProjectOf,
  readPsaProjectWithId,
} from './project-answers.ts'

const checked = checkedFor('PSA')

/** Errors as those of `PsaClient`. All are safe to repeat. */
export type PsaProjectsClient = {
  /** `exists`: PSA has a project with the draft's external reference already, and made no second one. */
  readonly createProject: (
    tenantId: string,
    draft: PsaProjectDraft,
  ) => Promise<{ readonly outcome: 'created' | 'exists'; readonly project: ReadPsaProject }>
  readonly findProjectByReference: (tenantId: string, externalReference: string) => Promise<ReadPsaProject | undefined>
  readonly getProject: (tenantId: string, id: string) => Promise<ReadPsaProject | undefined>
}

/** @param call sends the tenant with each call, as the contract asks */
export const createPsaProjectsClient = (call: PeerClient['call']): PsaProjectsClient => ({
  createProject: async (tenantId, draft) => {
    const body = checked(PsaProjectDraft, draft, 'project')
    const { externalReference } = body
    const answer = await call({
      operation: 'create project',
      tenantId,
      method: 'POST',
      path: peerPath`/v1/projects`,
      body,
      // The external reference is unique: the second try of a project that was made finds it.
      idempotent: true,
      answers: {
        201: readPsaProjectOf(externalReference),
        409: readPsaProjectExists(externalReference),
      },
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
      answers: { 200: ReadPsaProjectList },
    })
    return body.projects.find((project) => project.externalReference === externalReference)
  },
  getProject: async (tenantId, id) => {
    const answer = await call({
      operation: 'get project',
      tenantId,
      method: 'GET',
      path: peerPath`/v1/projects/${id}`,
      answers: { 200: readPsaProjectWithId(id), 404: ReadPsaProblem },
    })
    return answer.status === 200 ? answer.body : undefined
  },
})
