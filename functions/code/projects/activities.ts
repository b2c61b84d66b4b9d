// The steps of a project's orchestration. Each can be repeated from anywhere.
import { activity } from '../../../shared/triggers/activity.ts'

const work = () => import('./project-steps.ts')

export const prepareProject = activity({
  name: 'code-prepare-project',
  summary: 'Finds the client of the repository and stores the draft of the project',
  needs: ['DATA_STORAGE'],
  contract: work,
  input: 'NoInput',
  returns: 'NoResult',
  handler: async ({ tenantId, requestId, store }) => {
    await (await work()).prepareProject({ store, tenantId, requestId })
    return null
  },
})

export const createProject = activity({
  name: 'code-create-project',
  summary: 'Creates the project in PSA, unless it exists or the request was cancelled',
  needs: ['DATA_STORAGE', 'PSA_API_URL', 'PSA_SERVICE_KEY'],
  contract: work,
  input: 'NoInput',
  returns: 'Creation',
  handler: async ({ tenantId, requestId, store, now, services }) =>
    (await work()).createProject({
      store,
      psa: await services.psa(),
      now,
      tenantId,
      requestId,
    }),
})

export const recordProject = activity({
  name: 'code-record-project',
  summary: 'Records the project that PSA created and deletes its draft',
  needs: ['DATA_STORAGE'],
  contract: work,
  input: 'MadeProject',
  returns: 'NoResult',
  handler: async ({ tenantId, requestId, input, store }) => {
    await (await work()).recordProject({ store, tenantId, requestId }, input)
    return null
  },
})
