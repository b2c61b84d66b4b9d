// Goes through the incidents of high severity, has somebody called about those that last, and takes over what On-Call knows of them (GOV-2).
import { escalationPending } from '../../../shared/incidents/escalation-pending.ts'
import { type EscalationStep, escalationStep } from '../../../shared/incidents/escalation.ts'
import { tenantOfOwner } from '../../../shared/incidents/incident-owner.ts'
import { incidentTable } from '../../../shared/incidents/incident-table.ts'
import { keptApart } from '../../../shared/incidents/kept-apart.ts'
import { recordSuccess } from '../../../shared/incidents/success.ts'
import { eachAtOnce } from '../../../shared/pool.ts'
import type { Services } from '../../../shared/services.ts'
import type { Marker } from '../../../shared/store/pending.ts'
import type { Row } from '../../../shared/store/store.ts'
import { resolveSettings } from '../../../shared/tenants/tenant-settings.ts'
import { type Called, endCall, followCall, raiseCall } from './on-call.ts'

/** Of normal severity: On-Call that fails has nobody called about that. */
const work = { integration: 'ai→oncall', operation: 'escalate an incident', severity: 'normal' } as const

const atOnce = 8
/** The incident of a marker is written within seconds of it, or never. */
const openedWithinMs = 15 * 60_000

/** @param signal aborted when the run has to stop: the next one, a minute later, sees what is left */
export const escalateIncidents = async (services: Services, signal: AbortSignal): Promise<void> => {
  const [store, now] = [services.store(), services.now]
  const markers: Row<Marker>[] = []
  for await (const marker of escalationPending.each(store, { before: now(), signal })) markers.push(marker)
  await eachAtOnce(markers, { atOnce, signal }, async (marker) => {
    const tenantId = rotationOf(services, marker.value.tenantId)
    if (tenantId === undefined) return
    await keptApart({ store, now }, { ...work, tenantId, event: 'incident.escalation.failed' }, async () => {
      const begunAt = now()
      if (await settle(services, marker, tenantId)) await recordSuccess({ store, now }, { ...work, tenantId, begunAt })
    })
  })
}

/** Whose people are called; undefined for incidents of the platform when no organization was named for those. */
const rotationOf = ({ config }: Services, owner: string): string | undefined =>
  tenantOfOwner(owner) ?? config.require('PLATFORM_ORGANIZATION_ID').PLATFORM_ORGANIZATION_ID

/** @returns whether On-Call has answered */
const settle = async (services: Services, marker: Row<Marker>, tenantId: string): Promise<boolean> => {
  const [store, now] = [services.store(), services.now]
  const { tenantId: owner, ref: incidentId, createdAt } = marker.value
  const row = await store.open(incidentTable).incident.get({ owner, incidentId })
  if (!row && now().getTime() - Date.parse(createdAt) < openedWithinMs) return false
  const step = row ? escalationStep(row.value, await resolveSettings(store, tenantId), now()) : 'done'
  const outcome = row && (await take(step, { services, tenantId, incident: row.value, reader: readerOf(owner) }))
  if (outcome !== 'goes on') await escalationPending.clear(store, marker)
  return asking.has(step)
}

const asking: ReadonlySet<EscalationStep> = new Set(['raise', 'follow', 'end'])

const take = async (step: EscalationStep, called: Called): Promise<'goes on' | 'over'> => {
  if (step === 'raise') return (await raiseCall(called)) ? 'goes on' : 'over'
  if (step === 'follow') await followCall(called)
  if (step === 'end') await endCall(called)
  return step === 'end' || step === 'done' ? 'over' : 'goes on'
}

const readerOf = (owner: string): Called['reader'] => (tenantOfOwner(owner) === undefined ? 'operator' : 'tenant')
