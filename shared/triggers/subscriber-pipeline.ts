// The way of every message: read it as an event, check publisher and tenant, handle it; what fails is sent again for later, or parked.
import type { InvocationContext } from '@azure/functions'
import { sha256 } from '../auth/digest.ts'
import type { Event } from '../bus/event.ts'
import { attemptsUntilIncident } from '../bus/retry-delay.ts'
import { AppError, errorTable, isAppError, toAppError } from '../errors.ts'
import type { Failure, MessageToPark } from '../incidents/incident-recording.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'
import { continueTrace } from '../telemetry/trace.ts'
import { handlerInput } from './handler-tools.ts'
import { inInvocation } from './invocation.ts'
import type { HandledOutcome, SubscriberDefinition } from './subscriber.ts'
import { type SubscriberMessage, deliveredMessage, readMessage, retryProperties } from './subscriber-message.ts'

/**
 * The handler that `@azure/functions` calls for this definition. It throws only when a failure could be kept nowhere: then the broker
 * delivers the message again, and in the end dead-letters it.
 */
export const serveSubscriber =
  (definition: SubscriberDefinition, services: Services) =>
  (delivered: unknown, context: InvocationContext): Promise<void> =>
    serveMessage(definition, services, { delivered, context }, async (message, progress, work) => {
      const event = await eventOf(message)
      progress.event = event
      if (!definition.events.includes(event.type)) return 'ignored'
      services.config.require(...(definition.needs ?? []))
      await (await services.tenants()).requireTenant(event.tenantid)
      progress.tenantId = event.tenantid
      const { tenantid: tenantId } = event
      return work((signal) => definition.handler(handlerInput(services, { event: event as never, tenantId, signal })))
    })

/** What the ways of messages need to know of the function that handles them. */
export type MessageDefinition = Pick<
  SubscriberDefinition,
  'name' | 'queue' | 'integration' | 'operation' | 'severity' | 'minutesMax'
>

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

/** What a message says of itself. */
type MessageFacts = { readonly id: string; readonly type: string; readonly tenantid: string }

/** What is known of a message by the time that it fails. */
type Progress = {
  event?: MessageFacts
  /** The message's tenant, once somebody has vouched for it. */
  tenantId?: string
}

const traceparentOf = (json: unknown): string | null => {
  const value: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'traceparent') : undefined
  return typeof value === 'string' ? value : null
}

const eventOf = async ({ json, publisher, firstAttemptAt }: SubscriberMessage): Promise<Event> => {
  const { readEvent } = await import('../bus/event.ts')
  return readEvent(json, { sentBy: publisher, receivedAt: firstAttemptAt })
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
    const error = new AppError('internal', `${name} did not finish within ${minutesMax} minutes; it is tried again.`)
    timeIsUp.abort(error)
    givenUp.reject(error)
  }, minutesMax * 60_000)
  try {
    return await Promise.race([run(timeIsUp.signal), givenUp.promise])
  } finally {
    clearTimeout(timer)
  }
}

