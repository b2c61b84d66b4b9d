// The nightly run over detections that were begun and not settled: each is taken to its end, or its marker is taken away.
import { isAppError, toAppError } from '../../../shared/errors.ts'
import type { Services } from '../../../shared/services.ts'
import type { Row } from '../../../shared/store/store.ts'
import { log } from '../../../shared/telemetry/log.ts'
import { fileDetection } from './filing.ts'
import { incidentOf } from './incident.ts'
import { type UnsettledMarker, securityTicketTable, unsettledBuckets, unsettledTable } from './security-ticket-table.ts'

/** Younger ones may still be in the hands of the message that began them. */
const ageMsMin = 10 * 60_000

/** @param signal aborted when the run has to stop: what is left waits for the next night */
export const reconcileUnsettled = async (services: Services, signal: AbortSignal): Promise<void> => {
  const counts = { finished: 0, failed: 0, empty: 0 }
  for (const bucket of unsettledBuckets.names)
    for await (const marker of services.store().open(unsettledTable).marker.each({ bucket }, { signal })) {
      if (services.now().getTime() - Date.parse(marker.value.begunAt) < ageMsMin) continue
      counts[await reconcile(services, marker, signal)] += 1
    }
  log.info('ai.security_ticket.reconciled', counts)
}

type Counts = { finished: number; failed: number; empty: number }

type Marker = Row<UnsettledMarker>

/** One that fails is left for the next night; it keeps none of the others from being finished. */
const reconcile = async (services: Services, marker: Marker, signal: AbortSignal): Promise<keyof Counts> => {
  const { tenantId, detectionId } = marker.value
  try {
    const store = services.store()
    const row = await store.open(securityTicketTable).detection.get({ tenantId, detectionId })
    if (row?.value.detection) {
      const work = { store, psa: await services.psa(), now: services.now, tenantId, signal }
      await fileDetection(work, row.value.detection)
      return 'finished'
    }
    await takeAway(services, marker)
    return 'empty'
  } catch (error) {
    log.error('ai.security_ticket.reconciliation_failed', { tenantId, error })
    await report(services, tenantId, error)
    return 'failed'
  }
}

/** Unless somebody has taken the detection up again since the marker was read. */
const takeAway = async (services: Services, marker: Marker): Promise<void> => {
  try {
    await services.store().open(unsettledTable).marker.delete(marker)
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
  }
}

/** There is no message that could be parked: the incident alone tells of it. */
const report = async (services: Services, tenantId: string, thrown: unknown): Promise<void> => {
  const { recordIncident } = await import('../../../shared/incidents/incident-recording.ts')
  const failure = { ...incidentOf, error: toAppError(thrown), tenantId }
  await recordIncident({ store: services.store(), now: services.now }, failure).catch((error: unknown) => {
    log.error('ai.security_ticket.incident_failed', { tenantId, error })
  })
}
