import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Entities, readEntities } from '../src/entities.ts'
import { temporaryFolder } from './temporary-folder.ts'

const faultsOf = (file: unknown): readonly string[] =>
  Entities.safeParse(file).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

const forwarding = (...names: readonly string[]): object => ({
  queues: names.map((name, index) => ({
    name,
    properties: names[index + 1] === undefined ? {} : { forwardTo: names[index + 1] },
  })),
})

describe('the entities file', () => {
  it('has the defaults of Azure', () => {
    const [queue] = Entities.parse({ queues: [{ name: 'q' }] }).queues
    expect(queue?.properties).toEqual({
      lockDuration: 60_000,
      maxDeliveryCount: 10,
      deadLetteringOnMessageExpiration: false,
      requiresDuplicateDetection: false,
      duplicateDetectionHistoryTimeWindow: 600_000,
    })
  })

  it.each([
    ['a lock that lasts too long', { lockDuration: 'PT6M' }, 'from PT5S to PT5M, not "PT6M"'],
    ['a time that is no duration', { defaultMessageTimeToLive: '14 days' }, 'of at least PT1S, not "14 days"'],
    ['a window that is too short', { duplicateDetectionHistoryTimeWindow: 'PT1S' }, 'from PT20S to P7D'],
    ['no delivery at all', { maxDeliveryCount: 0 }, '>=1'],
    ['sessions', { requiresSession: true }, 'sessions are not supported'],
    ['a property that is not known', { lockduration: 'PT1M' }, 'lockduration'],
  ])('refuses %s', (_, properties, fault) => {
    expect(faultsOf({ queues: [{ name: 'q', properties }] }).join('\n')).toContain(fault)
  })

  it.each(['', '-q', 'q-', 'a b', 'q$', 'x'.repeat(261)])('refuses the queue name %j', (name) => {
    expect(faultsOf({ queues: [{ name }] })).not.toEqual([])
  })

  it.each(['a/b', 'x'.repeat(51), '$Other'])('refuses the subscription name %j', (name) => {
    expect(faultsOf({ topics: [{ name: 't', subscriptions: [{ name }] }] })).not.toEqual([])
  })

  it('refuses names that differ by case only, also of a queue and a topic', () => {
    expect(faultsOf({ queues: [{ name: 'Bus' }], topics: [{ name: 'bus' }] })).toEqual([': "bus" is defined twice'])
    const subscriptions = [{ name: 'a' }, { name: 'A' }]
    expect(faultsOf({ topics: [{ name: 't', subscriptions }] })).toEqual([': subscription "A" of "t" is defined twice'])
    const rules = ['r', 'R'].map((name) => ({ name, correlationFilter: { label: 'x' } }))
    expect(faultsOf({ topics: [{ name: 't', subscriptions: [{ name: 's', rules }] }] })).toEqual([
      ': rule "R" of "t/s" is defined twice',
    ])
  })

  it('refuses to forward to what it does not define', () => {
    expect(faultsOf({ queues: [{ name: 'q', properties: { forwardTo: 'nowhere' } }] })).toEqual([
      ': q forwards to "nowhere", which is neither a queue nor a topic of this file',
    ])
  })

  it('refuses to forward in a circle, also through a topic', () => {
    const file = {
      queues: [{ name: 'q', properties: { forwardTo: 't' } }],
      topics: [{ name: 't', subscriptions: [{ name: 's', properties: { forwardTo: 'q' } }] }],
    }
    expect(faultsOf(file)).toContain(': forwarding goes in a circle: q -> t -> q')
  })

  it('allows four hops and refuses five', () => {
    expect(faultsOf(forwarding('a', 'b', 'c', 'd', 'e'))).toEqual([])
    expect(faultsOf(forwarding('a', 'b', 'c', 'd', 'e', 'f'))).toEqual([
      ': forwarding takes more than 4 hops: a -> b -> c -> d -> e -> f',
    ])
  })

  it('refuses a filter without a condition, and one that ARM cannot express', () => {
    const withFilter = (correlationFilter: unknown): object => ({
      topics: [{ name: 't', subscriptions: [{ name: 's', rules: [{ name: 'r', correlationFilter }] }] }],
    })
    expect(faultsOf(withFilter({})).join()).toContain('at least one condition')
    expect(faultsOf(withFilter({ properties: {} })).join()).toContain('at least one condition')
    expect(faultsOf(withFilter({ properties: { count: 1 } }))).not.toEqual([])
    expect(faultsOf(withFilter({ subject: 'x' }))).not.toEqual([])
  })

  it('is read from a file, whose name stands before all faults', () => {
    const folder = temporaryFolder()
    const file = join(folder, 'entities.json')
    writeFileSync(
      file,
      JSON.stringify({ queues: [{ name: 'q', properties: { lockDuration: 'x', maxDeliveryCount: 0 } }] }),
    )
    expect(() => readEntities(file)).toThrow(
      /entities\.json.*\n.*queues\.0\.properties\.lockDuration: .*\n.*maxDeliveryCount/,
    )
    writeFileSync(file, '{')
    expect(() => readEntities(file)).toThrow(/entities\.json cannot be read as JSON/)
    writeFileSync(file, readFileSync(join(import.meta.dirname, 'entities.json')))
    expect(readEntities(file).topics.map(({ name }) => name)).toEqual(['one-bus'])
  })
})
