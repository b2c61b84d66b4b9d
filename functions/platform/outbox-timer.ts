// The timer that publishes what commits left in the outbox: after a crash, or while the bus was away.
import { AppError, toAppError } from '../../shared/errors.ts'
import { type TimerDefinition, timer } from '../../shared/triggers/timer.ts'
import { log } from '../../shared/telemetry/log.ts'
import type { sweepOutbox } from '../../shared/bus/outbox.ts'

type Owners = Parameters<typeof sweepOutbox>[1]

/** About ten runs: what passes by itself has passed by then. */
const quietMinutes = 10

/**
 * A run that leaves events which have waited for ten minutes fails, so that there is an incident; the one that publishes them closes it.
 * @param load the tables with an outbox; loaded by the first run, as is the sweep
 */
export const outboxTimer = (name: string, load: () => Promise<Owners>): TimerDefinition =>
  timer({
    name,
    schedule: '30 * * * * *',
    summary: 'Publishes events that could not be published at the time',
    integration: 'code→bus',
    operation: `publish delayed events (${name})`,
    severity: 'high',
    needs: ['DATA_STORAGE', 'BUS_API_URL', 'BUS_INTEGRATION_KEY'],
    minutesMax: 4,
    handler: async ({ store, now, services, signal }) => {
      const { sweepOutbox: sweep } = await import('../../shared/bus/outbox.ts')
      const { oldest, ...counts } = await sweep({ store, bus: services.bus, now }, await load(), { signal })
      if (counts.published > 0 || counts.left > 0) log.info('bus.outbox.swept', counts)
      if (oldest && now().getTime() - Date.parse(oldest.since) > quietMinutes * 60_000) throw stillWaiting(oldest)
    },
  })

const stillWaiting = ({ since, failure }: { readonly since: string; readonly failure: unknown }): AppError => {
  const { code, message, details } = toAppError(failure)
  return new AppError(code, `Events have not been published since ${since}. ${message}`, { cause: failure, details })
}
