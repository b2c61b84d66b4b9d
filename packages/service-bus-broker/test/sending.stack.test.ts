import { describe, expect, it } from 'vitest'
import type { EntitiesFile } from '../src/entities.ts'
import exampleEntities from './entities.json' with { type: 'json' }
import { bodiesIn, openBus, receiveOne } from './bus.ts'

const queue = (properties: object = {}): EntitiesFile => ({ queues: [{ name: 'work', properties }] })
const minute = 60_000

describe('sending to a queue', () => {
  it('delivers in the order of sending, with rising numbers and the time of arrival', async () => {
    const bus = await openBus(queue())
    const sender = bus.client.createSender('work')
    for (const body of [1, 2, 3]) await sender.sendMessages({ body })
    const received = await bus.receiver('work').receiveMessages(3, { maxWaitTimeInMs: 10_000 })
    expect(received.map(({ body }) => body as number)).toEqual([1, 2, 3])
    const numbers = received.map(({ sequenceNumber }) => sequenceNumber?.toNumber() ?? 0)
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    expect(new Set(numbers).size).toBe(3)
    expect(received[0]?.enqueuedTimeUtc?.getTime()).toBe(bus.clock.now())
  })

  it('keeps everything that a message carries', async () => {
    const bus = await openBus(queue())
    const sent = {
      body: Buffer.from([0, 1, 255]),
      messageId: 'id-1',
      correlationId: 'trace',
      subject: 'code.finding',
      to: 'psa',
      replyTo: 'answers',
      contentType: 'application/octet-stream',
      partitionKey: 'tenant',
      applicationProperties: { text: 'ä', whole: 5, negative: -7, broken: 1.5, yes: true, no: false },
    }
    await bus.client.createSender('work').sendMessages(sent)
    const receiver = bus.receiver('work')
    const received = await receiveOne(receiver)
    expect(received).toMatchObject(sent)
    await receiver.abandonMessage(received, { added: 1 })
    expect(await receiveOne(receiver)).toMatchObject({
      ...sent,
      applicationProperties: { ...sent.applicationProperties, added: 1 },
    })
  })

  it.each([{ body: 'text' }, { body: '' }, { body: { nested: [1, null, 'x'] } }, { body: null }, { body: 12.5 }])(
    'keeps the body %j',
    async ({ body }) => {
      const bus = await openBus(queue())
      await bus.client.createSender('work').sendMessages({ body })
      expect((await receiveOne(bus.receiver('work'))).body).toEqual(body)
    },
  )

  it('keeps a body that is an AMQP value', async () => {
    const bus = await openBus(queue())
    await bus.client.createSender('work').sendMessages({ bodyType: 'value', body: { a: 'b', n: [1, 2] } })
    expect((await receiveOne(bus.receiver('work'))).body).toEqual({ a: 'b', n: [1, 2] })
  })

  it('gives an id to a message that has none', async () => {
    const bus = await openBus(queue())
    await bus.client.createSender('work').sendMessages({ body: 1, subject: 'kept' })
    expect(await receiveOne(bus.receiver('work'))).toMatchObject({
      messageId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      subject: 'kept',
    })
  })

  it('takes batches, each message for itself', async () => {
    const bus = await openBus(queue())
    const sender = bus.client.createSender('work')
    const batch = await sender.createMessageBatch()
    expect(batch.maxSizeInBytes).toBe(262_144)
    for (const body of ['a', 'b', 'c']) batch.tryAddMessage({ body, messageId: body })
    await sender.sendMessages(batch)
    await sender.sendMessages([{ body: 'd' }])
    expect(await bodiesIn(bus.receiver('work'))).toEqual(['a', 'b', 'c', 'd'])
  })

  it('takes 200 KB and refuses more than 256 KB', async () => {
    const bus = await openBus(queue())
    const sender = bus.client.createSender('work')
    const large = Buffer.alloc(200_000, 'x')
    await sender.sendMessages({ body: large })
    await expect(sender.sendMessages({ body: Buffer.alloc(262_145) })).rejects.toMatchObject({
      code: 'MessageSizeExceeded',
    })
    const sizes = [1, 262_145, 262_145, 2]
    const outcomes = await Promise.allSettled(sizes.map((size) => sender.sendMessages({ body: Buffer.alloc(size) })))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(await bodiesIn(bus.receiver('work'))).toEqual([large, Buffer.alloc(1), Buffer.alloc(2)])
    expect(bus.lines.join('\n')).toMatch(/work: refused: too large bytes=26\d+/)
  })
})

