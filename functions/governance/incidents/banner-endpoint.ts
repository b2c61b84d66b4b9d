// The banner that tells everybody what is broken for every organization (GOV-1).
import { session } from '../../../shared/auth/caller.ts'
import { errorTable } from '../../../shared/error-table.ts'
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
    const { listIncidents } = await import('../../../shared/incidents/incident-list.ts')
    const { resolutionOf, titleOf } = await import('../../../shared/incidents/resolution.ts')
    const page = { state: 'unresolved', limit: incidentsMax } as const
    const { incidents } = await listIncidents(store, platform, page)
    // Events that cannot be handled concern only those who run the platform. People notice calls that fail for now.
    const noticed = incidents.filter(
      ({ code, recoveredAt }) => errorTable[code].onMessage === 'retry' && recoveredAt === undefined,
    )
    const banners = noticed.map((incident) => ({
      title: titleOf(incident),
      since: incident.firstSeenAt,
      advice: resolutionOf(incident, 'tenant'),
    }))
    return { status: 200, body: { banners } }
  },
})
