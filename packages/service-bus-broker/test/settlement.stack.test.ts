import { describe, expect, it } from 'vitest'
import { bodiesIn, openBus, receiveOne } from './bus.ts'

const queue = (properties: object = {}) => ({ queues: [{ name: 'work', properties }] })
const minute = 60_000

describe('settling a message', () => {
  it('removes what is completed', async () => {
    const bus = await openBus(queue())
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages({ body: 'one' })
    await receiver.completeMessage(await receiveOne(receiver))
    bus.clock.advance(10 * minute)
    expect(await bodiesIn(receiver)).toEqual([])
  })

  it('hands out what is abandoned again, at its place, counted and with the changed properties', async () => {
    const bus = await openBus(queue())
    const receiver = bus.receiver('work')
    await bus.client
      .createSender('work')
      .sendMessages([{ body: 'first', applicationProperties: { kept: 7, changed: 'before' } }, { body: 'second' }])
    const first = await receiveOne(receiver)
    expect(first).toMatchObject({ body: 'first', deliveryCount: 0 })
    await receiver.abandonMessage(first, { changed: 'after', added: true })
    const again = await receiveOne(receiver)
    expect(again).toMatchObject({
      body: 'first',
      deliveryCount: 1,
      sequenceNumber: first.sequenceNumber,
      applicationProperties: { kept: 7, changed: 'after', added: true },
    })
  })

  it('dead-letters after the last delivery that is allowed, with the reason of Azure', async () => {
    const bus = await openBus(queue({ maxDeliveryCount: 2 }))
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages({ body: 'poison', messageId: 'm-1' })
    await receiver.abandonMessage(await receiveOne(receiver))
    await receiver.abandonMessage(await receiveOne(receiver))
    const dead = await receiveOne(bus.deadLetters('work'))
    expect(dead).toMatchObject({
      body: 'poison',
      deliveryCount: 2,
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterErrorDescription: 'Message could not be consumed after 2 delivery attempts.',
    })
    expect(await bodiesIn(receiver)).toEqual([])
    expect(bus.lines.join('\n')).toMatch(/work: dead-lettered messageId="m-1".* reason="MaxDeliveryCountExceeded"/)
  })

  it('dead-letters on request, with reason, description and properties of one’s own', async () => {
    const bus = await openBus(queue())
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages({ body: 'wrong', applicationProperties: { kept: 'x' } })
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: 'invalid',
      deadLetterErrorDescription: 'No tenant.',
      field: 'tenantId',
    })
    const deadLetters = bus.deadLetters('work')
    const dead = await receiveOne(deadLetters)
    expect(dead).toMatchObject({
      body: 'wrong',
      deadLetterReason: 'invalid',
      deadLetterErrorDescription: 'No tenant.',
      applicationProperties: { kept: 'x', field: 'tenantId' },
    })
    await deadLetters.completeMessage(dead)
    expect(await bodiesIn(deadLetters)).toEqual([])
  })

  it('keeps dead letters however often they are handed out', async () => {
    const bus = await openBus(queue({ maxDeliveryCount: 1 }))
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages({ body: 'dead' })
    await receiver.abandonMessage(await receiveOne(receiver))
    const deadLetters = bus.deadLetters('work')
    for (let attempt = 0; attempt < 3; attempt += 1) await deadLetters.abandonMessage(await receiveOne(deadLetters))
    expect(await bodiesIn(deadLetters)).toEqual(['dead'])
  })

  it('gives a deferred message only to who asks for its number', async () => {
    const bus = await openBus(queue())
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages([{ body: 'later' }, { body: 'now' }])
    const deferred = await receiveOne(receiver)
    await receiver.deferMessage(deferred, { why: 'dependency' })
    expect(await receiveOne(receiver)).toMatchObject({ body: 'now' })
    const number = deferred.sequenceNumber
    if (number === undefined) throw new Error('The deferred message has no number.')
    const [found] = await receiver.receiveDeferredMessages(number)
    if (found === undefined) throw new Error('The deferred message did not come.')
    expect(found).toMatchObject({ body: 'later', state: 'deferred', applicationProperties: { why: 'dependency' } })
    await expect(receiver.receiveDeferredMessages(number)).rejects.toMatchObject({ code: 'MessageNotFound' })
    const missing = number.add(1_000)
    await expect(receiver.receiveDeferredMessages([number, missing])).rejects.toMatchObject({ code: 'MessageNotFound' })
    await receiver.abandonMessage(found)
    await expect(receiver.receiveDeferredMessages([number, missing])).rejects.toMatchObject({ code: 'MessageNotFound' })
    expect(await receiver.peekMessages(1, { fromSequenceNumber: number })).toMatchObject([{ deliveryCount: 2 }])
    const [again] = await receiver.receiveDeferredMessages(number)
    if (again === undefined) throw new Error('The abandoned deferred message did not come.')
    await receiver.completeMessage(again)
    await expect(receiver.receiveDeferredMessages(number)).rejects.toMatchObject({ code: 'MessageNotFound' })
  })

  it('dead-letters a deferred message', async () => {
    const bus = await openBus(queue())
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages({ body: 'later' })
    const deferred = await receiveOne(receiver)
    await receiver.deferMessage(deferred)
    const [found] = await receiver.receiveDeferredMessages([deferred.sequenceNumber ?? []].flat())
    if (found === undefined) throw new Error('The deferred message did not come.')
    await receiver.deadLetterMessage(found, { deadLetterReason: 'late', deadLetterErrorDescription: '-' })
    expect(await receiveOne(bus.deadLetters('work'))).toMatchObject({ body: 'later', deadLetterReason: 'late' })
  })

  it('deletes at once in the mode receiveAndDelete', async () => {
    const bus = await openBus(queue())
    await bus.client.createSender('work').sendMessages({ body: 'one' })
    const receiver = bus.client.createReceiver('work', { receiveMode: 'receiveAndDelete' })
    expect(await receiveOne(receiver)).toMatchObject({ body: 'one' })
    expect(await bodiesIn(receiver)).toEqual([])
  })
})

