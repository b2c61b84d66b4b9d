// Every feature of AI that writes into a product, while each product that it reads or writes fails a fifth of its calls, and everything is told twice
// and in another order: one result in the end, or an incident, and nothing half-way.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ServiceBusClient } from '@azure/service-bus'
import { afterAll, describe, expect, inject, it } from 'vitest'
import type { Fault } from '../../../local/stand-ins/faults.ts'
import { type EventName, catalogue } from '../../../shared/bus/catalogue.ts'
import type { CloudEvent } from '../../../shared/bus/cloud-event.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { flowRequestTable } from '../../../shared/flows/flow-request.ts'
import { incidentTable, ownerOfTenant } from '../../../shared/incidents/incident-table.ts'
import { busContentTypes } from '../../../shared/peers/bus/contract.ts'
import type { Peer } from '../../../shared/peers/peers.ts'
import { createServices } from '../../../shared/services.ts'
import { eventually } from '../../support/eventually.ts'
import { watchQueues } from '../../support/queue-watch.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { isLong, someOf } from '../../support/thoroughness.ts'
import type { Begun, Feature } from './failing-feature.ts'
import { resultFeatures } from './failing-results.ts'
import { signalFeatures } from './failing-signals.ts'

const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
/** Organizations of each feature. */
const organizations = isLong ? 12 : 1

const stack = inject('stack')
const services = createServices(loadConfig(stack.settings))
const world = { stack, services }
const store = services.store()
const queues = watchQueues(stack.settings['SERVICE_BUS'] ?? '')
const bus = new ServiceBusClient(stack.settings['SERVICE_BUS'] ?? '')
const topic = bus.createSender('one-bus')
afterAll(async () => {
  await queues.close()
  await bus.close()
})

/**
 * A fifth of the calls: for a single try, or for as many as a client makes; not carried out, or with the answer lost. In a long run answers come late
 * besides, and nothing is let through after a strike: breakers open.
 */
const faultsOf = (peer: Peer): readonly Fault[] => {
  const kinds: readonly Pick<Fault, 'kind' | 'status' | 'ms'>[] = [
    { kind: 'status', status: 503 },
    { kind: 'commit-then-status', status: 500 },
    { kind: 'reset-connection' },
    ...(isLong ? [{ kind: 'latency', ms: 1_500 } as const] : []),
  ]
  // Hub is asked for what is checked once, and no second time.
  const inARow = peer === 'hub' ? [1] : [1, 4]
  const share = 0.2 / (kinds.length * inARow.length)
  return kinds.flatMap((kind) =>
    inARow.map((times) => ({
      ...kind,
      probability: share,
      seed: random.below(1_000_000),
      ...((times > 1 || !isLong) && { inARow: times }),
    })),
  )
}

const faultsUrl = (peer: Peer, tenantId: string): string => `${stack.urls[peer]}/_control/faults?tenantId=${tenantId}`

const setFaults = async (peer: Peer, { tenantId }: Begun, faults: readonly Fault[]): Promise<void> => {
  const response = await fetch(faultsUrl(peer, tenantId), {
    method: 'PUT',
    body: JSON.stringify(faults),
    headers: { 'content-type': 'application/json' },
  })
  expect(response.status).toBe(204)
}

const strikesOn = async ({ peers }: Feature, { tenantId }: Begun): Promise<number> => {
  const lists = await Promise.all(
    peers.map(
      async (peer) => (await (await fetch(faultsUrl(peer, tenantId))).json()) as { faults: { struck: number }[] },
    ),
  )
  return lists.flatMap(({ faults }) => faults).reduce((sum, { struck }) => sum + struck, 0)
}

/** Past the bus, which takes an event of one id once: the broker may deliver it twice all the same. */
const deliver = (event: CloudEvent, copy: number): Promise<void> =>
  topic.sendMessages({
    body: Buffer.from(JSON.stringify(event)),
    contentType: busContentTypes[0],
    messageId: `${event.id}-${copy}`,
    applicationProperties: {
      type: event.type,
      publisher: catalogue[event.type as EventName].publisher,
      tenantid: event.tenantid,
    },
  })

const asksMax = 100

/** Now and then, as a person does. */
const askUntilAccepted = async (ask: () => Promise<string | undefined>): Promise<void> => {
  for (let asked = 1; (await ask()) === undefined; asked += 1) {
    if (asked === asksMax) throw new Error(`It was not accepted in ${asksMax} tries.`)
    await sleep(isLong ? 3_000 : 500)
  }
}

/**
 * In an order of its own.
 * @param copies how often: the number of each tells the broker that it is another message
 */
