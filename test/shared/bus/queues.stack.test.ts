import { describe, expect, it, onTestFinished } from 'vitest'
import type { EntitiesFile } from '@theone/service-bus-broker/entities'
import { type DeadLetterFate, createQueues } from '../../../shared/bus/queues.ts'
import { type Bus, bodiesIn, connect, openBus, receiveOne } from '../../../packages/service-bus-broker/test/bus.ts'

const queue = {
  name: 'work',
  properties: {
    lockDuration: 'PT30S',
    maxDeliveryCount: 1,
    requiresDuplicateDetection: true,
    duplicateDetectionHistoryTimeWindow: 'PT10M',
  },
}
const withSubscription = (properties: object): EntitiesFile => ({
  queues: [queue],
  topics: [{ name: 'one-bus', properties: {}, subscriptions: [{ name: 'work', properties, rules: [] }] }],
})
const forwarding = withSubscription({ forwardTo: 'work' })

const queuesOf = (bus: Bus) => {
  const queues = createQueues(async () => connect(bus.connectionString))
  onTestFinished(() => queues.close())
  return queues
}
const going = { signal: new AbortController().signal }

const giveUpAll = async (bus: Bus, count: number): Promise<void> => {
  const receiver = bus.receiver('work')
  for (let done = 0; done < count; done += 1) await receiver.abandonMessage(await receiveOne(receiver))
  await receiver.close()
}

describe('sending to a queue', () => {
  it('gives text as it is, with its properties, and drops an id that was there', async () => {
    const bus = await openBus(forwarding)
    const queues = queuesOf(bus)
    const message = {
      messageId: 'm-1',
      body: '{"a":1}',
      contentType: 'application/json',
      properties: { attempt: 2, type: 't' },
    }
    await queues.send('work', message)
    await queues.send('work', message)
    const received = await receiveOne(bus.receiver('work'))
    expect(received).toMatchObject({
      messageId: 'm-1',
      body: { a: 1 },
      contentType: 'application/json',
      applicationProperties: { attempt: 2, type: 't' },
    })
    expect(await bodiesIn(bus.receiver('work'))).toHaveLength(1)
  })

  it('gives bytes as they are, at the time that is asked for', async () => {
    const bus = await openBus(forwarding)
    const body = Uint8Array.from([0, 255, 254])
    const at = new Date(bus.clock.now() + 60_000)
    await queuesOf(bus).send('work', { messageId: 'm-1', body, properties: {} }, at)
    const receiver = bus.receiver('work')
    const [waiting] = await receiver.peekMessages(1)
    expect(waiting?.scheduledEnqueueTimeUtc).toEqual(at)
    bus.clock.advance(60_000)
    expect((await receiveOne(receiver)).body).toEqual(Buffer.from(body))
  })

  it('says when a message is too large, and goes on with the next', async () => {
    const bus = await openBus(forwarding)
    const queues = queuesOf(bus)
    const large = { messageId: 'm-1', body: 'x'.repeat(256 * 1_024), properties: {} }
    await expect(queues.send('work', large)).rejects.toMatchObject({ code: 'value-too-large' })
    await expect(queues.send('work', large, new Date(bus.clock.now() + 60_000))).rejects.toMatchObject({
      code: 'value-too-large',
    })
    await queues.send('work', { ...large, body: 'small' })
    expect(await bodiesIn(bus.receiver('work'))).toHaveLength(1)
  })

  it('says when there is no such queue', async () => {
    const bus = await openBus(forwarding)
    const sending = queuesOf(bus).send('elsewhere', { messageId: 'm-1', body: 'x', properties: {} })
    await expect(sending).rejects.toMatchObject({ code: 'bus-unavailable' })
  })

  it('connects anew after a connection that could not be made', async () => {
    const bus = await openBus(forwarding)
    let tries = 0
    const queues = createQueues(async () => {
      tries += 1
      if (tries === 1) throw new Error('no token yet')
      return connect(bus.connectionString)
    })
    onTestFinished(() => queues.close())
    const message = { messageId: 'm-1', body: 'x', properties: {} }
    await expect(queues.send('work', message)).rejects.toMatchObject({ code: 'bus-unavailable' })
    await queues.send('work', message)
    expect(await bodiesIn(bus.receiver('work'))).toHaveLength(1)
  })
})

describe('sweeping dead letters', () => {
  it('hands over each of them with what the broker wrote on it, and removes what is taken', async () => {
    const bus = await openBus(forwarding)
    const queues = queuesOf(bus)
    const ids = Array.from({ length: 45 }, (_, index) => `m-${index}`)
    for (const messageId of ids)
      await queues.send('work', { messageId, body: '{"a":1}', contentType: 'text/x', properties: { publisher: 'hub' } })
    await giveUpAll(bus, ids.length)
    const letters: unknown[] = []
    const taken = await queues.sweepDeadLetters(
      'work',
      async (letter) => {
        letters.push({ ...letter, body: Buffer.from(letter.body).toString() })
        return 'taken'
      },
      going,
    )
    expect(taken).toBe(45)
    expect(letters).toHaveLength(45)
    expect(letters[0]).toEqual({
      messageId: 'm-0',
      body: '{"a":1}',
      contentType: 'text/x',
      properties: expect.objectContaining({ publisher: 'hub' }) as object,
      reason: 'MaxDeliveryCountExceeded',
      deliveryCount: 1,
    })
    expect(await bodiesIn(bus.deadLetters('work'))).toEqual([])
  })

  it('goes on after one that is left, which comes again in a later sweep', async () => {
    const bus = await openBus(forwarding)
    const queues = queuesOf(bus)
    for (const messageId of ['bad', 'good']) await queues.send('work', { messageId, body: 'x', properties: {} })
    await giveUpAll(bus, 2)
    const seen: string[] = []
    const take = async ({ messageId }: { readonly messageId: string }): Promise<DeadLetterFate> => {
      seen.push(messageId)
      return messageId === 'bad' ? 'left' : 'taken'
    }
    expect(await queues.sweepDeadLetters('work', take, going)).toBe(1)
    expect(seen).toEqual(['bad', 'good'])
    bus.clock.advance(31_000)
    expect(await queues.sweepDeadLetters('work', take, going)).toBe(0)
    expect(seen).toEqual(['bad', 'good', 'bad'])
  })

  it('takes nothing more once it is told to stop', async () => {
    const bus = await openBus(forwarding)
    const queues = queuesOf(bus)
    for (const messageId of ['m-1', 'm-2', 'm-3']) await queues.send('work', { messageId, body: 'x', properties: {} })
    await giveUpAll(bus, 3)
    const stop = new AbortController()
    const take = async (): Promise<DeadLetterFate> => {
      stop.abort()
      return 'taken'
    }
    expect(await queues.sweepDeadLetters('work', take, { signal: stop.signal })).toBe(1)
    expect(await bodiesIn(bus.deadLetters('work'))).toHaveLength(2)
  })

  it('brings in what the subscription could not forward', async () => {
    const bus = await openBus(withSubscription({ maxDeliveryCount: 1 }), { onDisk: true })
    await bus.client.createSender('one-bus').sendMessages({ messageId: 'm-1', body: 'x' })
    const receiver = bus.client.createReceiver('one-bus', 'work')
    await receiver.abandonMessage(await receiveOne(receiver))
    await bus.restart({ entities: forwarding })
    const seen: string[] = []
    const taken = await queuesOf(bus).sweepDeadLetters(
      'work',
      async ({ messageId }) => {
        seen.push(messageId)
        return 'taken'
      },
      going,
    )
    expect([taken, seen]).toEqual([1, ['m-1']])
  })
})
