import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { ownerOfTenant, platform } from '../../../shared/incidents/incident-owner.ts'
import { type Stage, openStage, queue, repoDiscovered, userDeactivated } from './subscriber-stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const ofHub = { publisher: 'hub' }
const parkedAs = (messageId: string) => stage.parked(platform, (message) => message.messageId === messageId)

describe('an event that can be handled', () => {
  it('comes through topic and queue, is handled once and named completed', async () => {
    const seen: unknown[] = []
    const tenantId = await stage.tenant((event) => {
      seen.push(event)
      return 'completed'
    })
    const event = userDeactivated(tenantId)
    await stage.publish(event)
    await stage.idle()
    const { specversion: _, datacontenttype: _type, dataschema: _schema, ...read } = event
    expect(seen).toEqual([read])
    expect(stage.logged('message.handled', event.id)).toMatchObject([{ outcome: 'completed', tenantId, attempt: 1 }])
    expect(await stage.deadLetters()).toEqual([])
  })

  it('is named a duplicate when its handler says so, and is not sent again', async () => {
    const tenantId = await stage.tenant(() => 'duplicate')
    const event = userDeactivated(tenantId)
    await stage.publish(event)
    await stage.idle()
    expect(stage.logged('message.handled', event.id)).toMatchObject([{ outcome: 'duplicate' }])
    expect(await stage.scheduled(event.id)).toEqual([])
  })

  it('is dropped by the bus when it was published twice', async () => {
    let handled = 0
    const tenantId = await stage.tenant(() => {
      handled += 1
      return 'completed'
    })
    const event = userDeactivated(tenantId)
    await stage.publish(event)
    await stage.publish(event)
    await stage.idle()
    expect(handled).toBe(1)
  })

  it('is ignored when its type is of the catalogue but none of the subscriber’s, without a word to Hub', async () => {
    const tenantId = `org-${randomUUID()}`
    const event = repoDiscovered(tenantId)
    await stage.send({ body: event, messageId: event.id, properties: { publisher: 'code' } })
    await stage.idle()
    expect(stage.logged('message.handled', event.id)).toMatchObject([{ outcome: 'ignored' }])
    expect(await stage.hubOf(tenantId).requests()).toEqual({})
    expect(await parkedAs(event.id)).toEqual([])
  })
})

describe('what the broker says of a message', () => {
  it('is not overwritten by what its body says: neither the publisher nor the attempts and replays', async () => {
    const tenantId = await stage.tenant(() => 'completed')
    const forged = {
      applicationproperties: {
        publisher: 'hub',
        attempt: 7,
        parkedowner: 'platform',
        parkedid: 'p',
        parkedincident: 'i',
      },
      UserProperties: { publisher: 'hub' },
      messageid: 'forged',
    }
    const event = { ...userDeactivated(tenantId), ...forged }
    await stage.send({ body: event, messageId: event.id, properties: { publisher: 'defend' } })
    await stage.idle()
    expect(await parkedAs(event.id)).toMatchObject([{ message: { publisher: 'defend', attempts: 1, replays: 0 } }])
    expect(await parkedAs('forged')).toEqual([])
  })
})

