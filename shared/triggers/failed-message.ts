// What becomes of a message that fails: it is sent again for later, or parked with an incident.
import { sha256 } from '../auth/digest.ts'
import { attemptsUntilIncident } from '../bus/retry-delay.ts'
import { errorTable } from '../error-table.ts'
import { type AppError, isAppError } from '../errors.ts'
import type { Failure, MessageToPark } from '../incidents/incident-recording.ts'
import type { Services } from '../services.ts'
import { log } from '../telemetry/log.ts'
import type { SubscriberDefinition } from './subscriber.ts'
import { type SubscriberMessage, retryProperties } from './subscriber-message.ts'

/** What the ways of messages need to know of the function that handles them. */
export type MessageDefinition = Pick<
  SubscriberDefinition,
  'name' | 'queue' | 'integration' | 'operation' | 'severity' | 'minutesMax'
>

/** What a message says of itself. */
type MessageFacts = { readonly id: string; readonly type: string; readonly tenantid: string }

/** What is known of a message by the time that it fails. */
export type Progress = {
  event?: MessageFacts
  /** The message's tenant, once somebody has vouched for it. */
  tenantId?: string
}

type Failed = Readonly<Progress> & {
  readonly definition: MessageDefinition
  readonly services: Services
  readonly message: SubscriberMessage
  readonly error: AppError
}

export const keep = async (
  failed: Failed,
): Promise<{ readonly outcome: 'parked' } | { readonly outcome: 'retried'; readonly at: string }> => {
  const { message, error } = failed
  const at = errorTable[error.code].onMessage === 'retry' ? await retryTime(failed) : undefined
  if (at) {
    const isReported = message.isReported || (message.attempt >= attemptsUntilIncident && (await report(failed)))
    if (await sendAgain(failed, { ...message, isReported }, at)) return { outcome: 'retried', at: at.toISOString() }
  }
  try {
    await park(failed)
    return { outcome: 'parked' }
  } catch (notParked) {
    if (!isAppError(notParked, 'vault-unavailable')) throw notParked
    // What it says cannot be sealed for now. It is parked with its reason once it can be; until then the incident tells of it.
    const later = await laterTime(failed)
    const isReported = message.isReported || (await report(failed))
    if (!(await sendAgain(failed, { ...message, isReported }, later))) throw notParked
    return { outcome: 'retried', at: later.toISOString() }
  }
}

/** Undefined when it has been tried for as long as it may be. */
const retryTime = async (failed: Failed): Promise<Date | undefined> => {
  const { retryForMs } = await import('../bus/retry-delay.ts')
  const at = await laterTime(failed)
  return at.getTime() - failed.message.firstAttemptAt.getTime() > retryForMs ? undefined : at
}

const laterTime = async ({ services, message, error }: Failed): Promise<Date> => {
  const { retryDelayMs, firstDelayMs } = await import('../bus/retry-delay.ts')
  const delayMs = retryDelayMs(message.attempt, {
    firstMs: firstDelayMs(services.config),
    retryAfterSeconds: error.details.retryAfterSeconds,
  })
  return new Date(services.now().getTime() + delayMs)
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
  const { services, definition, message } = failed
  try {
    const { recordIncident } = await import('../incidents/incident-recording.ts')
    // The attempts until now are told of with this one.
    const failure = { ...failureOf(failed), times: message.attempt }
    await recordIncident({ store: services.store(), now: services.now }, failure)
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
  const tools = { store: services.store(), now: services.now, sealing: services.sealing }
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

/** A replayed message that is done with is taken off the incident that it was parked with. */
export const takeOffIncident = async (services: Services, { parkedAt }: SubscriberMessage): Promise<void> => {
  if (!parkedAt) return
  const { settleReplay } = await import('../incidents/incident-life.ts')
  await settleReplay({ store: services.store(), now: services.now }, parkedAt)
}
