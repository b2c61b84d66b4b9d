// What is broken now, from the same incidents that everything else shows: a warning goes when the cause of its incident goes (GOV-3).
import { errorTable } from '../../../shared/error-table.ts'
import type { Incident } from '../../../shared/incidents/incident-table.ts'
import { resolutionOf, titleOf } from '../../../shared/incidents/resolution.ts'
import type { Dashboard, Warning } from './contract.ts'

type Unresolved = {
  /** Newest first, as both lists are. */
  readonly own: readonly Incident[]
  readonly platform: readonly Incident[]
}

export const dashboardOf = ({ own, platform }: Unresolved): Dashboard => {
  const waiting = own.filter(({ parked }) => parked > 0)
  return {
    warnings: [
      ...own.filter(isBroken).map((incident) => ({ ...warningOf(incident), incidentId: incident.incidentId })),
      ...noticedBy(platform).map(warningOf),
    ].toSorted((a, b) => Number(b.severity === 'high') - Number(a.severity === 'high') || newestFirst(a, b)),
    waiting: {
      incidents: waiting.length,
      messages: waiting.reduce((sum, { parked }) => sum + parked, 0),
    },
  }
}

const newestFirst = (a: Warning, b: Warning): number => (a.since < b.since ? 1 : a.since > b.since ? -1 : 0)

export const bannersOf = (platform: readonly Incident[]) => noticedBy(platform).map(bannerOf)

const bannerOf = (incident: Incident) => ({
  title: titleOf(incident),
  since: incident.firstSeenAt,
  advice: resolutionOf(incident, 'tenant'),
})

/** Events that cannot be handled concern only those who run the platform. People notice calls that fail for now. */
const noticedBy = (platform: readonly Incident[]): readonly Incident[] =>
  platform.filter((incident) => isBroken(incident) && errorTable[incident.code].onMessage === 'retry')

const isBroken = ({ recoveredAt }: Incident): boolean => recoveredAt === undefined

const warningOf = (incident: Incident): Warning => ({
  ...bannerOf(incident),
  severity: incident.severity,
  lastSeenAt: incident.lastSeenAt,
  ...(incident.escalation?.endedAt === undefined &&
    incident.escalation && { escalation: incident.escalation.takenAt === undefined ? 'called' : 'taken' }),
})
