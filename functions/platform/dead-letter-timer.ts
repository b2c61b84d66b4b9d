// The timer that brings in what the broker itself gave up: every dead letter of a subscriber's queue is parked with an incident (R3).
import type { DeadLetter, DeadLetterFate } from '../../shared/bus/queues.ts'
import { AppError, isAppError, toAppError } from '../../shared/errors.ts'
import { sealedRows } from '../../shared/secrets/wrapping-key-name.ts'
import type { Services } from '../../shared/services.ts'
import { log } from '../../shared/telemetry/log.ts'
import type { CommandDefinition } from '../../shared/triggers/command.ts'
import { readMessage } from '../../shared/triggers/subscriber-message.ts'
import { park } from '../../shared/triggers/failed-message.ts'
import type { SubscriberDefinition } from '../../shared/triggers/subscriber.ts'
import { type TimerDefinition, timer } from '../../shared/triggers/timer.ts'

type Receiver = CommandDefinition | SubscriberDefinition

export const deadLetterTimer = (name: string, subscribers: readonly Receiver[]): TimerDefinition =>
  timer({
    name,
    schedule: '0 */5 * * * *',
    summary: `Parks messages that the broker gave up delivering to ${subscribers.map(({ queue }) => queue).join(', ')}`,
    integration: 'suite→queues',
    operation: `park dead letters (${name})`,
    needs: ['DATA_STORAGE', 'SERVICE_BUS', 'KEY_VAULT'],
    // Whoever handles a message of these queues may have to park it.
    uses: sealedRows,
    minutesMax: 4,
    handler: async ({ services, signal }) => {
      const failures: AppError[] = []
      for (const definition of subscribers) {
        try {
          await sweepQueue(services, definition, signal)
        } catch (error) {
          // A queue that cannot be swept keeps none of the others back.
          log.error('message.dead_letters_not_swept', { queue: definition.queue, error })
          failures.push(toAppError(error))
        }
      }
      const [first] = failures
      if (first) throw first
    },
  })

const sweepQueue = async (services: Services, definition: Receiver, signal: AbortSignal): Promise<void> => {
  const { queue } = definition
  const failures: AppError[] = []
  const take = async (letter: DeadLetter): Promise<DeadLetterFate> => {
    try {
      await parkLetter(services, definition, letter)
      return 'taken'
    } catch (error) {
      // What is down for this one is down for all.
      if (isAppError(error, 'storage-unavailable', 'vault-unavailable', 'not-configured')) throw error
      log.error('message.dead_letter_not_parked', { queue, messageId: letter.messageId, error })
      failures.push(toAppError(error))
      return 'left'
    }
  }
  const queues = await services.queues()
  const taken = await queues.sweepDeadLetters(queue, take, { signal, isForwardedTo: definition.kind === 'subscriber' })
  if (taken > 0) log.warn('message.dead_letters_parked', { queue, taken })
  const [first] = failures
  if (first) throw first
}

const parkLetter = async (services: Services, definition: Receiver, letter: DeadLetter): Promise<void> => {
  const message = readMessage({ ...letter, contentType: letter.contentType }, services.now())
  const event = await eventIn(definition, message)
  const error = new AppError(
    'message-dead-lettered',
    `The broker gave up on the message after ${letter.deliveryCount} deliveries: ${reasonOf(letter)}.`,
  )
  await park({ definition, services, message, error, ...(event && { event }) })
}

/** Undefined for what is not understood here. */
const eventIn = async (definition: Receiver, { json, publisher, firstAttemptAt }: ReturnType<typeof readMessage>) => {
  try {
    if (definition.kind === 'command') {
      const { readCommand } = await import('../../shared/triggers/command-message.ts')
      return await readCommand(definition.command, json)
    }
    const { readEvent } = await import('../../shared/bus/event.ts')
    return readEvent(json, { sentBy: publisher, receivedAt: firstAttemptAt })
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** The broker's reasons are names; anything else is text that somebody wrote. */
const reasonOf = ({ reason }: DeadLetter): string => (/^[A-Za-z]{1,60}$/.test(reason) ? reason : 'another reason')
