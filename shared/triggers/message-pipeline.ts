// The way of every message, be it an event or a command: handle it within its time; what fails is kept.
import type { InvocationContext } from '@azure/functions'
import { errorTable } from '../error-table.ts'
import { AppError, toAppError } from '../errors.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'
import { continueTrace } from '../telemetry/trace.ts'
import { type MessageDefinition, type Progress, keep, takeOffIncident } from './failed-message.ts'
import { inInvocation } from './invocation.ts'
import type { HandledOutcome } from './subscriber.ts'
import { type SubscriberMessage, deliveredMessage, readMessage } from './subscriber-message.ts'

type Delivery = { readonly delivered: unknown; readonly context: InvocationContext }

/** Runs the handler, and gives it up when its time is up. */
type Work = (run: (signal: AbortSignal) => Promise<HandledOutcome>) => Promise<HandledOutcome>

/** @param handle reads the message, writes down what it finds in it, and does the work */
export const serveMessage = async (
  definition: MessageDefinition,
  services: Services,
  { delivered, context }: Delivery,
  handle: (message: SubscriberMessage, progress: Progress, work: Work) => Promise<HandledOutcome>,
): Promise<void> => {
  const message = readMessage(deliveredMessage(delivered, context), services.now())
  return inInvocation(context, continueTrace({ traceparent: traceparentOf(message.json) }), async () => {
    const started = performance.now()
    const begunAt = services.now()
    const progress: Progress = {}
    const fields = () => ({
      function: definition.name,
      messageId: message.messageId,
      attempt: message.attempt,
      ms: Math.round(performance.now() - started),
      type: progress.event?.type,
      tenantId: progress.event?.tenantid,
    })
    try {
      const outcome = await handle(message, progress, (run) => withinTime(definition, run))
      await takeOffIncident(services, message)
      log.info('message.handled', { ...fields(), outcome })
      if (outcome === 'completed') await reportSuccess(definition, services, begunAt, progress.tenantId)
    } catch (thrown) {
      const error = toAppError(thrown)
      const { advice } = errorTable[error.code]
      try {
        const kept = await keep({ definition, services, message, error, ...progress })
        if (kept.outcome === 'parked') log.error('message.parked', { ...fields(), ...kept, error, advice })
        else log.warn('message.retried', { ...fields(), ...kept, error })
      } catch (keeping) {
        log.error('message.not_kept', { ...fields(), error, advice, keeping })
        throw keeping
      }
    }
  })
}

const traceparentOf = (json: unknown): string | null => {
  const value: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'traceparent') : undefined
  return typeof value === 'string' ? value : null
}

export const messageMinutesMaxUsual = 4

/** The handler, given up when its time is up: one that hangs would hold its place until the host ends the whole process. */
const withinTime = async (
  { name, minutesMax = messageMinutesMaxUsual }: MessageDefinition,
  run: (signal: AbortSignal) => Promise<HandledOutcome>,
): Promise<HandledOutcome> => {
  const timeIsUp = new AbortController()
  const givenUp = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new AppError('internal', `${name} did not finish within ${minutesMax} minutes. It is retried.`)
    timeIsUp.abort(error)
    givenUp.reject(error)
  }, minutesMax * 60_000)
  try {
    return await Promise.race([run(timeIsUp.signal), givenUp.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** What was ignored, or done before, tells nothing of the peer. */
const reportSuccess = async (
  { integration, operation }: MessageDefinition,
  services: Services,
  begunAt: Date,
  tenantId: string | undefined,
): Promise<void> => {
  const { recordSuccess } = await import('../incidents/success.ts')
  await recordSuccess({ store: services.store(), now: services.now }, { integration, operation, tenantId, begunAt })
}
