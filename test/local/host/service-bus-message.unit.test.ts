import type { ServiceBusReceivedMessage } from '@azure/service-bus'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RpcTypedData } from '../../../local/host/core-types.ts'
import { metadataOf } from '../../../local/host/service-bus-message.ts'

const subjectOf = (subject: string): RpcTypedData | undefined =>
  metadataOf({ subject } as ServiceBusReceivedMessage)['Subject']

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
