// Looks after the markers of starts: what was asked for and never started is started, what needs nothing any more is forgotten.
import type { Store } from '../store/store.ts'
import { log } from '../telemetry/log.ts'
import type { FlowClient } from './flow-client.ts'
import { flowRequestTable, flowStartBuckets, flowStartTable } from './flow-request.ts'

type Parts = {
  readonly store: Store
  readonly now: () => Date
  /** Asked for only when there is something to start. */
  readonly flows: () => Promise<Pick<FlowClient, 'resume'>>
}

export type SweepCounts = { resumed: number; left: number }

/** Longer than a start may take: after that its request either stands or never will. */
const settledAfterMs = 60_000

/**
 * A start that fails stays for the next run, and keeps none of the others back.
 * @param mine names of the orchestrations that this app can start; the markers of others are left alone
 */
export const sweepFlowStarts = async (
  parts: Parts,
  mine: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<SweepCounts> => {
  const counts = { resumed: 0, left: 0 }
  const markers = parts.store.open(flowStartTable).marker
  for (const bucket of flowStartBuckets.names)
    for await (const { value: marker } of markers.each({ bucket }, { signal })) {
      // Oldest first: those after it are younger still.
      if (parts.now().getTime() - Date.parse(marker.since) < settledAfterMs) break
      if (mine.has(marker.flow)) await sweepMarker(parts, marker, counts)
    }
  return counts
}

type Marker = {
  readonly bucket: string
  readonly since: string
  readonly tenantId: string
  readonly flow: string
  readonly requestId: string
}

const sweepMarker = async ({ store, flows }: Parts, marker: Marker, counts: SweepCounts): Promise<void> => {
  const { tenantId, flow, requestId } = marker
  try {
    const request = (await store.open(flowRequestTable).request.get({ tenantId, flow, requestId }))?.value
    if (request?.state === 'requested') {
      await (await flows()).resume(request)
      counts.resumed += 1
      log.info('flow.start.resumed', { flow, tenantId, requestId })
    }
    await store.open(flowStartTable).marker.delete(marker)
  } catch (error) {
    counts.left += 1
    log.error('flow.start.not_resumed', { flow, tenantId, requestId, error })
  }
}