describe('a message that can never be handled is parked with its reason', () => {
  /** The largest body that the broker takes with its properties. */
  const bytesMax = 256 * 1_024 - 500
  const filledUp = (event: object, filling: (length: number) => string): string => {
    const bytesWithout = Buffer.byteLength(JSON.stringify({ ...event, filling: '' }))
    return JSON.stringify({ ...event, filling: filling(bytesMax - bytesWithout) })
  }
  const unknownOrg = 'org-unknown'
  const kinds: readonly [
    string,
    () => { body: unknown; properties?: Record<string, string | number> },
    string,
    RegExp,
  ][] = [
    ['text that is no JSON', () => ({ body: 'hello', properties: ofHub }), 'event-not-understood', /no CloudEvent/],
    ['bytes that are no text', () => ({ body: Buffer.from([0xff, 0, 0xfe]) }), 'event-not-understood', /no CloudEvent/],
    ['nothing at all', () => ({ body: Buffer.alloc(0) }), 'event-not-understood', /no CloudEvent/],
    [
      'JSON that is no CloudEvent',
      () => ({ body: { id: 'x' }, properties: ofHub }),
      'event-not-understood',
      /no CloudEvent/,
    ],
    ['an array', () => ({ body: [[]], properties: ofHub }), 'event-not-understood', /no CloudEvent/],
    [
      'an unknown type',
      () => ({ body: { ...userDeactivated('t'), type: 'hub.iam.user_painted' }, properties: ofHub }),
      'event-not-understood',
      /type is not known/,
    ],
    [
      'a future version',
      () => ({
        body: { ...userDeactivated('t'), dataschema: 'urn:theonestack:event:hub.iam.user_deactivated:2' },
        properties: ofHub,
      }),
      'event-not-understood',
      /only version 1/,
    ],
    [
      'data without what is needed',
      () => ({ body: { ...userDeactivated('t'), data: { user_version: 2 } }, properties: ofHub }),
      'event-not-understood',
      /the data of hub.iam.user_deactivated lacks what is needed: user_id \(/,
    ],
    [
      'the key of another product',
      () => ({ body: userDeactivated('t'), properties: { publisher: 'code' } }),
      'publisher-not-allowed',
      /only hub may publish/,
    ],
    ['no publisher', () => ({ body: userDeactivated('t') }), 'publisher-not-allowed', /only hub may publish/],
    [
      'the name of another product as its source',
      () => ({ body: { ...userDeactivated('t'), source: '/products/code' }, properties: ofHub }),
      'publisher-not-allowed',
      /only hub may publish/,
    ],
    [
      'a tenant that Hub does not know',
      () => ({ body: userDeactivated(unknownOrg), properties: ofHub }),
      'tenant-unknown',
      /Hub does not know/,
    ],
    [
      'a tenant id that is no part of a path',
      () => ({ body: { ...userDeactivated('t'), tenantid: '..' }, properties: ofHub }),
      'validation-failed',
      /id/,
    ],
    [
      'as much text as a message holds',
      () => ({ body: filledUp(userDeactivated(unknownOrg), (length) => 'x'.repeat(length)), properties: ofHub }),
      'tenant-unknown',
      /Hub does not know/,
    ],
    [
      'as many characters as a message holds that a table keeps as six others',
      () => ({ body: filledUp(userDeactivated(unknownOrg), (length) => '\u007F'.repeat(length)), properties: ofHub }),
      'tenant-unknown',
      /Hub does not know/,
    ],
    [
      'as many bytes as a message holds',
      () => ({ body: Buffer.alloc(bytesMax, 0xfe) }),
      'event-not-understood',
      /no CloudEvent/,
    ],
    [
      'counts and times that nobody wrote',
      () => ({
        body: 'x',
        properties: { ...ofHub, attempt: 2 ** 40, firstattemptat: '9999-01-01T00:00:00Z', parkedreplays: -1.5 },
      }),
      'event-not-understood',
      /no CloudEvent/,
    ],
  ]

  it.each(kinds)('%s', async (_, make, code, detail) => {
    const sent = make()
    const messageId = await stage.send(sent)
    await stage.idle()
    const [parked, ...more] = await parkedAs(messageId)
    expect(more).toEqual([])
    expect(parked).toMatchObject({
      message: {
        code,
        detail: expect.stringMatching(detail) as string,
        state: 'parked',
        attempts: 1,
        replays: 0,
        queue,
        subscriber: 'stage-subscriber',
      },
      incident: { code, integration: 'hub→sessions', state: 'open' },
    })
    const { body: original } = sent
    const bytes = Buffer.isBuffer(original)
      ? original
      : Buffer.from(typeof original === 'string' ? original : JSON.stringify(original))
    expect(parked?.body.equals(bytes)).toBe(true)
    expect(await stage.deadLetters()).toEqual([])
    expect(await stage.scheduled('')).toEqual([])
    expect(stage.logged('message.parked', messageId)).toMatchObject([{ error: { code } }])
  })

  it('and so is what its handler refuses, with an incident of its tenant', async () => {
    const tenantId = await stage.tenant(() => {
      throw new AppError('peer-rejected', 'PSA refused the agent.', { details: { peer: 'psa', peerStatus: 422 } })
    })
    const event = userDeactivated(tenantId)
    await stage.publish(event)
    await stage.idle()
    expect(await stage.parked(ownerOfTenant(tenantId), () => true)).toMatchObject([
      {
        message: { code: 'peer-rejected', eventType: event.type, tenantId, publisher: 'hub' },
        incident: { parked: 1, count: 1, facts: { peer: 'psa', peerStatus: 422 } },
      },
    ])
  })

  it('never with a body or a cause in the log', async () => {
    const secret = `only-in-the-body-${randomUUID()}`
    await stage.send({ body: { ...userDeactivated('t'), data: { user_id: secret } }, properties: ofHub })
    await stage.send({ body: `not JSON ${secret}`, properties: ofHub })
    const tenantId = await stage.tenant(() => {
      throw new AppError('peer-rejected', 'PSA refused the agent.')
    })
    await stage.publish({ ...userDeactivated(tenantId), subject: secret })
    await stage.idle()
    expect(stage.lines.filter((line) => line.includes(secret))).toEqual([])
  })
})
