import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CorrelationFilter } from '../src/entities.ts'
import { matchesFilter, matchesRules } from '../src/rules.ts'

const names = [
  'messageId',
  'to',
  'label',
  'replyTo',
  'correlationId',
  'contentType',
  'sessionId',
  'replyToSessionId',
] as const
const texts = fc.constantFrom('a', 'A', 'b', '')
const propertyNames = fc.constantFrom('x', 'y', 'toString', '__proto__')
const system = fc.record(Object.fromEntries(names.map((name) => [name, texts])), { requiredKeys: ['messageId'] })
const message = fc
  .tuple(system, fc.dictionary(propertyNames, fc.oneof(texts, fc.integer(), fc.boolean())))
  .map(([properties, applicationProperties]) => ({
    system: properties as { messageId: string },
    applicationProperties,
  }))
const filter = fc.record(
  { ...Object.fromEntries(names.map((name) => [name, texts])), properties: fc.dictionary(propertyNames, texts) },
  { requiredKeys: [] },
) as fc.Arbitrary<CorrelationFilter>

type Message = {
  readonly system: { readonly messageId: string }
  readonly applicationProperties: Record<string, unknown>
}

/** What a message says about each name that a filter may ask for, as pairs; written apart from the code under test. */
const factsOf = ({ system: properties, applicationProperties }: Message): ReadonlySet<string> =>
  new Set([
    ...Object.entries(properties).map(([name, value]) => `system ${name}=${JSON.stringify(value)}`),
    ...Object.entries(applicationProperties).map(([name, value]) => `own ${name}=${JSON.stringify(value)}`),
  ])
const conditionsOf = ({ properties = {}, ...rest }: CorrelationFilter): readonly string[] => [
  ...Object.entries(rest).map(([name, value]) => `system ${name}=${JSON.stringify(value)}`),
  ...Object.entries(properties).map(([name, value]) => `own ${name}=${JSON.stringify(value)}`),
]

describe('a correlation filter', () => {
  it('matches exactly the messages for which every condition holds', () => {
    fc.assert(
      fc.property(message, filter, (given, asked) => {
        const facts = factsOf(given)
        expect(matchesFilter(given, asked)).toBe(conditionsOf(asked).every((condition) => facts.has(condition)))
      }),
      { numRuns: 2_000 },
    )
  })

  it('matches a message that was made to fit, and no longer when one value differs', () => {
    fc.assert(
      fc.property(filter, fc.nat(), (asked, pick) => {
        const { properties = {}, ...rest } = asked
        const fitting = {
          system: { messageId: 'm', ...rest } as Message['system'],
          applicationProperties: { ...properties } as Record<string, unknown>,
        }
        expect(matchesFilter(fitting, asked)).toBe(true)
        const asks = [
          ...Object.keys(rest).map((name) => ['system', name] as const),
          ...Object.keys(properties).map((name) => ['applicationProperties', name] as const),
        ]
        const spoilt = asks[pick % Math.max(asks.length, 1)]
        if (spoilt === undefined) return
        const [part, name] = spoilt
        const other = { ...fitting, [part]: { ...fitting[part], [name]: 'something else' } }
        expect(matchesFilter(other, asked)).toBe(false)
      }),
    )
  })

  it('does not take a number for its text', () => {
    const given = { system: { messageId: 'm' }, applicationProperties: { x: 1 } }
    expect(matchesFilter(given, { properties: { x: '1' } })).toBe(false)
  })
})

describe('the rules of a subscription', () => {
  it('take everything when there are none, and otherwise what one of them matches', () => {
    fc.assert(
      fc.property(message, fc.array(filter, { maxLength: 4 }), (given, filters) => {
        const rules = filters.map((correlationFilter) => ({ correlationFilter }))
        const expected = filters.length === 0 || filters.some((each) => matchesFilter(given, each))
        expect(matchesRules(given, rules)).toBe(expected)
      }),
    )
  })
})