const takeOffIncident = async (services: Services, { parkedAt }: SubscriberMessage): Promise<void> => {
  if (!parkedAt) return
  const { settleReplay } = await import('../incidents/incident-life.ts')
  await settleReplay({ store: services.store(), now: services.now }, parkedAt)
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

type Failed = Readonly<Progress> & {
  readonly definition: MessageDefinition
  readonly services: Services
  readonly message: SubscriberMessage
  readonly error: AppError
}

const keep = async (
  failed: Failed,
): Promise<{ readonly outcome: 'parked' } | { readonly outcome: 'retried'; readonly at: string }> => {
  const { message, error } = failed
  const at = errorTable[error.code].onMessage === 'retry' ? await retryTime(failed) : undefined
  if (at) {
    const isReported = message.isReported || (message.attempt >= attemptsUntilIncident && (await report(failed)))
    if (await sendAgain(failed, { ...message, isReported }, at)) return { outcome: 'retried', at: at.toISOString() }
  }
  await park(failed)
  return { outcome: 'parked' }
}

/** Undefined when it has been tried for as long as it may be. */
const retryTime = async ({ services, message, error }: Failed): Promise<Date | undefined> => {
  const { retryDelayMs, retryForMs, firstDelayMs } = await import('../bus/retry-delay.ts')
  const delayMs = retryDelayMs(message.attempt, {
    firstMs: firstDelayMs(services.config),
    retryAfterSeconds: error.details.retryAfterSeconds,
  })
  const at = services.now().getTime() + delayMs
  return at - message.firstAttemptAt.getTime() > retryForMs ? undefined : new Date(at)
}

/** False when the message cannot be sent again at all. */
const sendAgain = async (
  { definition, services, event }: Failed,
  message: SubscriberMessage,
  at: Date,
): Promise<boolean> => {
  const queues = await services.queues()
  const { body, bodyEncoding, contentType } = message
  try {
    const sent = {
      messageId: retryIdOf(message, event),
      body: bodyEncoding === 'base64' ? Buffer.from(body, 'base64') : body,
      contentType,
      properties: retryProperties(message, event?.type),
    }
    await queues.send(definition.queue, sent, at)
    return true
  } catch (error) {
    if (isAppError(error, 'value-too-large')) return false
    throw error
  }
}

/**
 * The same failure of the same delivery gives the same id: a repetition after a crash is dropped by the queue. What was parked with two
 * incidents and is replayed from both is two messages, each of which has to settle its own.
 */
const retryIdOf = ({ messageId, parkedAt, attempt }: SubscriberMessage, event: MessageFacts | undefined): string => {
  const replay = parkedAt && `${parkedAt.replays}-${sha256(`${parkedAt.owner} ${parkedAt.incidentId}`).slice(0, 8)}`
  return `${event?.id ?? sha256(messageId)}:${replay ?? 0}:${attempt + 1}`
}

/** Without a tenant that Hub knows it is the platform's: nobody would see the incident of a tenant that does not exist. */
const failureOf = ({ definition, tenantId, error }: Failed): Failure => ({
  integration: definition.integration,
  operation: definition.operation,
  severity: definition.severity ?? 'normal',
  error,
  tenantId,
})

/** False when it could not be recorded: the next attempt tries again, and the message must not suffer for it. */
const report = async (failed: Failed): Promise<boolean> => {
  const { services, definition } = failed
  try {
    const { recordIncident } = await import('../incidents/incident-recording.ts')
    await recordIncident({ store: services.store(), now: services.now }, failureOf(failed))
    return true
  } catch (error) {
    log.error('message.not_reported', { function: definition.name, error })
    return false
  }
}

/** Keeps the message with an incident. Doing it again changes nothing. */
export const park = async (failed: Failed): Promise<void> => {
  const { services, message } = failed
  const { parkMessage } = await import('../incidents/incident-recording.ts')
  const tools = { store: services.store(), now: services.now }
  const place = await parkMessage(tools, failureOf(failed), messageToPark(failed))
  const before = message.parkedAt
  // It fails for another reason than before: where it was parked then, it is done with.
  if (before && (before.owner !== place.owner || before.incidentId !== place.incidentId))
    await takeOffIncident(services, message)
}

/** Names of our schemas alone: where the message broke one. */
const fieldOf = ({ cause, details }: AppError): { readonly field?: string } => {
  const issues: unknown = cause instanceof Error ? Reflect.get(cause, 'issues') : undefined
  const path: unknown = Array.isArray(issues) ? Reflect.get(Object(issues[0]), 'path') : undefined
  const field = Array.isArray(path) ? path.map(String).join('.') : details.errors?.[0]?.path
  return field !== undefined && /^[\w.-]{1,200}$/.test(field) ? { field } : {}
}

const messageToPark = ({ definition: { name, queue }, message, event, error }: Failed): MessageToPark => ({
  parkedId: message.parkedAt?.parkedId ?? sha256(JSON.stringify([name, event?.id ?? message.messageId])),
  subscriber: name,
  queue,
  messageId: message.messageId,
  ...(message.contentType !== undefined && { contentType: message.contentType }),
  ...(message.publisher !== undefined && { publisher: message.publisher }),
  ...(event && { tenantId: event.tenantid, eventType: event.type, eventId: event.id }),
  ...fieldOf(error),
  body: message.body,
  bodyEncoding: message.bodyEncoding,
  attempts: message.attempt,
  replays: message.parkedAt?.replays ?? 0,
})
