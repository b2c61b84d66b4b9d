// The operations of `<entity>/$management`: "AMQP 1.0 in Azure Service Bus: request-response-based operations" (Microsoft Learn).
import { RefusedError, conditions, longOf, types } from './amqp.ts'
import { refuseTooLarge } from './message-size.ts'
import { parseMessage } from './message.ts'
import type { Inlet } from './inlet.ts'
import type { Entity } from './namespace.ts'
import type { Handed, Outcome, Queue } from './queue.ts'
import type { Answer, Handler } from './request-link.ts'

type Body = Readonly<Record<string, unknown>>
type Operation = (entity: Entity, body: Body) => Answer

/** The type codes of the elements of arrays in answers. */
const longCode = 0x81
const timestampCode = 0x83

/** More is left for the next call. */
const peekBytesMax = 1_024 * 1_024

const ok = (body?: unknown): Answer => ({ status: 200, description: 'OK', body })

const queueOf = ({ name, queue }: Entity): Queue => {
  if (queue !== undefined) return queue
  throw new RefusedError(conditions.notAllowed, `Nothing can be received from the topic "${name}".`)
}

const inletOf = ({ name, inlet }: Entity): Inlet => {
  if (inlet !== undefined) return inlet
  throw new RefusedError(conditions.notAllowed, `Nothing can be sent to "${name}".`)
}

const listOf = (body: Body, name: string): readonly unknown[] => {
  const value = body[name]
  return Array.isArray(value) ? value : []
}

const tokensOf = (body: Body): readonly string[] =>
  listOf(body, 'lock-tokens').map((token) => (token as Buffer).toString('hex'))

const refuseLost = (): never => {
  throw new RefusedError(
    conditions.lockLost,
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  )
}

const renewLock: Operation = (entity, body) => {
  const queue = queueOf(entity)
  const expirations = tokensOf(body).map((token) => queue.renew(token) ?? refuseLost())
  return ok({ expirations: types.wrap_array(expirations, timestampCode) })
}

const peekMessage: Operation = ({ peek }, body) => {
  const found = peek(longOf(body['from-sequence-number']), Number(body['message-count']))
  let bytes = 0
  const messages = found.filter(({ message }, index) => {
    bytes += message.length
    return index === 0 || bytes <= peekBytesMax
  })
  return messages.length === 0
    ? { status: 204, description: 'No content' }
    : ok({ messages: messages.map(({ message }) => ({ message })) })
}

const scheduleMessage: Operation = (entity, body) => {
  const inlet = inletOf(entity)
  const given = listOf(body, 'messages').map((entry) => (entry as { message: Buffer }).message)
  const bytes = given.reduce((sum, { length }) => sum + length, 0)
  refuseTooLarge(bytes, `The scheduled messages (size:${bytes} bytes)`)
  const numbers = inlet.send(given.map((message) => parseMessage(message)))
  return ok({ 'sequence-numbers': types.wrap_array(numbers, longCode) })
}

const refuseMissing = (numbers: readonly number[], what: string): void => {
  if (numbers.length === 0) return
  throw new RefusedError(conditions.messageNotFound, `There is no ${what} message ${numbers.join(', ')}.`)
}

const cancelScheduled: Operation = (entity, body) => {
  const { schedule } = inletOf(entity)
  const numbers = listOf(body, 'sequence-numbers').map(longOf)
  refuseMissing(
    numbers.filter((number) => !schedule.cancel(number)),
    'scheduled',
  )
  return ok()
}

const receiveDeferred: Operation = (entity, body) => {
  const queue = queueOf(entity)
  const numbers = listOf(body, 'sequence-numbers').map(longOf)
  const taken = numbers.flatMap((number) => {
    const handed = queue.takeDeferred(number, 'lock')
    return handed === undefined ? [] : [{ number, ...handed }]
  })
  const settleAll = (outcome: Outcome): void => {
    for (const { token } of taken) if (token !== undefined) queue.settle(token, outcome)
  }
  const missing = numbers.filter((number) => !taken.some((each) => each.number === number))
  if (missing.length > 0) settleAll({ kind: 'release' })
  refuseMissing(missing, 'deferred')
  if (Number(body['receiver-settle-mode']) === 0) settleAll({ kind: 'complete' })
  return ok({ messages: taken.map(deferredEntry) })
}

const deferredEntry = ({ token, message }: Handed): Body => ({
  message,
  'lock-token': types.wrap_uuid(Buffer.from(token ?? '', 'hex')),
})

const outcomeOf = (body: Body): Outcome => {
  const properties = (body['properties-to-modify'] ?? {}) as Record<string, unknown>
  switch (body['disposition-status']) {
    case 'completed':
      return { kind: 'complete' }
    case 'abandoned':
      return { kind: 'abandon', properties }
    // The protocol's own spelling.
    case 'defered':
      return { kind: 'defer', properties }
    case 'suspended':
      return {
        kind: 'dead-letter',
        properties: {
          ...properties,
          DeadLetterReason: body['deadletter-reason'],
          DeadLetterErrorDescription: body['deadletter-description'],
        },
      }
    default:
      throw new RefusedError(conditions.notImplemented, `"${String(body['disposition-status'])}" is not a disposition.`)
  }
}

const updateDisposition: Operation = (entity, body) => {
  const queue = queueOf(entity)
  const outcome = outcomeOf(body)
  const lost = tokensOf(body).filter((token) => !queue.settle(token, outcome))
  return lost.length > 0 ? refuseLost() : ok()
}

const operations: Readonly<Record<string, Operation>> = {
  'com.microsoft:renew-lock': renewLock,
  'com.microsoft:peek-message': peekMessage,
  'com.microsoft:schedule-message': scheduleMessage,
  'com.microsoft:cancel-scheduled-message': cancelScheduled,
  'com.microsoft:receive-by-sequence-number': receiveDeferred,
  'com.microsoft:update-disposition': updateDisposition,
}

export const manage =
  (entity: Entity): Handler =>
  (operation, body) => {
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined
    if (run === undefined)
      throw new RefusedError(conditions.notImplemented, `The local Service Bus does not know "${operation}".`)
    return run(entity, body)
  }
