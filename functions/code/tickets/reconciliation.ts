// The nightly run over tickets that were begun and never finished: each is taken to its end, or its marker is taken away.
import { log } from '../../../shared/telemetry/log.ts'
import type { Services } from '../../../shared/services.ts'
import { isFiled, settle } from './settlement.ts'
import { filingBuckets, filingTable, ticketTable } from './ticket-table.ts'

/** Younger ones may still be in the hands of the request that began them. */
const ageMsMin = 10 * 60_000

/** @param signal aborted when the run has to stop: what is left waits for the next night */
export const reconcileUnfinished = async (services: Services, signal: AbortSignal): Promise<void> => {
  const counts = { finished: 0, failed: 0, empty: 0 }
  for (const bucket of filingBuckets.names)
    for await (const { value: marker } of services.store().open(filingTable).filing.each({ bucket }, { signal })) {
      if (services.now().getTime() - Date.parse(marker.createdAt) < ageMsMin) continue
      counts[await reconcile(services, marker)] += 1
    }
  log.info('code.ticket.reconciled', counts)
}

type Counts = { finished: number; failed: number; empty: number }

type Marker = { readonly bucket: string; readonly tenantId: string; readonly createdAt: string; readonly ref: string }

/** One that fails is left for the next night; it keeps none of the others from being finished. */
const reconcile = async (services: Services, marker: Marker): Promise<keyof Counts> => {
  const store = services.store()
  try {
    const row = await store.open(ticketTable).ticket.get(marker)
    if (row && !isFiled(row.value) && row.value.state !== 'rejected') {
      await settle({ store, psa: await services.psa(), now: services.now }, row.value)
      return 'finished'
    }
    await store.open(filingTable).filing.delete(marker)
    return 'empty'
  } catch (error) {
    log.error('code.ticket.reconciliation_failed', { ref: marker.ref, tenantId: marker.tenantId, error })
    return 'failed'
  }
}
