import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { timerInput } from '../../support/timer-input.ts'
import type { Queues } from '../../../shared/bus/queues.ts'
import { AppError } from '../../../shared/errors.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import type { ParkedMessage } from '../../../shared/incidents/incident-table.ts'
import { replayIncident } from '../../../shared/incidents/replay.ts'
import type { Services } from '../../../shared/services.ts'
import { deadLetterTimer } from '../../../functions/platform/dead-letter-timer.ts'
import { eventually } from '../../support/eventually.ts'
import { type Stage, openStage, userDeactivated } from './subscriber-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())
afterEach(() => {
  stage.storage.decide = () => 'pass'
})

const lockMs = 31_000

const sweep = (services: Services = stage.services): Promise<void> =>
  deadLetterTimer('stage-dead-letters-timer', [stage.definition]).handler(timerInput(services))

const withQueues = (change: (queues: Queues) => Partial<Queues>): Services => ({
  ...stage.services,
  queues: async () => {
    const queues = await stage.services.queues()
    return { ...queues, ...change(queues) }
  },
})

/** Delivers the message while nothing can be stored, until the broker gives it up. */
const giveUp = async (send: () => Promise<string>): Promise<string> => {
  stage.storage.decide = () => 'refuse'
  const messageId = await send()
  await eventually(stage.deadLetters, (letters) => letters.length > 0, 25_000)
  stage.storage.decide = () => 'pass'
  return messageId
}

const refuse = (): never => {
  throw new AppError('peer-rejected', 'PSA refused the agent.')
}

const replay = async (incident: { readonly owner: string; readonly incidentId: string }): Promise<void> => {
  const { services, now } = stage
  const tools = { store: services.store(), now, queues: await services.queues(), sealing: services.sealing }
  await replayIncident(tools, incident, 'tester')
  await stage.idle()
}

const parkedBy = (matches: (message: ParkedMessage) => boolean) => stage.parked(platform, matches)
const only = <T>(found: readonly T[]): T => {
  const [one, ...more] = found
  if (!one || more.length > 0) throw new Error(`${more.length + (one ? 1 : 0)} were found instead of one.`)
  return one
}

