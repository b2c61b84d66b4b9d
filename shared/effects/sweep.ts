// Finishes what a crash or a failing peer left behind. A failure is an incident, since no caller and no message is there to tell of it.
import type { Failure } from '../incidents/incident-recording.ts'
import { keptApart } from '../incidents/kept-apart.ts'
import type { Services } from '../services.ts'
import type { Row } from '../store/store.ts'
import { log } from '../telemetry/log.ts'
import type { Marker, Pending } from '../store/pending.ts'

/** How incidents name an effect. */
export type EffectNames = Required<Pick<Failure, 'integration' | 'operation' | 'severity'>>

type Swept = EffectNames & {
  /** As logs name it: `code.opportunity`. */
  readonly name: string
  readonly pending: Pending
}

/** Those taken up later may still be in the hands of whoever did. */
const idleMs = 10 * 60_000

/**
 * One that fails is left for the next sweep, and keeps none of the others back.
 * @param finish takes what is marked to its end; false when there was nothing left to do
 * @param signal aborted when the run has to stop: what is left waits for the next one
 */
export const sweep = async (
  { name, pending, ...names }: Swept,
  finish: (marker: Row<Marker>) => Promise<boolean>,
  services: Services,
  signal: AbortSignal,
): Promise<void> => {
  const [store, now] = [services.store(), services.now]
  const counts = { finished: 0, failed: 0, empty: 0 }
  const before = new Date(now().getTime() - idleMs)
  for await (const marker of pending.each(store, { before, signal })) {
    const { tenantId, ref } = marker.value
    const apart = { ...names, tenantId, event: `${name}.not_finished`, facts: { ref } }
    const outcome = await keptApart({ store, now }, apart, async () => {
      const isFinished = await finish(marker)
      if (!isFinished) await pending.clear(store, marker)
      return isFinished
    })
    if (outcome === undefined) counts.failed += 1
    else counts[outcome.done ? 'finished' : 'empty'] += 1
  }
  log.info(`${name}.swept`, counts)
}
