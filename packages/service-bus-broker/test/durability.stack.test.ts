import { describe, expect, it } from 'vitest'
import { bodiesIn, openBus, receiveOne } from './bus.ts'

const minute = 60_000
const work = {
  queues: [{ name: 'work', properties: { maxDeliveryCount: 3, requiresDuplicateDetection: true } }],
  topics: [{ name: 'topic', subscriptions: [{ name: 'sub' }] }],
}

describe('a broker that starts again', () => {
  it('still has what waited, with its place, number, time and count', async () => {
    const bus = await openBus(work, { onDisk: true })
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages([{ body: 'a', timeToLive: 3 * minute }, { body: 'b' }])
    const first = await receiveOne(receiver)
    await receiver.abandonMessage(first, { kept: 1 })
    await bus.restart({ whileAway: () => bus.clock.advance(minute) })
    const again = await receiveOne(bus.receiver('work'))
    expect(again).toMatchObject({
      body: 'a',
      deliveryCount: 1,
      messageId: first.messageId,
      sequenceNumber: first.sequenceNumber,
      enqueuedTimeUtc: first.enqueuedTimeUtc,
      expiresAtUtc: first.expiresAtUtc,
      applicationProperties: { kept: 1 },
    })
    await bus.client.createSender('work').sendMessages({ body: 'c' })
    expect(await bodiesIn(bus.receiver('work'))).toEqual(['a', 'b', 'c'])
  })

  it('does not bring back what was completed or cancelled', async () => {
    const bus = await openBus(work, { onDisk: true })
    const receiver = bus.receiver('work')
    const sender = bus.client.createSender('work')
    await sender.sendMessages({ body: 'done' })
    await receiver.completeMessage(await receiveOne(receiver))
    const numbers = await sender.scheduleMessages({ body: 'cancelled' }, new Date(bus.clock.now() + minute))
    await sender.cancelScheduledMessages(numbers)
    await bus.restart()
    bus.clock.advance(2 * minute)
    expect(await bodiesIn(bus.receiver('work'))).toEqual([])
  })

  it('counts an attempt that it did not see the end of, and forgets the lock', async () => {
    const bus = await openBus(work, { onDisk: true })
    await bus.client.createSender('work').sendMessages({ body: 'half done' })
    for (const deliveryCount of [0, 1, 2]) {
      expect(await receiveOne(bus.receiver('work'))).toMatchObject({ deliveryCount })
      await bus.restart()
    }
    expect(await receiveOne(bus.deadLetters('work'))).toMatchObject({
      body: 'half done',
      deadLetterReason: 'MaxDeliveryCountExceeded',
    })
  })

  it('still has what was scheduled, in queues and topics', async () => {
    const bus = await openBus(work, { onDisk: true })
    const due = new Date(bus.clock.now() + minute)
    await bus.client.createSender('work').scheduleMessages({ body: 'in queue', timeToLive: 1_000 }, due)
    await bus.client.createSender('topic').scheduleMessages({ body: 'in topic' }, due)
    await bus.restart()
    bus.clock.advance(minute)
    const [scheduled] = await bus.receiver('work').peekMessages(1)
    expect(scheduled).toMatchObject({ body: 'in queue', timeToLive: 1_000 })
    expect(await bodiesIn(bus.client.createReceiver('topic', 'sub'))).toEqual(['in topic'])
  })

  it('still has what was deferred and what was dead-lettered', async () => {
    const bus = await openBus(work, { onDisk: true })
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages([{ body: 'deferred' }, { body: 'dead' }])
    const deferred = await receiveOne(receiver)
    await receiver.deferMessage(deferred)
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: 'why',
      deadLetterErrorDescription: '-',
    })
    await bus.restart()
    const other = bus.receiver('work')
    expect(await other.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([])
    const [found] = await other.receiveDeferredMessages([deferred.sequenceNumber ?? []].flat())
    expect(found).toMatchObject({ body: 'deferred', state: 'deferred' })
    expect(await receiveOne(bus.deadLetters('work'))).toMatchObject({ body: 'dead', deadLetterReason: 'why' })
  })

  it('still knows the ids that it has seen', async () => {
    const bus = await openBus(work, { onDisk: true })
    const sender = bus.client.createSender('work')
    await sender.sendMessages({ body: 1, messageId: 'same' })
    await bus.restart()
    await bus.client.createSender('work').sendMessages({ body: 2, messageId: 'same' })
    expect(await bodiesIn(bus.receiver('work'))).toEqual([1])
  })

  it('expires and schedules what became due while it was away', async () => {
    const bus = await openBus(work, { onDisk: true })
    const sender = bus.client.createSender('work')
    await sender.sendMessages({ body: 'old', timeToLive: 1_000 })
    await sender.scheduleMessages({ body: 'due' }, new Date(bus.clock.now() + minute))
    await bus.restart({ whileAway: () => bus.clock.advance(2 * minute) })
    expect(await receiveOne(bus.receiver('work'))).toMatchObject({ body: 'due' })
    expect(await bodiesIn(bus.receiver('work'))).toEqual(['due'])
  })

  it('forwards what waits when the entities file says so since then', async () => {
    const bus = await openBus(work, { onDisk: true })
    await bus.client.createSender('work').sendMessages([{ body: 1 }, { body: 2 }])
    await bus.restart({ entities: { queues: [{ name: 'work', properties: { forwardTo: 'next' } }, { name: 'next' }] } })
    expect(await bodiesIn(bus.receiver('next'))).toEqual([1, 2])
  })

  it('keeps the messages of an entity that is gone from the file, and says so', async () => {
    const bus = await openBus(work, { onDisk: true })
    await bus.client.createSender('work').sendMessages({ body: 1 })
    await bus.restart({ entities: { queues: [{ name: 'other' }] } })
    expect(bus.lines.join('\n')).toMatch(/work: kept, but its entity is gone messages=1/)
    await bus.restart({ entities: work })
    expect(await bodiesIn(bus.receiver('work'))).toEqual([1])
  })

  it('refuses a folder that another one uses', async () => {
    const bus = await openBus(work, { onDisk: true })
    await expect(bus.startBroker()).rejects.toThrow(/Another broker uses it/)
  })
})
