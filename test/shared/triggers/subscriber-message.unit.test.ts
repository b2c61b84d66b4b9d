import { describe, expect, it } from 'vitest'
import { deliveredMessage, readMessage, retryProperties } from '../../../shared/triggers/subscriber-message.ts'

const now = new Date('2026-03-01T10:00:00.000Z')
const read = (body: unknown, properties: Readonly<Record<string, unknown>> = {}) =>
  readMessage({ messageId: 'm-1', body, contentType: undefined, properties }, now)

describe('the body of a message', () => {
  it.each([
    ['JSON that the host has read', { a: 1 }, { body: '{"a":1}', bodyEncoding: 'text', json: { a: 1 } }],
    ['JSON as text', '{"a":1}', { body: '{"a":1}', bodyEncoding: 'text', json: { a: 1 } }],
    ['JSON as bytes', Buffer.from('{"a":1}'), { body: '{"a":1}', bodyEncoding: 'text', json: { a: 1 } }],
    [
      'JSON with a name twice',
      '{"tenantid":"a","tenantid":"b"}',
      { body: '{"tenantid":"a","tenantid":"b"}', bodyEncoding: 'text', json: undefined },
    ],
    ['text', 'hello', { body: 'hello', bodyEncoding: 'text', json: undefined }],
    [
      'bytes of UTF-8 with its mark',
      Buffer.from('\uFEFF{}'),
      { body: '\uFEFF{}', bodyEncoding: 'text', json: undefined },
    ],
    ['other bytes', Buffer.from([0xff, 0]), { body: '/wA=', bodyEncoding: 'base64', json: undefined }],
    ['no bytes', Buffer.alloc(0), { body: '', bodyEncoding: 'text', json: undefined }],
    ['nothing', undefined, { body: 'null', bodyEncoding: 'text' }],
    ['a number', 7, { body: '7', bodyEncoding: 'text', json: 7 }],
  ])('is kept when it is %s', (_, body, expected) => {
    expect(read(body)).toMatchObject(expected)
  })
})

describe('the id of a message', () => {
  const idOf = (triggerMetadata: Record<string, unknown>) => deliveredMessage('x', { triggerMetadata }).messageId

  it('is its own, or its place in the queue when the host has made a number of it', () => {
    expect(idOf({ messageId: 'm-1', sequenceNumber: 7 })).toBe('m-1')
    expect(idOf({ messageId: 12_345, sequenceNumber: 7 })).toBe('sequence-7')
    expect(idOf({ messageId: '', sequenceNumber: 7 })).toBe('sequence-7')
  })

  it('is never that of another message when the host gives none, as when a person runs the function', () => {
    expect(idOf({})).not.toBe(idOf({}))
  })
})

describe('the properties of a message', () => {
  const parked = { parkedowner: 'tenant:t', parkedincident: 'inc_1', parkedid: 'p-1', parkedreplays: 2 }

  it('are read from an object or from JSON, under both names that the host has for them', () => {
    const applicationProperties = { publisher: 'hub', attempt: 3 }
    for (const triggerMetadata of [
      { applicationProperties },
      { applicationProperties: JSON.stringify(applicationProperties) },
      { userProperties: applicationProperties },
    ])
      expect(readMessage(deliveredMessage('x', { triggerMetadata }), now)).toMatchObject({
        publisher: 'hub',
        attempt: 3,
      })
    for (const triggerMetadata of [{}, { applicationProperties: 'no JSON' }, { applicationProperties: null }])
      expect(readMessage(deliveredMessage('x', { triggerMetadata }), now)).toMatchObject({ attempt: 1 })
  })

  it.each([
    [undefined, 1],
    [1, 1],
    [7, 7],
    ['7', 7],
    [0, 1],
    [-3, 1],
    [1.5, 1],
    [10_000, 1],
    [Number.POSITIVE_INFINITY, 1],
    ['many', 1],
    [{}, 1],
  ])('count attempts from 1, and %s as %i', (attempt, expected) => {
    expect(read('x', { attempt }).attempt).toBe(expected)
    expect(read('x', { ...parked, parkedreplays: attempt }).parkedAt?.replays).toBe(
      expected === 1 && attempt !== 1 ? 0 : expected,
    )
  })

  it.each([
    ['2026-03-01T09:00:00.000Z', '2026-03-01T09:00:00.000Z'],
    ['2026-03-01T10:00:00.001Z', now.toISOString()],
    ['9999-12-31T00:00:00.000Z', now.toISOString()],
    ['yesterday', now.toISOString()],
    [undefined, now.toISOString()],
  ])('say when it was first tried, never later than now: %s', (firstattemptat, expected) => {
    expect(read('x', { firstattemptat }).firstAttemptAt.toISOString()).toBe(expected)
  })

  it('come back as they were when it is sent again, one attempt later', () => {
    const message = read('{}', { publisher: 'hub', attempt: 3, firstattemptat: '2026-03-01T09:00:00.000Z', ...parked })
    const sent = retryProperties({ ...message, isReported: true }, 'hub.iam.user_created')
    expect(sent).toEqual({
      type: 'hub.iam.user_created',
      publisher: 'hub',
      attempt: 4,
      firstattemptat: '2026-03-01T09:00:00.000Z',
      reported: 'yes',
      ...parked,
    })
    expect(read('{}', sent)).toEqual({ ...message, attempt: 4, isReported: true })
  })
})
