import type { ServiceBusReceivedMessage } from '@azure/service-bus'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RpcTypedData } from '../src/core-types.ts'
import { type DataType, dataOf, metadataOf } from '../src/service-bus-message.ts'

const subjectOf = (subject: string): RpcTypedData | undefined =>
  metadataOf({ subject } as ServiceBusReceivedMessage, 'binary')['Subject']

/** As the library reads the worker's data. */
const read = (data: RpcTypedData | undefined): unknown => {
  if (data?.json !== undefined && data.json !== null) return JSON.parse(data.json)
  return orText(data?.string ?? '')
}

const orText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

describe('a text of the metadata', () => {
  it.each([
    '12',
    ' -1.5E+3 ',
    '01',
    'true',
    'nullable',
    '{"a":1}',
    '{a}',
    '"x"',
    '"',
    '',
    'hub.iam.user_created',
    '1a-2b',
  ])('comes out as the Azure host gives it: %j', (text) => expect(read(subjectOf(text))).toEqual(orText(text)))

  it('comes out so whatever it is', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.double().map(String))
    fc.assert(
      fc.property(texts, (text) => {
        expect(read(subjectOf(text))).toEqual(orText(text))
      }),
    )
  })

  it('goes as a JSON string when it is no JSON, which spares the library an exception', () => {
    expect(subjectOf('2026-01-01T00:00:00.000Z')).toEqual({ json: '"2026-01-01T00:00:00.000Z"' })
  })
})

const received = (body: unknown): ServiceBusReceivedMessage =>
  ({
    body: typeof body === 'string' ? Buffer.from(body) : body,
    messageId: 'm-1',
    applicationProperties: { publisher: 'hub' },
  }) as unknown as ServiceBusReceivedMessage

// Utility.cs of azure-functions-host, `ApplyBindingData`, into a Dictionary with StringComparer.OrdinalIgnoreCase
describe('the metadata of a message that is handed over as text', () => {
  const metadata = (body: string): Readonly<Record<string, RpcTypedData>> => metadataOf(received(body), 'string')

  it('is overwritten by the members of its body, whatever their case', () => {
    const body = { applicationproperties: { publisher: 'defend' }, MESSAGEID: 'mine', added: 1, flag: true, text: 'x' }
    const own = metadata(JSON.stringify(body))
    expect(read(own['ApplicationProperties'])).toEqual({ publisher: 'defend' })
    expect(read(own['MessageId'])).toBe('mine')
    expect(own['applicationproperties']).toBeUndefined()
    expect([own['added'], own['flag'], own['text']].map(read)).toEqual([1, 'True', 'x'])
  })

  it.each([
    ['arrays', '{"messageId":["mine"]}'],
    ['null', '{"messageId":null}'],
    ['a list', '[{"messageId":"mine"}]'],
    ['what only looks like JSON', '{"messageId":"mine"'],
    ['what is broken', '{messageId}'],
    ['text', 'messageId'],
  ])('is left alone by %s', (_, body) => {
    expect(metadata(body)).toEqual(metadataOf(received(body), 'binary'))
  })
})

describe('the body of a message', () => {
  const json = '{"applicationproperties":{"publisher":"defend"}}'

  it('comes as text, or as bytes where the binding asks for them, and then nothing of it gets into the metadata', () => {
    expect(dataOf(received(json), 'string')).toEqual({ string: json })
    expect(dataOf(received(json), 'binary')).toEqual({ bytes: Buffer.from(json) })
    expect(read(metadataOf(received(json), 'binary')['ApplicationProperties'])).toEqual({ publisher: 'hub' })
  })

  it.each<[DataType, unknown, RpcTypedData]>([
    ['string', Buffer.from([0xff, 0x41]), { string: '\uFFFDA' }],
    ['binary', Buffer.from([0xff, 0x41]), { bytes: Buffer.from([0xff, 0x41]) }],
    ['string', { a: 1 }, { string: '{"a":1}' }],
    ['binary', { a: 1 }, { bytes: Buffer.from('{"a":1}') }],
    ['string', undefined, { string: 'null' }],
  ])('as %s of %j is %j', (dataType, body, data) => {
    expect(dataOf(received(body), dataType)).toEqual(data)
  })
})
