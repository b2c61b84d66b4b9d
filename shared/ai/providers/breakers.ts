// The circuit breakers of the deployments, shared by all instances: after some failures in a row nobody asks for a while, then one alone.
import { ConsecutiveBreaker } from 'cockatiel'
import { isAppError } from '../../errors.ts'
import type { Row } from '../../store/entity.ts'
import type { Store } from '../../store/store.ts'
import { log } from '../../telemetry/log.ts'
import { type OpenBreaker, modelBreakerTable } from './breaker-table.ts'

export type BreakerTimes = {
  /** Failures in a row, of one instance, that open it. */
  readonly failures: number
  readonly openMs: number
  /** How long a probe may take before the next one is let through: its process may have died. */
  readonly probeMs: number
  /** How old what is known of the others may be. */
  readonly knownMs: number
}

export const breakerTimesUsual: BreakerTimes = { failures: 5, openMs: 15_000, probeMs: 60_000, knownMs: 1_000 }

export type Admission =
  | { readonly admitted: true; readonly isProbe: boolean }
  | { readonly admitted: false; readonly retryAfterMs: number }

export type ModelBreakers = {
  readonly admit: (deployment: string) => Promise<Admission>
  readonly succeeded: (deployment: string, isProbe: boolean) => Promise<void>
  readonly failed: (deployment: string, isProbe: boolean) => Promise<void>
  /** It is not known how it would have ended: the next one may probe. */
  readonly released: (deployment: string, isProbe: boolean) => Promise<void>
}

type Known = { counting: ConsecutiveBreaker; row?: Row<OpenBreaker> | undefined; readAt: number }

type Options = { readonly store: Store; readonly now: () => Date; readonly times?: BreakerTimes }

/** Storage that fails opens nothing and closes nothing: models are asked all the same. Deployments are as many as the setting names. */
export const createModelBreakers = ({ store, now, times = breakerTimesUsual }: Options): ModelBreakers => {
  const { rows, ms, knownOf, keep, current, openUntil } = knownBreakers({ store, now, times })
  return {
    admit: async (deployment) => {
      try {
        const known = await current(deployment)
        if (!known.row) return { admitted: true, isProbe: false }
        const waitMs = Date.parse(known.row.value.until) - ms()
        if (waitMs > 0) return { admitted: false, retryAfterMs: waitMs }
        keep(known, await rows.update(known.row, openUntil(deployment, times.probeMs, known.row.value.openedAt)))
        return { admitted: true, isProbe: true }
      } catch (error) {
        // Another instance was faster: the probe is its.
        if (isAppError(error, 'conflict')) {
          knownOf(deployment).readAt = 0
          return { admitted: false, retryAfterMs: times.knownMs }
        }
        return unknown(error, { admitted: true, isProbe: false })
      }
    },
    succeeded: async (deployment, isProbe) => {
      const known = knownOf(deployment)
      known.counting.success()
      if (!isProbe) return
      await rows.delete({ deployment }).catch((error: unknown) => unknown(error, undefined))
      keep(known, undefined)
    },
    released: async (deployment, isProbe) => {
      if (!isProbe) return
      const released = await rows.upsert(openUntil(deployment, 0)).catch((error: unknown) => unknown(error, undefined))
      keep(knownOf(deployment), released)
    },
    failed: async (deployment, isProbe) => {
      const known = knownOf(deployment)
      if (!known.counting.failure() && !isProbe) return
      known.counting = new ConsecutiveBreaker(times.failures)
      const opened = await rows
        .upsert(openUntil(deployment, times.openMs))
        .catch((error: unknown) => unknown(error, undefined))
      keep(known, opened)
      log.warn('ai.breaker.opened', { deployment, isProbe, openMs: times.openMs })
    },
  }
}

/** What this instance counts, and what it last read of the others. */
const knownBreakers = ({ store, now, times }: Required<Options>) => {
  const rows = store.open(modelBreakerTable).open
  const deployments = new Map<string, Known>()
  const ms = (): number => now().getTime()
  const knownOf = (deployment: string): Known => {
    const known = deployments.get(deployment) ?? { counting: new ConsecutiveBreaker(times.failures), readAt: 0 }
    deployments.set(deployment, known)
    return known
  }
  const keep = (known: Known, row: Row<OpenBreaker> | undefined): void => {
    known.row = row
    known.readAt = ms()
  }
  return {
    rows,
    ms,
    knownOf,
    keep,
    current: async (deployment: string): Promise<Known> => {
      const known = knownOf(deployment)
      if (ms() - known.readAt >= times.knownMs) keep(known, await rows.get({ deployment }))
      return known
    },
    openUntil: (deployment: string, forMs: number, openedAt = now().toISOString()): OpenBreaker => ({
      deployment,
      openedAt,
      until: new Date(ms() + forMs).toISOString(),
    }),
  }
}

const unknown = <T>(error: unknown, otherwise: T): T => {
  log.warn('ai.breaker.not_stored', { error })
  return otherwise
}
