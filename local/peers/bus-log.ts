// The last events that the bus took, for people and tests to see: never their data.
import type { ReceivedEvent } from '../../shared/bus/cloud-event.ts'

export type PublishedEvent = Pick<ReceivedEvent, 'id' | 'type' | 'time'> & {
  readonly tenantId: string
  /** Slug of the product whose key published it. */
  readonly publisher: string
  /** Times that it was accepted: all but the first were repetitions, which the broker drops. */
  readonly accepted: number
}

const eventsMax = 100

/** Newest last. */
export const createBusLog = () => {
  const events = new Map<string, PublishedEvent>()
  return {
    add: ({ id, type, time, tenantid }: ReceivedEvent, publisher: string): void => {
      const first = events.get(id) ?? { id, type, time, tenantId: tenantid, publisher, accepted: 0 }
      events.set(id, { ...first, accepted: first.accepted + 1 })
      const [oldest] = events.keys()
      if (events.size > eventsMax && oldest !== undefined) events.delete(oldest)
    },
    list: (tenantId?: string): readonly PublishedEvent[] =>
      [...events.values()].filter((event) => tenantId === undefined || event.tenantId === tenantId),
    reset: (tenantId?: string): void => {
      for (const event of events.values())
        if (tenantId === undefined || event.tenantId === tenantId) events.delete(event.id)
    },
  }
}
export type BusLog = ReturnType<typeof createBusLog>
