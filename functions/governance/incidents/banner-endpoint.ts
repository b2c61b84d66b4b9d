// The banner that tells everybody what is broken for every organization (GOV-1).
import { session } from '../../../shared/auth/caller.ts'
import { platform } from '../../../shared/incidents/incident-owner.ts'
import { http } from '../../../shared/triggers/http.ts'

const contract = () => import('./contract.ts')

/** At most this many incidents are considered, the newest first. */
const incidentsMax = 100

export const readBanner = http({
  name: 'ai-read-banner',
  method: 'GET',
  route: 'ai/governance/banner',
  summary: 'Lists the current failures that affect every organization',
  callers: [session('ai', { atLeast: 'viewer' })],
  needs: ['DATA_STORAGE'],
  contract,
  returns: { 200: 'Banners' },
  handler: async ({ store }) => {
    const { bannersOf } = await import('./dashboard.ts')
    const { listIncidents } = await import('../../../shared/incidents/incident-list.ts')
    const { incidents } = await listIncidents(store, platform, { state: 'unresolved', limit: incidentsMax })
    return { status: 200, body: { banners: bannersOf(incidents) } }
  },
})