describe('scheduling', () => {
  it('delivers when the time has come, with a new number', async () => {
    const bus = await openBus(queue())
    const sender = bus.client.createSender('work')
    const [number] = await sender.scheduleMessages({ body: 'later' }, new Date(bus.clock.now() + minute))
    const receiver = bus.receiver('work')
    const [peeked] = await receiver.peekMessages(1)
    expect(peeked).toMatchObject({ body: 'later', state: 'scheduled', sequenceNumber: number })
    bus.clock.advance(minute - 1)
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([])
    bus.clock.advance(1)
    const received = await receiveOne(receiver)
    expect(received).toMatchObject({ body: 'later', state: 'active' })
    expect(received.sequenceNumber?.greaterThan(number ?? 0)).toBe(true)
    expect(received.enqueuedTimeUtc?.getTime()).toBe(bus.clock.now())
  })

  it('takes the time from the message itself too', async () => {
    const bus = await openBus(queue())
    const at = new Date(bus.clock.now() + minute)
    await bus.client.createSender('work').sendMessages({ body: 'later', scheduledEnqueueTimeUtc: at })
    const receiver = bus.receiver('work')
    expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 50 })).toEqual([])
    bus.clock.advance(minute)
    expect(await receiveOne(receiver)).toMatchObject({ body: 'later' })
  })

  it('cancels what is still scheduled, and nothing else', async () => {
    const bus = await openBus(queue())
    const sender = bus.client.createSender('work')
    const numbers = await sender.scheduleMessages([{ body: 'a' }, { body: 'b' }], new Date(bus.clock.now() + minute))
    await sender.cancelScheduledMessages(numbers.slice(0, 1))
    await expect(sender.cancelScheduledMessages(numbers.slice(0, 1))).rejects.toMatchObject({ code: 'MessageNotFound' })
    bus.clock.advance(minute)
    expect(await bodiesIn(bus.receiver('work'))).toEqual(['b'])
    await expect(sender.cancelScheduledMessages(numbers.slice(1))).rejects.toMatchObject({ code: 'MessageNotFound' })
  })
})

describe('duplicate detection', () => {
  const detecting = queue({ requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: 'PT10M' })

  it('drops the same id within the window without a word to the sender, and takes it after', async () => {
    const bus = await openBus(detecting)
    const sender = bus.client.createSender('work')
    await sender.sendMessages({ body: 1, messageId: 'same' })
    await sender.sendMessages([
      { body: 2, messageId: 'same' },
      { body: 3, messageId: 'other' },
    ])
    bus.clock.advance(10 * minute + 1)
    await sender.sendMessages({ body: 4, messageId: 'same' })
    expect(await bodiesIn(bus.receiver('work'))).toEqual([1, 3, 4])
    expect(bus.lines.filter((line) => /work: dropped as duplicate messageId="same"/.test(line))).toHaveLength(1)
  })

  it('counts scheduled messages from when they are sent', async () => {
    const bus = await openBus(detecting)
    const sender = bus.client.createSender('work')
    await sender.scheduleMessages({ body: 1, messageId: 'same' }, new Date(bus.clock.now() + minute))
    await sender.sendMessages({ body: 2, messageId: 'same' })
    bus.clock.advance(minute)
    expect(await bodiesIn(bus.receiver('work'))).toEqual([1])
  })
})

describe('the time to live', () => {
  it('drops what nobody received in time', async () => {
    const bus = await openBus(queue())
    await bus.client.createSender('work').sendMessages({ body: 'old', timeToLive: 1_000, messageId: 'old-1' })
    const [peeked] = await bus.receiver('work').peekMessages(1)
    expect(peeked?.expiresAtUtc?.getTime()).toBe(bus.clock.now() + 1_000)
    bus.clock.advance(1_000)
    expect(await bodiesIn(bus.receiver('work'))).toEqual([])
    expect(await bodiesIn(bus.deadLetters('work'))).toEqual([])
    expect(bus.lines.join('\n')).toMatch(/work: expired messageId="old-1"/)
  })

  it('dead-letters it where the entity says so, by the shorter of both times', async () => {
    const bus = await openBus(queue({ defaultMessageTimeToLive: 'PT1M', deadLetteringOnMessageExpiration: true }))
    await bus.client.createSender('work').sendMessages([{ body: 'default' }, { body: 'longer', timeToLive: 120_000 }])
    bus.clock.advance(minute)
    expect(await bodiesIn(bus.receiver('work'))).toEqual([])
    const deadLetters = bus.deadLetters('work')
    expect(await receiveOne(deadLetters)).toMatchObject({ body: 'default', deadLetterReason: 'TTLExpiredException' })
    bus.clock.advance(10 * minute)
    expect(await bodiesIn(deadLetters)).toEqual(['default', 'longer'])
  })

  it('lets a message be completed that expires while it is locked, but not come back', async () => {
    const bus = await openBus(queue({ deadLetteringOnMessageExpiration: true }))
    const sender = bus.client.createSender('work')
    const receiver = bus.receiver('work')
    await sender.sendMessages({ body: 'completed', timeToLive: 1_000 })
    const completed = await receiveOne(receiver)
    await sender.sendMessages({ body: 'abandoned', timeToLive: 1_000 })
    const abandoned = await receiveOne(receiver)
    bus.clock.advance(2_000)
    await receiver.completeMessage(completed)
    await receiver.abandonMessage(abandoned)
    expect(await bodiesIn(bus.deadLetters('work'))).toEqual(['abandoned'])
  })
})

