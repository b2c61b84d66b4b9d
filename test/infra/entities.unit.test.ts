import { describe, expect, it } from 'vitest'
import { allOfType, entities, snapshots, suite } from './snapshot.ts'

const bus = 'Microsoft.ServiceBus/namespaces'
const last = (name: string, parts: number): string => name.split('/').slice(-parts).join('/')

describe.each(snapshots)('Service Bus of $stage', (snapshot) => {
  const found = (type: string, parts: number) =>
    allOfType(snapshot, type)
      .map(({ name, properties }) => ({ name: last(name, parts), properties }))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
  const sorted = <T extends { readonly name: string }>(list: readonly T[]): readonly T[] =>
    [...list].sort((one, other) => (one.name < other.name ? -1 : 1))

  it('has the queues of the local broker: locks, deliveries, times to live, windows of duplicates', () => {
    expect(found(`${bus}/queues`, 1)).toEqual(sorted(entities.queues))
  })

  it('has its topics', () => {
    const topics = entities.topics.map(({ name, properties }) => ({ name, properties }))
    expect(found(`${bus}/topics`, 1)).toEqual(sorted(topics))
  })

  it('has its subscriptions, which forward to the queues', () => {
    const subscriptions = entities.topics.flatMap((topic) =>
      topic.subscriptions.map(({ name, properties }) => ({ name: `${topic.name}/${name}`, properties })),
    )
    expect(found(`${bus}/topics/subscriptions`, 2)).toEqual(sorted(subscriptions))
  })

  it('has its rules, and no other that lets more in', () => {
    const rules = entities.topics.flatMap((topic) =>
      topic.subscriptions.flatMap((subscription) =>
        subscription.rules.map(({ name, correlationFilter }, index) => ({
          // Azure gives a new subscription a rule of that name which lets everything in: the first of ours is put in its place.
          name: `${topic.name}/${subscription.name}/${index === 0 ? '$Default' : name}`,
          properties: { filterType: 'CorrelationFilter', correlationFilter },
        })),
      ),
    )
    expect(found(`${bus}/topics/subscriptions/rules`, 3)).toEqual(sorted(rules))
  })
})

describe('the entities of the suite', () => {
  it('lock a message for half a minute at a time, deliver it ten times, keep it 14 days, and drop what comes twice', () => {
    for (const { name, properties } of entities.queues)
      expect({ name, ...properties }).toEqual({
        name,
        lockDuration: 'PT30S',
        maxDeliveryCount: 10,
        defaultMessageTimeToLive: 'P14D',
        deadLetteringOnMessageExpiration: true,
        requiresDuplicateDetection: true,
        duplicateDetectionHistoryTimeWindow: 'PT10M',
      })
  })

  it('forward each subscription to the queue of its name, and lose nothing that cannot be forwarded', () => {
    for (const { properties: ofTopic, subscriptions } of entities.topics) {
      expect(ofTopic).toMatchObject({ defaultMessageTimeToLive: 'P14D', requiresDuplicateDetection: true })
      for (const { name, properties, rules } of subscriptions) {
        expect({ name, ...properties }).toEqual({
          name,
          forwardTo: name,
          maxDeliveryCount: 10,
          deadLetteringOnMessageExpiration: true,
        })
        expect(rules.length).toBeGreaterThan(0)
      }
    }
  })
})

describe('the queues of the suite', () => {
  it('are received from by one app each', () => {
    const received = suite.apps.flatMap(({ queues }) => queues.receivesFrom)
    expect(received.sort()).toEqual(entities.queues.map(({ name }) => name).sort())
  })
})
