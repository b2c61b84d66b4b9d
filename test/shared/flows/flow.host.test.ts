// Orchestrations through the real library and host: how they are started, how they end, and what is shown of them.
import { randomUUID } from 'node:crypto'
import { TableClient } from '@azure/data-tables'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { instanceRowKey, partitionKeyOf } from '../../../packages/functions-host/src/durable/instance-rows.ts'
import { openTaskHub } from '../../../packages/functions-host/src/durable/task-hub.ts'
import type { ShownRequest } from '../../../shared/flows/shown-request.ts'
import { flowRequestTable, flowStartBuckets, flowStartTable, instanceIdOf } from '../../../shared/flows/flow-request.ts'
import { incidentTable, ownerOfTenant } from '../../../shared/incidents/incident-table.ts'
import { timerLeaseTable } from '../../../shared/triggers/timer-lease.ts'
import { eventually } from '../../support/eventually.ts'
import { recordingOf, replay } from '../../support/replay.ts'
import { runTimerUntil } from '../../support/timer-run.ts'
import { type JourneyHost, startJourneyHost } from './journey/host.ts'
import { journeyTable, Plan, runsOf } from './journey/journey-table.ts'
import { journeyFlow } from './journey/orchestration.ts'

let host: JourneyHost
beforeAll(async () => {
  host = await startJourneyHost()
})
afterAll(() => host.stop())

type Id = { readonly tenantId: string; readonly requestId: string }
const newId = (): Id => ({ tenantId: `tenant-${randomUUID()}`, requestId: `request-${randomUUID()}` })

const urlOf = ({ tenantId, requestId }: Id): string => `${host.url()}/api/test/${tenantId}/journeys/${requestId}`
const put = (id: Id, plan: z.input<typeof Plan>): Promise<Response> =>
  fetch(urlOf(id), { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(plan) })
const look = async (id: Id): Promise<ShownRequest> => (await (await fetch(urlOf(id))).json()) as ShownRequest
const end = (id: Id): Promise<ShownRequest> =>
  eventually(
    () => look(id),
    ({ finishedAt }) => finishedAt !== undefined,
    20_000,
  )

const expectRuns = async (id: Id, expected: Readonly<Record<string, number>>): Promise<void> => {
  const runs: [string, number][] = []
  for (const step of Object.keys(expected)) runs.push([step, await runsOf(host.store, { ...id, step })])
  expect(Object.fromEntries(runs)).toEqual(expected)
}

const incidentsOf = async (tenantId: string) => {
  const { rows } = await host.store.open(incidentTable).incident.list({ owner: ownerOfTenant(tenantId) }, { limit: 10 })
  return rows.map(({ value }) => value)
}

const taskHub = 'JourneyHubLocalHost'
const instanceOf = ({ tenantId, requestId }: Id): string => instanceIdOf(tenantId, journeyFlow.name, requestId)

/** Writes into the task hub that it was begun so many days ago. */
const begunEarlier = async (id: Id, days: number): Promise<void> => {
  const rows = TableClient.fromConnectionString(host.connectionString, taskHub, { allowInsecureConnection: true })
  const createdTime = new Date(Date.now() - days * 24 * 3_600_000).toISOString()
  await rows.updateEntity({ partitionKey: partitionKeyOf(instanceOf(id)), rowKey: instanceRowKey, createdTime })
}