describe('a message that could be kept nowhere', () => {
  it('is given back until the broker gives it up, parked by the sweep, and finished by a replay', async () => {
    const tenantId = await stage.tenant(refuse)
    // Hub is asked while there is storage.
    await (await stage.services.tenants()).requireTenant(tenantId)
    const event = userDeactivated(tenantId)
    await giveUp(() => stage.publish(event))
    expect(stage.logged('message.not_kept', event.id)).toHaveLength(3)
    expect(stage.logged('message.not_kept', event.id)[0]).toMatchObject({
      error: { code: 'peer-rejected' },
      keeping: { code: 'storage-unavailable' },
    })

    await sweep()
    expect(await stage.deadLetters()).toEqual([])
    const { incident, message, body } = only(await parkedBy((each) => each.tenantId === tenantId))
    expect(message).toMatchObject({
      code: 'message-dead-lettered',
      detail: 'The broker gave up on the message after 3 deliveries: MaxDeliveryCountExceeded.',
      messageId: event.id,
      publisher: 'hub',
      state: 'parked',
    })
    expect(JSON.parse(body.toString())).toEqual(event)

    await sweep()
    expect(await parkedBy((each) => each.tenantId === tenantId)).toHaveLength(1)

    let handled = 0
    stage.works.set(tenantId, () => {
      handled += 1
      return 'completed'
    })
    await replay(incident)
    expect(handled).toBe(1)
    expect(await parkedBy((each) => each.tenantId === tenantId)).toEqual([])
    expect(await stage.deadLetters()).toEqual([])
  })

  it('is parked once when the sweep is cut off between parking it and taking it from the bus', async () => {
    const messageId = await giveUp(() => stage.send({ body: 'no JSON', properties: { publisher: 'hub' } }))
    const cutOff = withQueues(({ sweepDeadLetters }) => ({
      sweepDeadLetters: (queue, take, options) =>
        sweepDeadLetters(
          queue,
          async (letter) => {
            await take(letter)
            throw new Error('cut off')
          },
          options,
        ),
    }))
    await expect(sweep(cutOff)).rejects.toThrow('unexpected error')
    const before = only(await parkedBy((each) => each.messageId === messageId))
    expect(await stage.deadLetters()).toHaveLength(1)

    stage.clock.advance(lockMs)
    await sweep()
    const after = only(await parkedBy((each) => each.messageId === messageId))
    expect(await stage.deadLetters()).toEqual([])
    expect(after.incident).toEqual(before.incident)
  })

  it('leaves the incident from which it was replayed', async () => {
    const tenantId = await stage.tenant(refuse)
    const event = userDeactivated(tenantId)
    await stage.publish(event)
    await stage.idle()
    const first = only(await stage.parked(ownerOfTenant(tenantId), () => true))
    // The transactions alone, in which messages are parked: the replay can still be marked.
    stage.storage.decide = (_, url) => (url.includes('$batch') ? 'refuse' : 'pass')
    await replay(first.incident)
    stage.storage.decide = () => 'pass'
    await sweep()
    expect(await stage.parked(ownerOfTenant(tenantId), () => true)).toEqual([])
    expect(await stage.incidents(ownerOfTenant(tenantId))).toMatchObject([{ state: 'resolved', parked: 0 }])
    const second = only(await parkedBy((each) => each.tenantId === tenantId))
    expect(second.message).toMatchObject({ parkedId: first.message.parkedId, replays: 1 })
    stage.works.set(tenantId, () => 'completed')
    await replay(second.incident)
    expect(await parkedBy((each) => each.tenantId === tenantId)).toEqual([])
  })
})

describe('a message whose JSON is too deep to be read', () => {
  it('is parked whole at once, and never given up by the broker', async () => {
    const body = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    const messageId = await stage.send({ body, properties: { publisher: 'hub' } })
    await stage.idle()
    const parked = only(await parkedBy((each) => each.messageId === messageId))
    expect(parked.message).toMatchObject({ code: 'event-not-understood' })
    expect(parked.body.toString()).toBe(body)
    expect(await stage.deadLetters()).toEqual([])
  })
})

describe('the sweep of several queues', () => {
  const others = (services: Services): Promise<void> =>
    deadLetterTimer('stage-dead-letters-timer', [
      { ...stage.definition, queue: 'hub-audit-events' },
      stage.definition,
    ]).handler(timerInput(services))

  let messageId: string
  beforeEach(async () => {
    messageId = await giveUp(() => stage.send({ body: 'no JSON either', properties: { publisher: 'hub' } }))
  })

  it('goes on after a queue that cannot be swept, and fails in the end', async () => {
    const broken = withQueues(({ sweepDeadLetters }) => ({
      sweepDeadLetters: async (queue, ...rest) => {
        if (queue === 'hub-audit-events') throw new AppError('bus-unavailable', 'Service Bus could not receive.')
        return sweepDeadLetters(queue, ...rest)
      },
    }))
    await expect(others(broken)).rejects.toMatchObject({ code: 'bus-unavailable' })
    expect(await parkedBy((each) => each.messageId === messageId)).toHaveLength(1)
    expect(await stage.deadLetters()).toEqual([])
  })

  it('leaves everything where it is while nothing can be stored', async () => {
    stage.storage.decide = () => 'refuse'
    await expect(sweep()).rejects.toMatchObject({ code: 'storage-unavailable' })
    stage.storage.decide = () => 'pass'
    expect(await stage.deadLetters()).toHaveLength(1)
    stage.clock.advance(lockMs)
    await sweep()
    expect(await parkedBy((each) => each.messageId === messageId)).toHaveLength(1)
  })
})