describe('the lock of a message', () => {
  it('expires: the message comes again, counted, and settling late fails', async () => {
    const bus = await openBus(queue({ lockDuration: 'PT30S' }))
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages({ body: 'slow' })
    const late = await receiveOne(receiver)
    expect(late.lockedUntilUtc?.getTime()).toBe(bus.clock.now() + 30_000)
    bus.clock.advance(30_000)
    await expect(receiver.completeMessage(late)).rejects.toMatchObject({ code: 'MessageLockLost' })
    const again = await receiveOne(receiver)
    expect(again).toMatchObject({ body: 'slow', deliveryCount: 1 })
    expect(bus.lines.join('\n')).toMatch(/work: lock expired/)
    await receiver.completeMessage(again)
  })

  it('is not held by another one that expired before', async () => {
    const bus = await openBus(queue({ lockDuration: 'PT30S' }))
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages([{ body: 'a' }, { body: 'b' }])
    await receiveOne(receiver)
    bus.clock.advance(20_000)
    const second = await receiveOne(receiver)
    bus.clock.advance(10_000)
    await receiver.completeMessage(second)
    expect(await bodiesIn(receiver)).toEqual(['a'])
  })

  it('is judged for each message, also when neighbours are settled at the same moment', async () => {
    const bus = await openBus(queue({ lockDuration: 'PT30S' }))
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages([{ body: 'held' }, { body: 'lost' }])
    const [held, lost] = await receiver.receiveMessages(2, { maxWaitTimeInMs: 10_000 })
    if (held === undefined || lost === undefined) throw new Error('Two messages were expected.')
    bus.clock.advance(20_000)
    await receiver.renewMessageLock(held)
    bus.clock.advance(10_000)
    const outcomes = await Promise.allSettled([receiver.completeMessage(held), receiver.completeMessage(lost)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(await bodiesIn(receiver)).toEqual(['lost'])
  })

  it('lasts longer when it is renewed, and cannot be renewed when it is lost', async () => {
    const bus = await openBus(queue({ lockDuration: 'PT30S' }))
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages({ body: 'slow' })
    const message = await receiveOne(receiver)
    bus.clock.advance(20_000)
    expect((await receiver.renewMessageLock(message)).getTime()).toBe(bus.clock.now() + 30_000)
    bus.clock.advance(20_000)
    await receiver.renewMessageLock(message)
    bus.clock.advance(30_000)
    await expect(receiver.renewMessageLock(message)).rejects.toMatchObject({ code: 'MessageLockLost' })
  })

  it('dead-letters when it expired too often', async () => {
    const bus = await openBus(queue({ lockDuration: 'PT30S', maxDeliveryCount: 2 }))
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages({ body: 'hangs' })
    await receiveOne(receiver)
    bus.clock.advance(30_000)
    await receiveOne(receiver)
    bus.clock.advance(30_000)
    expect(await bodiesIn(bus.deadLetters('work'))).toEqual(['hangs'])
  })

  it('outlives the receiver: the message comes again only when it has expired', async () => {
    const bus = await openBus(queue())
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages({ body: 'one' })
    await receiveOne(receiver)
    await receiver.close()
    const other = bus.receiver('work')
    expect(await other.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([])
    bus.clock.advance(minute)
    expect(await receiveOne(other)).toMatchObject({ body: 'one', deliveryCount: 1 })
  })

  it('can be used after the link on which the message came is gone', async () => {
    const bus = await openBus(queue())
    const receiver = bus.receiver('work')
    await bus.client.createSender('work').sendMessages({ body: 'one' })
    const message = await receiveOne(receiver)
    await receiver.close()
    const other = bus.receiver('work')
    await other.completeMessage(message)
    bus.clock.advance(minute)
    expect(await bodiesIn(other)).toEqual([])
  })
})