describe('an orchestration', () => {
  it('runs its steps, tries again the one that fails for now, and shows how it ended', async () => {
    const id = newId()
    const response = await put(id, { items: [1, 2, 3], failures: 2 })
    expect([response.status, await response.json()]).toMatchObject([
      202,
      { id: id.requestId, requestedAt: expect.any(String) as string },
    ])
    const adding = await eventually(
      () => look(id),
      ({ progress }) => progress?.['step'] === 'adding',
      10_000,
    )
    expect(adding).toMatchObject({ state: 'started', progress: { step: 'adding', of: 3 } })
    const ended = await end(id)
    expect(ended).toMatchObject({ state: 'completed', result: { sum: 12 } })
    expect(ended).not.toHaveProperty('progress')
    expect(await runsOf(host.store, { ...id, step: 'add' })).toBe(3)
    expect(await runsOf(host.store, { ...id, step: 'read' })).toBe(1)
  })

  it('replays at every prefix of the history that the host wrote', async () => {
    const id = newId()
    await put(id, { items: [1, 2, 3], failures: 1 })
    await end(id)
    const instanceId = instanceOf(id)
    const recording = await eventually(
      () => recordingOf(host.connectionString, 'JourneyHub', instanceId),
      ({ history }) => history.some((event) => 'OrchestrationStatus' in event),
      10_000,
    )
    expect(await replay(journeyFlow, recording)).toBeGreaterThan(10)
  })

  it('is started once when the same request comes many times at once, and is not run again when it is over', async () => {
    const id = newId()
    const plan = { items: [4], failures: 0 }
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await put(id, plan)).status))
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 200, 202])
    const ended = await end(id)
    const again = await put(id, plan)
    expect([again.status, await again.json()]).toEqual([200, ended])
    await expectRuns(id, { read: 1, 'double-4': 1, add: 1 })
  })

  it('is refused for the same request with another content', async () => {
    const id = newId()
    await put(id, { items: [1] })
    const response = await put(id, { items: [2] })
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { type: expect.stringContaining('idempotency-key-reused') as string },
    ])
    expect(await end(id)).toMatchObject({ result: { sum: 2 } })
  })

  it('is found by its own tenant alone, and another tenant may use the same request id', async () => {
    const id = newId()
    await put(id, { items: [1] })
    const other = { ...id, tenantId: `tenant-${randomUUID()}` }
    expect((await fetch(urlOf(other))).status).toBe(404)
    expect((await put(other, { items: [10] })).status).toBe(202)
    expect([(await end(id)).result, (await end(other)).result]).toMatchObject([{ sum: 2 }, { sum: 20 }])
  })

  it('fails for good with what may be shown, and is an incident once', async () => {
    const id = newId()
    await put(id, { items: [1], failures: 9, failsWith: 'peer-rejected' })
    const problem = { code: 'peer-rejected', detail: 'Run 1 fails, as planned.' }
    expect(await end(id)).toMatchObject({ state: 'failed', problem })
    await expectRuns(id, { add: 1 })
    const incidents = await eventually(
      () => incidentsOf(id.tenantId),
      ({ length }) => length > 0,
      10_000,
    )
    expect(incidents).toMatchObject([
      { integration: 'suite→flows', operation: 'journey', code: 'peer-rejected', count: 1, state: 'open' },
    ])
    expect((await put(id, { items: [1], failures: 9, failsWith: 'peer-rejected' })).status).toBe(200)
    await expectRuns(id, { add: 1 })
  })

  it('may catch the failure of a step, and end as cancelled', async () => {
    const id = newId()
    await put(id, { items: [1], failures: 9, failsWith: 'peer-rejected', isForgiving: true })
    expect(await end(id)).toMatchObject({ state: 'cancelled', result: { cancelled: true, reason: 'peer-rejected' } })
    expect(await incidentsOf(id.tenantId)).toEqual([])
  })
})

describe('the start timer', () => {
  it('starts in the host what was left behind', async () => {
    const id = newId()
    const flow = journeyFlow.name
    const since = new Date(Date.now() - 120_000).toISOString()
    await host.store.open(journeyTable).journey.insert({ ...Plan.parse({ items: [7] }), ...id })
    await host.store
      .open(flowStartTable)
      .marker.insert({ ...id, flow, since, bucket: flowStartBuckets.of(id.tenantId) })
    await host.store.open(flowRequestTable).request.insert({
      ...id,
      flow,
      instanceId: instanceIdOf(id.tenantId, flow, id.requestId),
      state: 'requested',
      contentHash: 'content',
      requestedAt: since,
      requestedBy: 'user:test',
      traceparent: '00-04f09e80b76d9087e739b554be855559-8eead99166f7fbbe-01',
    })
    await runTimerUntil(host.url(), 'test-flow-start-timer', async () => (await look(id)).state !== 'requested')
    expect(await end(id)).toMatchObject({ state: 'completed', result: { sum: 14 } })
  })
})

describe('the retention timer', () => {
  it('deletes the history of what was begun long ago and is over, and neither its request nor anything younger', async () => {
    const [old, young] = [newId(), newId()]
    for (const id of [old, young]) {
      await put(id, { items: [1] })
      await end(id)
    }
    const hub = await openTaskHub(host.connectionString, taskHub)
    const statusOf = async (id: Id): Promise<string | undefined> => (await hub.read(instanceOf(id)))?.status
    for (const id of [old, young])
      await eventually(
        () => statusOf(id),
        (status) => status === 'Completed',
        10_000,
      )
    await begunEarlier(old, 31)
    await begunEarlier(young, 29)
    const timer = 'test-flow-retention-timer'
    const isOver = async (): Promise<boolean> => {
      const lease = await host.store.open(timerLeaseTable).lease.get({ timer })
      return lease === undefined || Date.parse(lease.value.until) <= Date.now()
    }
    await runTimerUntil(host.url(), timer, async () => (await statusOf(old)) === undefined && isOver())
    expect(await statusOf(young)).toBe('Completed')
    expect(await look(old)).toMatchObject({ state: 'completed', result: { sum: 2 } })
    // The request still says that it is not to be started again.
    expect((await put(old, { items: [1] })).status).toBe(200)
    expect(await statusOf(old)).toBeUndefined()
  })
})
