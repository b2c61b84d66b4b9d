// HTTP of billing (CODE-5): what was reported, what is behind it, and corrections.
import { operator, operatorSettings, platformOperator, session } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')

const callers = [session('code', { atLeast: 'admin' })] as const

export const readUsage = http({
  name: 'code-list-usage',
  method: 'GET',
  route: 'code/billing/usage',
  summary: "Lists the active repositories of each day as reported to Hub's billing, with corrections",
  callers,
  needs: ['DATA_STORAGE'],
  contract,
  query: 'UsageQuery',
  returns: { 200: 'Usage' },
  errors: ['storage-unavailable'],
  handler: async ({ query, tenantId, store }) => {
    const { listUsage } = await import('./usage-list.ts')
    return { status: 200, body: await listUsage(store, tenantId, query) }
  },
})

export const readProtectedRepositories = http({
  name: 'code-list-protected-repositories',
  method: 'GET',
  route: 'code/billing/usage/{date}/repositories',
  summary: 'Lists the repositories behind the figure of a day',
  callers,
  needs: ['DATA_STORAGE'],
  contract,
  params: 'UsagePath',
  query: 'ProtectedRepositoriesQuery',
  returns: { 200: 'ProtectedRepositories' },
  errors: ['not-found', 'storage-unavailable'],
  handler: async ({ params: { date }, query, tenantId, store }) => {
    const { listProtectedRepositories } = await import('./usage-list.ts')
    return { status: 200, body: await listProtectedRepositories(store, { tenantId, date }, query) }
  },
})

const adjustmentErrors = [
  'not-found',
  'idempotency-key-reused',
  'conflict',
  'peer-rejected',
  'storage-unavailable',
] as const

export const adjustUsage = http({
  name: 'code-adjust-usage',
  method: 'POST',
  route: 'code/billing/adjustments',
  summary:
    'Requests a correction of the reported usage of a day. An operator decides. Each adjustmentId is one request',
  audit: 'billing.changed',
  callers,
  needs: ['DATA_STORAGE'],
  contract,
  body: 'AdjustmentDraft',
  returns: { 200: 'Adjustment', 202: 'Adjustment' },
  errors: adjustmentErrors,
  handler: async ({ body, store, now, tenantId, actor, services }) => {
    const { requestAdjustment } = await import('./adjustment.ts')
    const order = { ...body, tenantId, origin: 'admin', requestedBy: actor } as const
    const { adjustment } = await requestAdjustment({ store, now, hub: services.hub }, order)
    return { status: adjustment.state === 'requested' ? 202 : 200, body: adjustment }
  },
})

/** No organization can approve what it asked for itself. */
const operators = [operator('Operator.Billing')] as const
const needsHub = ['DATA_STORAGE', 'HUB_API_URL', 'HUB_SERVICE_KEY', ...operatorSettings] as const
const ofTenant = 'code/billing/platform/tenants/{tenantId}'

export const adjustUsageAsOperator = http({
  name: 'code-adjust-usage-as-operator',
  method: 'POST',
  route: `${ofTenant}/adjustments`,
  summary: 'Corrects the reported usage of an organization for a day. 202: Hub receives it later',
  integration: 'code→hub',
  operation: 'adjust usage',
  auditFacts: ['adjustmentId'],
  callers: operators,
  needs: needsHub,
  contract,
  params: 'TenantPath',
  body: 'AdjustmentDraft',
  returns: { 200: 'Adjustment', 202: 'Adjustment' },
  errors: adjustmentErrors,
  handler: async ({ tenantId, body, store, now, actor, services }) => {
    const { requestAdjustment } = await import('./adjustment.ts')
    const order = { ...body, tenantId, origin: 'operator', requestedBy: actor } as const
    const { adjustment } = await requestAdjustment({ store, now, hub: services.hub }, order)
    return { status: adjustment.state === 'recorded' ? 200 : 202, body: adjustment }
  },
})

export const decideAdjustment = http({
  name: 'code-decide-adjustment',
  method: 'POST',
  route: `${ofTenant}/adjustment-decisions`,
  summary: 'Approves or declines a correction that an organization requested. 202: Hub receives it later',
  integration: 'code→hub',
  operation: 'adjust usage',
  auditFacts: ['adjustmentId', 'decision'],
  callers: operators,
  needs: needsHub,
  contract,
  params: 'TenantPath',
  body: 'AdjustmentDecision',
  returns: { 200: 'Adjustment', 202: 'Adjustment' },
  errors: adjustmentErrors,
  handler: async ({ tenantId, body, store, now, actor, services }) => {
    const { decideAdjustment: decide } = await import('./adjustment.ts')
    const adjustment = await decide({ store, now, hub: services.hub }, { ...body, tenantId, decidedBy: actor })
    return { status: adjustment.state === 'waiting' ? 202 : 200, body: adjustment }
  },
})

export const readMissedDays = http({
  name: 'code-list-missed-days',
  method: 'GET',
  route: 'code/billing/platform/missed-days',
  summary: 'Lists the days of all organizations that are too old for the daily report and may be missing in Hub',
  callers: [platformOperator('Operator.Billing')],
  needs: ['DATA_STORAGE', ...operatorSettings],
  contract,
  query: 'MissedDaysQuery',
  returns: { 200: 'MissedDays' },
  errors: ['storage-unavailable'],
  handler: async ({ query, store }) => {
    const { listMissedDays } = await import('./missed-days.ts')
    return { status: 200, body: await listMissedDays(store, query) }
  },
})

export const reportMissedDays = http({
  name: 'code-report-missed-days',
  method: 'POST',
  route: `${ofTenant}/missed-days`,
  summary: 'Reports up to 50 missed days of an organization to Hub, each with the figure of that day',
  integration: 'code→hub',
  operation: 'report usage of days long past',
  auditFacts: ['from'],
  callers: operators,
  needs: needsHub,
  contract,
  params: 'TenantPath',
  body: 'MissedDaysOrder',
  returns: { 200: 'MissedDaysReport' },
  errors: adjustmentErrors,
  handler: async ({ tenantId, body: { from }, store, now, services }) => {
    const { reportMissedDays: report } = await import('./missed-days.ts')
    return { status: 200, body: await report({ store, now, hub: services.hub }, { tenantId, from }) }
  },
})
