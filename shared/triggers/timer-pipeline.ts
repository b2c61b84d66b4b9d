// The way of every run of a timer: a lease, so that two instances never work at once, and a deadline; what fails is an incident.
import type { InvocationContext, Timer } from '@azure/functions'
import { errorTable } from '../error-table.ts'
import { AppError, toAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'
import { newTrace } from '../telemetry/trace.ts'
import { handlerInput } from './handler-tools.ts'
import { inInvocation } from './invocation.ts'
import type { TimerDefinition } from './timer.ts'

/**
 * The handler that `@azure/functions` calls for this definition. A failure is logged, an incident, and thrown, so that the host records it
 * too.
 */
export const serveTimer =
  (definition: TimerDefinition, services: Services) =>
  async (tick: Timer, context: InvocationContext): Promise<void> =>
    inInvocation(context, newTrace(), async () => {
      const started = performance.now()
      const begunAt = services.now()
      const fields = () => ({
        function: definition.name,
        pastDue: tick.isPastDue,
        ms: Math.round(performance.now() - started),
      })
      try {
        if (definition.needs) services.config.require(...definition.needs)
        const ran = await run(definition, services, context)
        log.info(ran ? 'timer.run.completed' : 'timer.run.skipped', fields())
        if (ran) await reportSuccess(definition, services, begunAt)
      } catch (thrown) {
        const error = toAppError(thrown)
        log.error('timer.run.failed', { ...fields(), error, advice: errorTable[error.code].advice })
        await reportFailure(definition, services, error)
        throw error
      }
    })

/** Not reported, the failure of a run is still in the log and thrown. */
const reportFailure = async (
  { name, integration, operation, severity = 'normal' }: TimerDefinition,
  services: Services,
  error: AppError,
): Promise<void> => {
  try {
    const { recordIncident } = await import('../incidents/incident-recording.ts')
    await recordIncident({ store: services.store(), now: services.now }, { integration, operation, severity, error })
  } catch (unrecorded) {
    log.error('timer.run.not_reported', { function: name, error: unrecorded })
  }
}

const reportSuccess = async (
  { integration, operation }: TimerDefinition,
  services: Services,
  begunAt: Date,
): Promise<void> => {
  const { recordSuccess } = await import('../incidents/success.ts')
  await recordSuccess({ store: services.store(), now: services.now }, { integration, operation, begunAt })
}

/** False when another run is at work. */
const run = async (
  { name, minutesMax, handler }: TimerDefinition,
  services: Services,
  context: InvocationContext,
): Promise<boolean> => {
  const { underLease } = await import('./timer-lease.ts')
  const timeIsUp = AbortSignal.timeout(minutesMax * 60_000)
  const ran = await underLease({ store: services.store(), timer: name, now: services.now }, (lost) =>
    handler(
      handlerInput(services, {
        signal: AbortSignal.any([timeIsUp, lost]),
        flows: async () => (await import('../flows/flow-client.ts')).createFlowClient(services, context),
      }),
    ),
  )
  if (timeIsUp.aborted)
    throw new AppError('internal', `${name} did not finish within ${minutesMax} minutes. The next run continues.`)
  return ran
}
