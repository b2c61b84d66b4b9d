// The steps of the search for a root cause. Each can be repeated from anywhere.
import { sealedRows } from '../../../shared/secrets/wrapping-key-name.ts'
import { activity } from '../../../shared/triggers/activity.ts'

const work = () => import('./root-cause-steps.ts')

export const planRootCause = activity({
  name: 'ai-plan-root-cause',
  summary: 'Says how many sources are to be read for a root cause',
  needs: ['DATA_STORAGE'],
  contract: work,
  input: 'NoInput',
  returns: 'Plan',
  handler: async ({ tenantId, requestId, services }) => (await work()).planCause({ services, tenantId, requestId }),
})

export const readRootCauseSource = activity({
  name: 'ai-read-root-cause-source',
  summary: 'Reads one record for the person who asks for a root cause, or records that it could not be read',
  needs: ['DATA_STORAGE'],
  uses: sealedRows,
  contract: work,
  input: 'SourceInput',
  returns: 'SourceRead',
  handler: async ({ tenantId, requestId, input: { position }, services }) =>
    (await work()).readSource({ services, tenantId, requestId }, position),
})

export const reportRootCause = activity({
  name: 'ai-report-root-cause',
  summary: 'Makes the report on a root cause of what was read, unless the search was cancelled',
  needs: ['DATA_STORAGE'],
  uses: { ...sealedRows, models: true },
  contract: work,
  input: 'NoInput',
  returns: 'Step',
  handler: async ({ tenantId, requestId, services }) => (await work()).makeReport({ services, tenantId, requestId }),
})

export const writeRootCause = activity({
  name: 'ai-write-root-cause',
  summary: 'Writes the report on a root cause to its ticket as an internal note, unless the search was cancelled',
  needs: ['DATA_STORAGE', 'PSA_API_URL', 'PSA_SERVICE_KEY'],
  uses: sealedRows,
  contract: work,
  input: 'NoInput',
  returns: 'Step',
  handler: async ({ tenantId, requestId, services }) => (await work()).writeReport({ services, tenantId, requestId }),
})
