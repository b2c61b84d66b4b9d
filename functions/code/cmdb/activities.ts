// The steps of a CMDB sync. Each loads its work when it first runs.
import { activity } from '../../../shared/triggers/activity.ts'

/** Schemas of some size: like the work itself, loaded when a step first runs. */
const contract = () => import('./step-contract.ts')

const storage = ['DATA_STORAGE'] as const

export const planCmdbSync = activity({
  name: 'code-plan-cmdb-sync',
  summary: 'Counts the changes to sync to CMDB and decides whether retirements need a confirmation',
  needs: storage,
  contract,
  input: 'PlanInput',
  returns: 'PlanResult',
  handler: async ({ tenantId, requestId, store, now }) => {
    const { planSync } = await import('./sync-plan.ts')
    return planSync({ store, now }, { tenantId, requestId })
  },
})

export const compareCmdbClients = activity({
  name: 'code-compare-cmdb-clients',
  summary: 'Marks profiles whose client has changed, up to 5,000 profiles per call',
  needs: storage,
  contract,
  input: 'ComparisonInput',
  returns: 'ComparisonResult',
  handler: async ({ tenantId, requestId, input, store, now }) => {
    const { compareClients } = await import('./client-comparison.ts')
    return compareClients({ store, now }, { tenantId, requestId }, input)
  },
})

export const sendCmdbBatch = activity({
  name: 'code-send-cmdb-batch',
  summary: 'Sends up to 200 changed profiles to CMDB and retires the assets of repositories that no longer exist',
  needs: ['DATA_STORAGE', 'CMDB_API_URL', 'CMDB_SERVICE_KEY'],
  contract,
  input: 'BatchInput',
  returns: 'BatchResult',
  handler: async ({ tenantId, requestId, input: { cursor }, services }) => {
    const { syncBatch } = await import('./sync-batch.ts')
    return syncBatch(services, { tenantId, requestId }, cursor)
  },
})

export const endCmdbSync = activity({
  name: 'code-end-cmdb-sync',
  summary: 'Records how a CMDB sync ended',
  needs: storage,
  contract,
  input: 'EndInput',
  returns: 'EndResult',
  handler: async ({ tenantId, requestId, input: { mayGoOn, problem }, store, now }) => {
    const { endSync } = await import('./sync-end.ts')
    return endSync({ store, now }, { tenantId, requestId }, { mayGoOn, ...(problem && { problem }) })
  },
})