const happen = async (all: readonly Begun[], copies: readonly number[]): Promise<void> => {
  const happenings = all.flatMap(({ events, ask }) => [
    ...events.flatMap((event) => copies.map((copy) => () => deliver(event, copy))),
    ...(ask ? copies.map(() => () => askUntilAccepted(ask)) : []),
  ])
  await Promise.all(random.shuffled(happenings).map((happening) => happening()))
}

/** Messages that are to come or at work, and flows that have not ended. */
const underWay = async (all: readonly Begun[]): Promise<readonly string[]> => {
  const own = new Set(all.flatMap(({ events }) => events.map(({ id }) => id)))
  const messages = Object.values(await queues.left())
    .flat()
    .filter((messageId) => own.has(messageId.slice(0, eventIdLength)))
  const rows = store.open(flowRequestTable).request
  const flows = await Promise.all(all.map(({ tenantId }) => rows.list({ tenantId }, { limit: 100 })))
  const running = flows.flatMap((page) => page.rows).filter(({ value }) => value.finishedAt === undefined)
  return [...messages, ...running.map(({ value }) => `${value.flow} ${value.state}`)]
}

const allEnded = (all: readonly Begun[]) =>
  eventually(
    () => underWay(all),
    ({ length }) => length === 0,
    600_000,
  )

/** Ids of messages begin with that of their event. */
const eventIdLength = randomUUID().length

const incidentsOf = async ({ tenantId }: Begun): Promise<number> => {
  const { rows } = await store.open(incidentTable).incident.list({ owner: ownerOfTenant(tenantId) }, { limit: 10 })
  return rows.length
}

const oneResult = 'one result, or an incident'

const outcomeOf = async (begun: Begun) => {
  await begun.night?.()
  const [results, left, incidents] = await Promise.all([begun.results(), begun.left(), incidentsOf(begun)])
  const isTold = results === 1 || (results === 0 && incidents > 0)
  return isTold && left.length === 0 ? oneResult : { results, left, incidents }
}

const beginAll = async (features: readonly Feature[]): Promise<readonly Begun[]> => {
  const all: Begun[] = []
  for (let from = 0; from < features.length; from += beginAtOnce)
    all.push(...(await Promise.all(features.slice(from, from + beginAtOnce).map(({ begin }) => begin(world)))))
  return all
}
const beginAtOnce = 10

describe(`while peers fail a fifth of the calls and everything is told twice (CHAOS_SEED=${seed})`, () => {
  it(
    'each feature has one result in its product, or an incident, and leaves nothing half-way',
    { timeout: 900_000 },
    async () => {
      const features = Array.from({ length: organizations }, () => [...resultFeatures, ...signalFeatures]).flat()
      const all = await beginAll(features)
      const each = features.map((feature, index) => ({ feature, begun: all[index] as Begun }))
      for (const { feature, begun } of each)
        for (const peer of feature.peers) await setFaults(peer, begun, faultsOf(peer))
      await happen(all, [1, 2])
      await allEnded(all)
      const strikes = await Promise.all(each.map(({ feature, begun }) => strikesOn(feature, begun)))
      const outcomes = await Promise.all(
        each.map(async ({ feature, begun }) => [feature.name, await outcomeOf(begun)] as const),
      )
      console.log(`${strikes.reduce((sum, count) => sum + count, 0)} requests failed, of ${features.length} features.`)
      expect(outcomes).toEqual(features.map(({ name }) => [name, oneResult]))
      // Without failures it would say nothing.
      expect(strikes.filter((count) => count > 0).length).toBeGreaterThan(features.length / 3)
    },
  )
})

describe('a product that refuses for good what it is told', () => {
  it(
    'has an incident instead of a result, and the result once it takes it and is told again',
    { timeout: 300_000 },
    async () => {
      const telling = [...resultFeatures, ...signalFeatures].flatMap(({ tells, ...feature }) =>
        tells ? [{ ...feature, tells }] : [],
      )
      const features = someOf(telling, 3)
      const all = await beginAll(features)
      const each = features.map((feature, index) => ({ ...feature, begun: all[index] as Begun }))
      for (const { tells, begun } of each)
        await setFaults(tells.peer, begun, [{ kind: 'status', status: 422, operation: tells.operation }])
      await happen(all, [1])
      // Not that everything ends: the recap of a call waits for its transcription.
      const incidents = () => Promise.all(all.map(incidentsOf))
      await eventually(incidents, (counts) => counts.every((count) => count > 0), 120_000)
      expect(await Promise.all(each.map(async ({ name, begun }) => [name, await begun.results()]))).toEqual(
        features.map(({ name }) => [name, 0]),
      )
      for (const { tells, begun } of each) await setFaults(tells.peer, begun, [])
      await happen(all, [2])
      await allEnded(all)
      expect(await Promise.all(each.map(async ({ name, begun }) => [name, await outcomeOf(begun)]))).toEqual(
        features.map(({ name }) => [name, oneResult]),
      )
    },
  )
})