describe('sending to a topic', () => {
  it('forwards to the queues of the subscriptions whose rules match', async () => {
    const bus = await openBus(exampleEntities)
    const sender = bus.client.createSender('one-bus')
    await sender.sendMessages([
      { body: 'finding', subject: 'code.finding.reported.v1', messageId: '1' },
      { body: 'other', subject: 'hub.user.changed.v1', messageId: '2' },
      { body: 'replay', messageId: '1:1', applicationProperties: { 'to-subscription': 'psa-tickets' } },
      { body: 'duplicate', subject: 'code.finding.reported.v1', messageId: '1' },
    ])
    expect(await bodiesIn(bus.receiver('psa-tickets'))).toEqual(['finding', 'replay'])
    expect(await bodiesIn(bus.receiver('audit'))).toEqual(['finding', 'other', 'replay'])
    const received = await receiveOne(bus.receiver('audit'))
    expect(received.enqueuedSequenceNumber).toBeLessThan(received.sequenceNumber?.toNumber() ?? 0)
  })

  it('forwards over four hops', async () => {
    const bus = await openBus({
      queues: [
        { name: 'q1', properties: { forwardTo: 'q2' } },
        { name: 'q2', properties: { forwardTo: 't2' } },
        { name: 'end' },
      ],
      topics: [
        { name: 't1', subscriptions: [{ name: 's', properties: { forwardTo: 'q1' } }] },
        { name: 't2', subscriptions: [{ name: 's', properties: { forwardTo: 'end' } }] },
      ],
    })
    await bus.client.createSender('t1').sendMessages({ body: 'far' })
    expect(await bodiesIn(bus.receiver('end'))).toEqual(['far'])
  })

  it('keeps scheduled messages until their time, and applies the rules then', async () => {
    const bus = await openBus(exampleEntities)
    const sender = bus.client.createSender('one-bus')
    const due = new Date(bus.clock.now() + minute)
    const [, second] = await sender.scheduleMessages([{ body: 'a' }, { body: 'b' }], due)
    if (second === undefined) throw new Error('The second message has no number.')
    await sender.cancelScheduledMessages(second)
    expect(await bodiesIn(bus.receiver('audit'))).toEqual([])
    bus.clock.advance(minute)
    expect(await bodiesIn(bus.receiver('audit'))).toEqual(['a'])
  })

  it('drops what no subscription takes, and says so in the log', async () => {
    const bus = await openBus({
      topics: [
        { name: 't', subscriptions: [{ name: 's', rules: [{ name: 'r', correlationFilter: { label: 'wanted' } }] }] },
      ],
    })
    await bus.client.createSender('t').sendMessages({ body: 1, subject: 'unwanted', messageId: 'm' })
    expect(bus.lines.join('\n')).toMatch(/t: dropped: no subscription takes it messageId="m" label="unwanted"/)
  })

  it('lets a subscription that does not forward be received from, with its own dead letters', async () => {
    const bus = await openBus({ topics: [{ name: 't', subscriptions: [{ name: 's' }] }] })
    await bus.client.createSender('t').sendMessages({ body: 'direct' })
    const receiver = bus.client.createReceiver('t', 's')
    await receiver.deadLetterMessage(await receiveOne(receiver), {
      deadLetterReason: 'no',
      deadLetterErrorDescription: '-',
    })
    const deadLetters = bus.client.createReceiver('t', 's', { subQueueType: 'deadLetter' })
    expect(await receiveOne(deadLetters)).toMatchObject({ body: 'direct', deadLetterReason: 'no' })
  })
})
