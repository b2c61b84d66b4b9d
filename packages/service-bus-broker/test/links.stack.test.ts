import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import rhea from 'rhea'
import { describe, expect, it } from 'vitest'
import { bodiesIn, connect, openBus, receiveOne } from './bus.ts'

const work = { queues: [{ name: 'work' }] }

/** @throws Error when it does not hold within 10 s */
const until = async (what: string, holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 10_000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited 10 s in vain until ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('addresses', () => {
  it('refuses what the entities file does not define', async () => {
    const bus = await openBus(work)
    const message = { body: 1 }
    await expect(bus.client.createSender('nowhere').sendMessages(message)).rejects.toMatchObject({
      code: 'MessagingEntityNotFound',
      message: expect.stringContaining('"nowhere" could not be found') as string,
    })
    const receiver = bus.receiver('nowhere')
    await expect(receiver.receiveMessages(1)).rejects.toMatchObject({ code: 'MessagingEntityNotFound' })
    await expect(receiver.peekMessages(1)).rejects.toMatchObject({ code: 'MessagingEntityNotFound' })
    await expect(bus.client.createReceiver('work', 'none').peekMessages(1)).rejects.toMatchObject({
      code: 'MessagingEntityNotFound',
    })
  })

  it('are the same in any case', async () => {
    const bus = await openBus({ topics: [{ name: 'Topic', subscriptions: [{ name: 'Sub' }] }] })
    await bus.client.createSender('tOPIC').sendMessages({ body: 1 })
    expect(await bodiesIn(bus.client.createReceiver('topic', 'SUB'))).toEqual([1])
  })

  it('refuses to receive from a topic or from what forwards, and to send to a dead-letter queue', async () => {
    const bus = await openBus({
      queues: [{ name: 'end' }, { name: 'way', properties: { forwardTo: 'end' } }],
      topics: [{ name: 'topic' }],
    })
    await expect(bus.receiver('way').receiveMessages(1)).rejects.toThrow('"way" forwards to "end"')
    await expect(bus.receiver('topic').receiveMessages(1)).rejects.toThrow('receive from a subscription')
    await expect(bus.client.createSender('end/$DeadLetterQueue').sendMessages({ body: 1 })).rejects.toThrow(
      'Messages cannot be sent',
    )
  })
})

describe('peeking', () => {
  it('shows what waits, is locked, deferred and scheduled, by number, without touching it', async () => {
    const bus = await openBus(work)
    const sender = bus.client.createSender('work')
    const receiver = bus.receiver('work')
    await sender.sendMessages([{ body: 'deferred' }, { body: 'locked' }, { body: 'waiting' }])
    await sender.scheduleMessages({ body: 'scheduled' }, new Date(bus.clock.now() + 60_000))
    await receiver.deferMessage(await receiveOne(receiver))
    await receiveOne(receiver)
    const peeked = await receiver.peekMessages(10)
    expect(peeked.map(({ body, state, deliveryCount }) => [body as unknown, state, deliveryCount])).toEqual([
      ['deferred', 'deferred', 1],
      ['locked', 'active', 0],
      ['waiting', 'active', 0],
      ['scheduled', 'scheduled', 0],
    ])
    expect(await receiver.peekMessages(10)).toEqual([])
    expect(await receiveOne(receiver)).toMatchObject({ body: 'waiting', deliveryCount: 0 })
  })

  it('goes on from where it stopped', async () => {
    const bus = await openBus(work)
    await bus.client.createSender('work').sendMessages([1, 2, 3].map((body) => ({ body })))
    const receiver = bus.receiver('work')
    expect((await receiver.peekMessages(2)).map(({ body }) => body as number)).toEqual([1, 2])
    expect((await receiver.peekMessages(2)).map(({ body }) => body as number)).toEqual([3])
  })
})

describe('receiving', () => {
  it('answers an empty queue time and again', async () => {
    const bus = await openBus(work)
    const receiver = bus.receiver('work')
    for (let round = 0; round < 5; round += 1)
      expect(await receiver.receiveMessages(10, { maxWaitTimeInMs: 10 })).toEqual([])
    await bus.client.createSender('work').sendMessages({ body: 'still there' })
    expect(await receiveOne(receiver)).toMatchObject({ body: 'still there' })
  })

  it('says that nothing more comes to who asks, after what there is and on the same link', async () => {
    const bus = await openBus(work)
    await bus.client.createSender('work').sendMessages([{ body: 1 }, { body: 2 }])
    const connection = rhea.create_container().connect({ host: '127.0.0.1', port: bus.port, reconnect: false })
    const receiver = connection.open_receiver({ source: 'work', credit_window: 0, autoaccept: false })
    let got = 0
    receiver.on('message', () => {
      got += 1
    })
    for (const credit of [10, 1, 5]) {
      receiver.add_credit(credit)
      receiver.drain_credit()
      await once(receiver, 'receiver_drained')
      receiver.drain = false
      expect(got).toBe(2)
    }
    connection.close()
    await once(connection, 'connection_close')
  })

  it('shares the messages among those who receive, each one once', async () => {
    const bus = await openBus(work)
    const got: number[][] = [[], [], []]
    const errors: unknown[] = []
    for (const mine of got)
      bus.receiver('work').subscribe(
        {
          processMessage: async ({ body }) => void mine.push(body as number),
          processError: async ({ error }) => void errors.push(error),
        },
        { maxConcurrentCalls: 2 },
      )
    const sender = bus.client.createSender('work')
    const numbers = Array.from({ length: 60 }, (_, index) => index)
    for (const body of numbers) await sender.sendMessages({ body })
    await until('all came', () => got.flat().length >= numbers.length)
    expect(got.flat().sort((a, b) => a - b)).toEqual(numbers)
    expect(got.every((mine) => mine.length > 0)).toBe(true)
    expect(errors).toEqual([])
  })

  it('goes on after thousands of messages on one link', async () => {
    const bus = await openBus(work)
    const sender = bus.client.createSender('work')
    // More than a session of AMQP has under way, 2,048.
    const count = 2_500
    for (let sent = 0; sent < count; sent += 500)
      await sender.sendMessages(Array.from({ length: 500 }, (_, index) => ({ body: sent + index })))
    const bodies: number[] = []
    bus.receiver('work').subscribe(
      {
        processMessage: async ({ body }) => void bodies.push(body as number),
        processError: async () => {},
      },
      { maxConcurrentCalls: 20 },
    )
    await until('all came', () => bodies.length >= count)
    expect(bodies).toEqual(Array.from({ length: count }, (_, index) => index))
  })

  it('renews the lock of a slow handler by itself', async () => {
    const bus = await openBus({ queues: [{ name: 'work', properties: { lockDuration: 'PT5S' } }] })
    await bus.client.createSender('work').sendMessages({ body: 'slow' })
    const receiver = bus.client.createReceiver('work', { maxAutoLockRenewalDurationInMs: 60_000 })
    const message = await receiveOne(receiver)
    const before = message.lockedUntilUtc?.getTime() ?? 0
    await until('the SDK renewed it', () => {
      // The lock lasts 5 s of the broker's time; the SDK renews by the machine's.
      bus.clock.advance(1)
      return (message.lockedUntilUtc?.getTime() ?? 0) > before
    })
    await receiver.completeMessage(message)
  })
})

describe('a broker that was away', () => {
  it('has a running subscription go on, and a sender too', async () => {
    const bus = await openBus(work, { onDisk: true })
    const bodies: unknown[] = []
    const errors: unknown[] = []
    bus.receiver('work').subscribe({
      processMessage: async ({ body }) => void bodies.push(body),
      processError: async ({ error }) => void errors.push(error),
    })
    const sender = bus.client.createSender('work')
    await sender.sendMessages({ body: 'before' })
    await until('the first came', () => bodies.length === 1)
    await bus.stopBroker()
    await until('the subscription noticed', () => errors.length > 0)
    await bus.startBroker()
    // The SDK gives up a send at once when the moment of its connecting is one at which nobody listens yet.
    let isTaken = false
    for (let attempt = 0; attempt < 50 && !isTaken; attempt += 1)
      isTaken = await sender.sendMessages({ body: 'after' }).then(
        () => true,
        () => sleep(100, false),
      )
    await until('the second came', () => bodies.includes('after'))
    // The first comes again when its completion had not arrived before the broker went: delivery is at least once.
    expect(new Set(bodies)).toEqual(new Set(['before', 'after']))
  })
})

describe('a client that does not speak AMQP', () => {
  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['noise after the greeting', Buffer.concat([Buffer.from('AMQP\0\u0001\0\0'), Buffer.alloc(64, 0xee)])],
    ['a frame that ends too early', Buffer.concat([Buffer.from('AMQP\0\u0001\0\0'), Buffer.from([0, 0, 0, 4, 2, 0])])],
  ])('is let go without harm to others: %s', async (_, bytes) => {
    const bus = await openBus(work)
    const sender = bus.client.createSender('work')
    await sender.sendMessages({ body: 1 })
    const socket = connectSocket(bus.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.on('error', () => {})
    const closed = once(socket, 'close')
    socket.resume()
    socket.end(bytes)
    await closed
    await sender.sendMessages({ body: 2 })
    expect(await bodiesIn(bus.receiver('work'))).toEqual([1, 2])
  })
})

describe('the connection string', () => {
  it('works for any number of clients', async () => {
    const bus = await openBus(work)
    const others = [1, 2, 3].map(() => connect(bus.connectionString))
    await Promise.all(others.map((client, index) => client.createSender('work').sendMessages({ body: index })))
    expect(new Set(await bodiesIn(bus.receiver('work')))).toEqual(new Set([0, 1, 2]))
    await Promise.all(others.map((client) => client.close()))
  })
})
