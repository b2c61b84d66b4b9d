// The host is killed while it starts an orchestration, between any two of its writes, and while a step waits to be tried again.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { flowRequestTable, flowStartBuckets, flowStartTable } from '../../../shared/flows/flow-request.ts'
import type { ShownRequest } from '../../../shared/flows/shown-request.ts'
import { timerLeaseTable } from '../../../shared/triggers/timer-lease.ts'
import { eventually } from '../../support/eventually.ts'
import { createRequestCount, type HoldingProxy, startHoldingProxy } from '../../support/holding-proxy.ts'
import { isLong } from '../../support/thoroughness.ts'
import { runTimerUntil } from '../../support/timer-run.ts'
import { type JourneyHost, startJourneyHost } from './journey/host.ts'
import { type Plan, runsOf } from './journey/journey-table.ts'
import { journeyFlow } from './journey/orchestration.ts'

type Id = { readonly tenantId: string; readonly requestId: string }
const newId = (): Id => ({ tenantId: `tenant-${randomUUID()}`, requestId: `request-${randomUUID()}` })

/** The writes of a start to its own tables: marker, request, the note that it is started, and the marker's end. */
const starts = (
  [
    { request: 1, side: 'after', isAccepted: false },
    { request: 2, side: 'after', isAccepted: true },
    { request: 3, side: 'before', isAccepted: true },
    { request: 3, side: 'after', isAccepted: true },
  ] as const
).map((moment) => {
  const id = newId()
  const isOwn = (text: string): boolean => text.includes(id.tenantId)
  const requests = createRequestCount(
    (method, url, body) => method !== 'GET' && /\/flow(?:Requests|Starts)\b/.test(url) && (isOwn(url) || isOwn(body)),
  )
  return { ...moment, id, requests }
})
let proxy: HoldingProxy
let host: JourneyHost

beforeAll(async () => {
  host = await startJourneyHost(async (tables) => {
    proxy = await startHoldingProxy(tables, ...starts.map(({ requests }) => requests))
    return proxy.url
  })
})
afterAll(async () => {
  await host.stop()
  await proxy.close()
})

const urlOf = ({ tenantId, requestId }: Id): string => `${host.url()}/api/test/${tenantId}/journeys/${requestId}`
const put = (id: Id, plan: z.input<typeof Plan>): Promise<Response> =>
  fetch(urlOf(id), { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(plan) })
const end = (id: Id): Promise<ShownRequest> =>
  eventually(
    async () => (await (await fetch(urlOf(id))).json()) as ShownRequest,
    ({ finishedAt }) => finishedAt !== undefined,
    30_000,
  )

const killAndRestart = async (): Promise<void> => {
  for (const { requests } of starts) requests.begin()
  await host.kill()
  // A run of the timer that was killed as well would keep the next one waiting for half a minute.
  await host.store.open(timerLeaseTable).lease.delete({ timer })
  await host.start()
}

/** The timer leaves the last minute alone, so the markers are made older. */
const ageMarkers = async ({ tenantId }: Id): Promise<void> => {
  const markers = host.store.open(flowStartTable).marker
  const { rows } = await markers.list({ bucket: flowStartBuckets.of(tenantId) }, { limit: 100 })
  const own = rows.filter(({ value }) => value.tenantId === tenantId)
  for (const row of own) {
    await markers.delete(row)
    await markers.insert({ ...row.value, since: new Date(Date.parse(row.value.since) - 120_000).toISOString() })
  }
}

const markersOf = async ({ tenantId }: Id): Promise<number> => {
  const bucket = flowStartBuckets.of(tenantId)
  const { rows } = await host.store.open(flowStartTable).marker.list({ bucket }, { limit: 100 })
  return rows.filter(({ value }) => value.tenantId === tenantId).length
}

const isAsked = async (id: Id): Promise<boolean> =>
  (await host.store.open(flowRequestTable).request.get({ ...id, flow: journeyFlow.name })) !== undefined

const timer = 'test-flow-start-timer'
const plan = { items: [1, 2] }

describe('a host that is killed while it starts orchestrations', () => {
  beforeAll(async () => {
    // The tables are there after the first one.
    const first = newId()
    expect((await put(first, plan)).status).toBe(202)
    await end(first)
    const answers = starts.map(({ id, requests, request, side }) => {
      requests.begin({ request, side })
      return put(id, plan).catch(() => undefined)
    })
    await Promise.all(starts.map(({ requests }) => requests.held()))
    await killAndRestart()
    await Promise.all(answers)
  })

  it.each(starts)('starts each once it was asked for: write $request, $side', async ({ id, isAccepted }) => {
    expect(await isAsked(id)).toBe(isAccepted)
    await ageMarkers(id)
    await runTimerUntil(host.url(), timer, async () => (await markersOf(id)) === 0)
    // What was never accepted is asked for again by whoever was not answered.
    expect((await put(id, plan)).status).toBe(isAccepted ? 200 : 202)
    expect(await end(id)).toMatchObject({ state: 'completed', result: { sum: 6 } })
    expect(await markersOf(id)).toBe(0)
  })
})

describe('a host that is killed while a step waits to be tried again', () => {
  it('tries it again after the restart, and not the steps before it', async () => {
    const id = newId()
    const failures = isLong ? 3 : 2
    await put(id, { ...plan, failures })
    for (let runs = 1; runs < failures; runs += 1) {
      await eventually(
        () => runsOf(host.store, { ...id, step: 'add' }),
        (count) => count >= runs,
        20_000,
      )
      await killAndRestart()
    }
    expect(await end(id)).toMatchObject({ state: 'completed', result: { sum: 6 } })
    expect(await runsOf(host.store, { ...id, step: 'add' })).toBeGreaterThanOrEqual(failures + 1)
    expect([
      await runsOf(host.store, { ...id, step: 'read' }),
      await runsOf(host.store, { ...id, step: 'double-1' }),
    ]).toEqual([1, 1])
  })

  it('runs a step again that was cut off in the middle', async () => {
    const id = newId()
    await put(id, { ...plan, lastStepMs: 2_000 })
    await eventually(
      () => runsOf(host.store, { ...id, step: 'add' }),
      (count) => count === 1,
      20_000,
    )
    await killAndRestart()
    expect(await end(id)).toMatchObject({ state: 'completed', result: { sum: 6 } })
    expect(await runsOf(host.store, { ...id, step: 'add' })).toBe(2)
  })
})
