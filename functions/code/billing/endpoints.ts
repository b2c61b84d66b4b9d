// HTTP of billing (CODE-5): what was reported, what is behind it, and corrections.
import { actorOf, session } from '../../../shared/auth/caller.ts'
import { http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')

const callers = [session('code', { atLeast: 'admin' })] as const

export const readUsage = http({
  name: 'code-list-usage',
  method: 'GET',
  route: 'code/billing/usage',
  summary: "The active repositories of each day as they were reported to Hub's billing, with their corrections",
  callers,
  needs: ['DATA_STORAGE'],
  query: async () => (await contract()).UsageQuery,
  returns: { 200: async () => (await contract()).Usage },
  errors: ['storage-unavailable'],
  handler: async ({ query, caller: { tenantId }, services }) => {
    const { listUsage } = await import('./usage-list.ts')
    return { status: 200, body: await listUsage(services.store(), tenantId, query) }
  },
})

export const readProtectedRepositories = http({
  name: 'code-list-protected-repositories',
  method: 'GET',
  route: 'code/billing/usage/{date}/repositories',
  summary: 'The repositories behind the figure of a day',
  callers,
  needs: ['DATA_STORAGE'],
  params: async () => (await contract()).UsagePath,
  query: async () => (await contract()).ProtectedRepositoriesQuery,
  returns: { 200: async () => (await contract()).ProtectedRepositories },
  errors: ['not-found', 'storage-unavailable'],
  handler: async ({ params: { date }, query, caller: { tenantId }, services }) => {
    const { listProtectedRepositories } = await import('./usage-list.ts')
    return { status: 200, body: await listProtectedRepositories(services.store(), { tenantId, date }, query) }
  },
})

export const adjustUsage = http({
  name: 'code-adjust-usage',
  method: 'POST',
  route: 'code/billing/adjustments',
  summary: 'Corrects the reported usage of a day. The same adjustmentId is one correction; 202: Hub gets it later',
  integration: 'code→hub',
  operation: 'adjust usage',
  callers,
  needs: ['DATA_STORAGE', 'HUB_API_URL', 'HUB_SERVICE_KEY'],
  body: async () => (await contract()).AdjustmentDraft,
  returns: {
    200: async () => (await contract()).Adjustment,
    201: async () => (await contract()).Adjustment,
    202: async () => (await contract()).Adjustment,
  },
  errors: ['not-found', 'idempotency-key-reused', 'conflict', 'peer-rejected', 'storage-unavailable'],
  handler: async ({ body, caller, services }) => {
    const { requestAdjustment } = await import('./adjustment.ts')
    const { adjustment, isNew } = await requestAdjustment(
      { store: services.store(), hub: services.hub, now: services.now },
      { ...body, tenantId: caller.tenantId, origin: 'admin', requestedBy: actorOf(caller) },
    )
    const status = adjustment.state === 'recorded' ? (isNew ? 201 : 200) : 202
    return { status, body: adjustment }
  },
})
