// Publishes the events of the Hub stand-in to The One Bus. A bus that stays away is logged: the stand-in has no outbox.
import { ExponentialBackoff, bulkhead, handleWhen, retry } from 'cockatiel'
import { failureLine } from '../../../../local/stand-ins/failure-line.ts'
import type { CloudEvent } from '../../../bus/cloud-event.ts'

export type BusAccess = {
  /** Origin of the bus's HTTP API. */
  readonly url: string
  /** Integration key of the publisher `hub`. */
  readonly key: string
}

export type PublishedEvent = { readonly id: string; readonly type: string; readonly accepted: boolean }

export type HubPublisher = {
  /**
   * Publishes each sequence in its order, and the sequences side by side. Never rejects: what the bus did not take is logged,
   * and once it has stayed away for all tries of one event, the rest of the call is given up.
   */
  readonly publish: (sequences: readonly (readonly CloudEvent[])[]) => Promise<readonly PublishedEvent[]>
  /** Gives what is under way a second, then lets go of it. */
  readonly close: () => Promise<void>
}

const parallel = 16
const attemptMs = 2_000

/** @param bus without it nothing is published */
export const createHubPublisher = (bus: BusAccess | undefined): HubPublisher => {
  const closing = new AbortController()
  const underWay = new Set<Promise<unknown>>()
  const untilTaken = retry(
    handleWhen((error) => !(error instanceof Refusal) && !closing.signal.aborted),
    { maxAttempts: 4, backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 1_000 }) },
  )

  const run = async (to: BusAccess, sequences: readonly (readonly CloudEvent[])[]) => {
    const sideBySide = bulkhead(parallel, Number.POSITIVE_INFINITY)
    const failures: unknown[] = []
    let isAway = false
    const publishOne = async (event: CloudEvent): Promise<PublishedEvent> => {
      const { id, type } = event
      if (isAway) return { id, type, accepted: false }
      try {
        await untilTaken.execute(({ signal }) => send(to, event, signal), closing.signal)
        return { id, type, accepted: true }
      } catch (error) {
        failures.push(error)
        isAway ||= !(error instanceof Refusal)
        return { id, type, accepted: false }
      }
    }
    const publishInOrder = async (events: readonly CloudEvent[]): Promise<PublishedEvent[]> => {
      const published: PublishedEvent[] = []
      for (const event of events) published.push(await publishOne(event))
      return published
    }
    const all = await Promise.all(sequences.map((events) => sideBySide.execute(() => publishInOrder(events))))
    const published = all.flat()
    logLost(published, failures)
    return published
  }

  return {
    publish: async (sequences) => {
      if (!bus) return []
      const running = run(bus, sequences)
      underWay.add(running)
      try {
        return await running
      } finally {
        underWay.delete(running)
      }
    },
    close: async () => {
      const timer = setTimeout(() => closing.abort(), 1_000)
      await Promise.all(underWay)
      clearTimeout(timer)
    },
  }
}

/** One report for a whole call: a thousand users may be lost for the same reason. */
const logLost = (published: readonly PublishedEvent[], [first]: readonly unknown[]): void => {
  const lost = published.filter(({ accepted }) => !accepted).map(({ type, id }) => `${type} ${id}`)
  if (lost.length === 0) return
  const names = `${lost.slice(0, 5).join(', ')}${lost.length > 5 ? ', …' : ''}`
  const what = `${lost.length} of ${published.length} events (${names})`
  console.error(`The Hub stand-in could not publish ${what}: ${failureLine(first)}`)
}

/** The bus answered, and would answer the same again. */
class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Safe to repeat: the bus takes an event id once. */
const send = async ({ url, key }: BusAccess, event: CloudEvent, signal: AbortSignal): Promise<void> => {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json', 'x-integration-key': key },
    body: JSON.stringify(event),
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]),
  })
  const text = await response.text()
  if (response.status === 202) return
  const said = `The bus answered ${response.status}: ${text.slice(0, 500)}`
  throw response.status >= 500 || response.status === 429 ? new Error(said) : new Refusal(said)
}
