// The nightly run over detections that were begun and not settled: each is taken to its end.
import { sweep } from '../../../shared/effects/sweep.ts'
import type { Services } from '../../../shared/services.ts'
import { fileDetection } from './filing.ts'
import { incidentOf } from './incident.ts'
import { securityTicketTable, unsettledPending } from './security-ticket-table.ts'

/** @param signal aborted when the run has to stop: what is left waits for the next night */
export const sweepUnsettled = (services: Services, signal: AbortSignal): Promise<void> =>
  sweep(
    { name: 'ai.security_ticket', pending: unsettledPending, ...incidentOf },
    async ({ value: { tenantId, ref: detectionId } }) => {
      const store = services.store()
      const row = await store.open(securityTicketTable).detection.get({ tenantId, detectionId })
      if (!row?.value.detection) return false
      const work = { store, psa: await services.psa(), now: services.now, tenantId, signal }
      await fileDetection(work, row.value.detection)
      return true
    },
    services,
    signal,
  )
