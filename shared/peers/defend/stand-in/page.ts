// The threat dashboard of the Defend stand-in.
import type { LoginAnomalies, StoredLogin } from './anomaly-state.ts'
import type { BehaviourScores, StoredScore } from './behaviour-state.ts'
import type { StoredAuditEvent } from './state.ts'
import { htmlTable } from '../../../../local/stand-ins/html.ts'
import type { Answer } from '../../../../local/stand-ins/http-exchange.ts'
import { recordTable } from '../../../../local/stand-ins/record-page.ts'
import type { Views } from '../../../../local/stand-ins/views.ts'
import { plainPage } from '../../../../local/stand-ins/peer-page.ts'

/** Most rows of each table. */
const rowsMax = 100

export const defendPage = (events: readonly StoredAuditEvent[], { behaviour, logins, views }: Kept): Answer =>
  plainPage(
    'The One Defend',
    'Threat dashboard',
    `<p>${events.length} audit events.</p>
<h2>Failed logins by user and address</h2>
${failedLoginTable(events.filter(({ classification }) => classification === 'failed_login'))}
<h2>For review</h2>
${reviewTable(events.filter(({ review }) => review))}
<h2>Devices that behave unusually</h2>
${unusualTable(behaviour.list().filter(({ score }) => score.isUnusual))}
<h2>Logins that are unusual</h2>
${loginTable(logins.list().filter(({ anomalies }) => anomalies.length > 0))}
<h2>Devices and detections</h2>
${recordTable(views)}`,
    'td { overflow-wrap: anywhere }\n',
  )

type Kept = { readonly behaviour: BehaviourScores; readonly logins: LoginAnomalies; readonly views: Views }

/** The latest first. */
const loginTable = (unusual: readonly StoredLogin[]): string => {
  const rows = unusual
    .toSorted(byLatest)
    .map(({ userId, tenantId, occurredAt, anomalies }) => [
      userId,
      tenantId,
      occurredAt,
      anomalies.map(({ text }) => text).join(' '),
    ])
  return htmlTable({ heads: ['User', 'Tenant', 'Time', 'Why'], rows, none: 'No unusual logins.', rowsMax })
}

/** Most failures first. */
const failedLoginTable = (failures: readonly StoredAuditEvent[]): string => {
  const groups = Map.groupBy(failures, ({ tenantId, userId, address }) => JSON.stringify([tenantId, userId, address]))
  const rows = [...groups.values()]
    .toSorted((a, b) => b.length - a.length)
    .flatMap((group) => {
      const [latest] = group.toSorted(byLatest)
      if (!latest) return []
      const { userId, address, tenantId, occurredAt } = latest
      return [[userId ?? 'unknown', address ?? 'unknown', tenantId, String(group.length), occurredAt]]
    })
  const heads = ['User', 'Address', 'Tenant', 'Failures', 'Latest']
  return htmlTable({ heads, rows, none: 'No failed logins.', rowsMax })
}

const reviewTable = (flagged: readonly StoredAuditEvent[]): string => {
  const rows = flagged
    .toSorted(byLatest)
    .map(({ classification, type, userId, actor, tenantId, occurredAt, details }) => [
      classification,
      type,
      userId ?? 'unknown',
      `${actor.type} ${actor.id}`,
      tenantId,
      occurredAt,
      Object.entries(details)
        .map(([name, value]) => `${name}: ${value}`)
        .join(', '),
    ])
  const heads = ['Classification', 'Event', 'User', 'By', 'Tenant', 'Time', 'Details']
  return htmlTable({ heads, rows, none: 'Nothing to review.', rowsMax })
}

/** The latest hour first. */
const unusualTable = (unusual: readonly StoredScore[]): string => {
  const rows = unusual
    .toSorted((a, b) => Date.parse(b.score.hour) - Date.parse(a.score.hour))
    .map(({ tenantId, score }) => [
      score.deviceId,
      tenantId,
      score.hour,
      `${score.score}`,
      score.reasons.map(({ text }) => text).join(' '),
    ])
  const heads = ['Device', 'Tenant', 'Hour', 'Score', 'Why']
  return htmlTable({ heads, rows, none: 'Nothing unusual.', rowsMax })
}

type Timed = { readonly occurredAt: string }

const byLatest = (a: Timed, b: Timed): number => Date.parse(b.occurredAt) - Date.parse(a.occurredAt)
