// The shape of a timer function, and what stands around each run: a lease, so that two instances never work at once, and a deadline.
import type { InvocationContext, Timer } from '@azure/functions'
import * as z from 'zod'
import type { SettingName } from '../config/settings.ts'
import { AppError, errorTable, isAppError, toAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { rowKind, table } from '../store/table.ts'
import { randomToken } from '../auth/digest.ts'
import { log } from '../telemetry/log.ts'
import { newTrace } from '../telemetry/trace.ts'
import { inInvocation } from './invocation.ts'

export type TimerDefinition = {
  readonly kind: 'timer'
  /** Ends with `-timer`. */
  readonly name: string
  /** Six-field NCRONTAB in UTC, or `%SETTING%`. */
  readonly schedule: string
  readonly summary: string
  readonly needs?: readonly SettingName[]
  /** When the run is told to stop and its lease is free for the next one. */
  readonly minutesMax: number
  /**
   * The work. It finds out by itself what there is to do: the tick may be late, doubled, or the first after days.
   * @param input.signal aborted when the time is up
   */
  readonly handler: (input: { readonly services: Services; readonly signal: AbortSignal }) => Promise<void>
}

/** Declares a timer function. Nothing happens until `register` hands it to an app. */
export const timer = (definition: Omit<TimerDefinition, 'kind'>): TimerDefinition => ({ kind: 'timer', ...definition })

/** Which run of a timer may work now. The host's own lease can be lost while a run goes on. */
export const timerLeaseTable = table('timerLeases', {
  lease: rowKind({
    schema: z.strictObject({ timer: z.string(), holder: z.string(), until: z.iso.datetime() }),
    partition: ['timer'],
    key: [],
    keepFor: { days: 30 },
  }),
})

/** The handler that `@azure/functions` calls for this definition. A failure is logged and thrown, so that the host records it too. */
export const serveTimer =
  (definition: TimerDefinition, services: Services) =>
  async (tick: Timer, context: InvocationContext): Promise<void> =>
    inInvocation(context, newTrace(), async () => {
      const started = performance.now()
      const fields = () => ({
        function: definition.name,
        pastDue: tick.isPastDue,
        ms: Math.round(performance.now() - started),
      })
      try {
        if (definition.needs) services.config.require(...definition.needs)
        const ran = await underLease(definition, services)
        log.info(ran ? 'timer.run.completed' : 'timer.run.skipped', fields())
      } catch (thrown) {
        const error = toAppError(thrown)
        log.error('timer.run.failed', { ...fields(), error, advice: errorTable[error.code].advice })
        throw error
      }
    })

/** False when another run holds the lease. */
const underLease = async ({ name, minutesMax, handler }: TimerDefinition, services: Services): Promise<boolean> => {
  const rows = services.store().open(timerLeaseTable)
  const holder = randomToken()
  const now = services.now()
  const until = new Date(now.getTime() + minutesMax * 60_000).toISOString()
  const held = await rows.lease.get({ timer: name })
  if (held && Date.parse(held.value.until) > now.getTime()) return false
  try {
    const lease = { timer: name, holder, until }
    await (held ? rows.lease.update(held, lease) : rows.lease.insert(lease))
  } catch (error) {
    if (isAppError(error, 'conflict')) return false
    throw error
  }
  const signal = AbortSignal.timeout(minutesMax * 60_000)
  try {
    await handler({ services, signal })
  } finally {
    await release(services, name, holder)
  }
  if (signal.aborted)
    throw new AppError('internal', `${name} did not finish within ${minutesMax} minutes; the next run goes on.`)
  return true
}

/** Only the holder may end a lease: after the time was up it may be somebody else's. */
const release = async (services: Services, name: string, holder: string): Promise<void> => {
  const rows = services.store().open(timerLeaseTable)
  const held = await rows.lease.get({ timer: name })
  if (held?.value.holder !== holder) return
  try {
    await rows.lease.delete(held)
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error
  }
}
