// The dashboard of Governance: what is broken now (GOV-3).
import { integrationKey, session } from '../../../shared/auth/caller.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')

/** Of each owner: there is at most one incident of each cause. */
const incidentsMax = 100

export const readDashboard = http({
  name: 'ai-read-dashboard',
  method: 'GET',
  route: 'ai/governance/dashboard',
  summary:
    'Returns a warning for each thing that is broken now, for the organization and for all, and what waits for a replay',
  callers: [session('ai', { atLeast: 'member' }), integrationKey('governance:incidents:read')],
  needs: ['DATA_STORAGE'],
  contract,
  returns: { 200: 'Dashboard' },
  handler: async ({ store, tenantId }) => {
    const { dashboardOf } = await import('./dashboard.ts')
    const { listIncidents } = await import('../../../shared/incidents/incident-list.ts')
    const page = { state: 'unresolved', limit: incidentsMax } as const
    const [own, ofAll] = await Promise.all([
      listIncidents(store, ownerOfTenant(tenantId), page),
      listIncidents(store, platform, page),
    ])
    return { status: 200, body: dashboardOf({ own: own.incidents, platform: ofAll.incidents }) }
  },
})
