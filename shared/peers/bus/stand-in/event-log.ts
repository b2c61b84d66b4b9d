// The last events that the bus took, for people and tests to see.
import type { ReceivedEvent } from '../../../bus/cloud-event.ts'

export type PublishedEvent = Pick<ReceivedEvent, 'id' | 'type' | 'time'> & {
  readonly tenantId: string
  /** Slug of the product whose key published it. */
  readonly publisher: string
  /** Times that it was accepted: all but the first were repetitions, which the broker drops. */
  readonly accepted: number
}

/** With what it carries: for the person at the laptop. */
export type ShownEvent = PublishedEvent & Pick<ReceivedEvent, 'data'>

const eventsMax = 100

/** Newest last. */
export const createBusLog = () => {
  const events = new Map<string, ShownEvent>()
  return {
    add: ({ id, type, time, tenantid, data }: ReceivedEvent, publisher: string): void => {
      const first = events.get(id) ?? { id, type, time, tenantId: tenantid, publisher, accepted: 0, data }
      events.set(id, { ...first, accepted: first.accepted + 1 })
      const [oldest] = events.keys()
      if (events.size > eventsMax && oldest !== undefined) events.delete(oldest)
    },
    list: (tenantId?: string): readonly PublishedEvent[] =>
      [...events.values()].filter((event) => tenantId === undefined || event.tenantId === tenantId).map(withoutData),
    withData: (): readonly ShownEvent[] => [...events.values()],
    reset: (tenantId?: string): void => {
      for (const event of events.values())
        if (tenantId === undefined || event.tenantId === tenantId) events.delete(event.id)
    },
  }
}
export type BusLog = ReturnType<typeof createBusLog>

const withoutData = (event: ShownEvent): PublishedEvent => {
  const { data: _, ...shown } = event
  return shown
}
