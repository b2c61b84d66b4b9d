// What this suite asks of The One PSA about projects, as functions over the contract. Part of `PsaClient`.
import { checkedFor } from '../../peer-client/checked-argument.ts'
import type { OperationCall } from '../../peer-client/operation-call.ts'
import { ReadPsaProblem } from './answers.ts'
import { PsaExternalReference } from './ticket-contract.ts'
import type { PsaProjectDraft } from './project-contract.ts'
import type { psaContract } from './operations.ts'
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
export const createPsaProjectsClient = (call: OperationCall<typeof psaContract>): PsaProjectsClient => ({
  createProject: async (tenantId, draft) => {
    const { externalReference } = draft
    const answer = await call('createProject', {
      tenantId,
      body: draft,
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
    const { body } = await call('listProjects', {
      tenantId,
      query: { externalReference: checked(PsaExternalReference, externalReference, 'externalReference') },
      answers: { 200: ReadPsaProjectList },
    })
    return body.projects.find((project) => project.externalReference === externalReference)
  },
  getProject: async (tenantId, id) => {
    const answer = await call('getProject', {
      tenantId,
      params: { id },
      answers: { 200: readPsaProjectWithId(id), 404: ReadPsaProblem },
    })
    return answer.status === 200 ? answer.body : undefined
  },
})
