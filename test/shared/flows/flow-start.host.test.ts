// What the client and the start timer make of a task hub that is away, whose answers are lost, and of starts that a crash cut off.
import { randomUUID } from 'node:crypto'
import { InvocationContext } from '@azure/functions'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clientBindingValue } from '../../../packages/functions-host/src/durable/management-urls.ts'
import { loadConfig } from '../../../shared/config/config.ts'
import { createFlowClient } from '../../../shared/flows/flow-client.ts'
import { flowClientInput } from '../../../shared/flows/flow-client-input.ts'
import {
  type FlowRequest,
  flowRequestTable,
  flowStartBuckets,
  flowStartTable,
  instanceIdOf,
} from '../../../shared/flows/flow-request.ts'
import { sweepFlowStarts } from '../../../shared/flows/flow-start-sweep.ts'
import { createServices } from '../../../shared/services.ts'
import { createStore, type Store } from '../../../shared/store/store.ts'
import { startAzurite } from '../../support/azurite.ts'
import { json, type PeerServer, type Reply, reset, startPeerServer } from '../../support/peer-server.ts'
import { journeyFlow } from './journey/orchestration.ts'

let azurite: Awaited<ReturnType<typeof startAzurite>>
let store: Store
let hub: PeerServer
let instances: Map<string, object>
let tenantId: string

beforeAll(async () => {
  azurite = await startAzurite()
  store = createStore({ connectionString: azurite.connectionString })
})
afterAll(() => azurite.stop())

const runningInstance = (instanceId: string, customStatus: unknown = null) => ({
  name: journeyFlow.name,
  instanceId,
  runtimeStatus: 'Running',
  input: null,
  customStatus,
  output: null,
  createdTime: '2026-11-01T00:00:00Z',
  lastUpdatedTime: '2026-11-01T00:00:00Z',
})

/** A task hub as the host's HTTP API shows it. */
const answering: Reply = (response, request) => {
  const id = new URL(request.url ?? '', 'http://hub').pathname.split('/').at(-1) ?? ''
  if (request.method === 'POST') {
    instances.set(id, runningInstance(id))
    return json(202, { id })(response, request)
  }
  const known = instances.get(id)
  return json(known ? 202 : 404, known ?? {})(response, request)
}

beforeEach(async () => {
  tenantId = `tenant-${randomUUID()}`
  instances = new Map()
  hub = await startPeerServer(answering)
  return async () => {
    await hub.close()
    for (const bucket of flowStartBuckets.names)
      for (const { value } of (await store.open(flowStartTable).marker.list({ bucket }, { limit: 100 })).rows)
        await store.open(flowStartTable).marker.delete(value)
  }
})

const client = () => {
  const context = new InvocationContext({
    options: { trigger: { type: 'httpTrigger', name: 'request' }, extraInputs: [{ ...flowClientInput }] },
  })
  context.extraInputs.set(
    flowClientInput.name,
    clientBindingValue(hub.baseUrl, { hubName: 'Hub', connectionName: 'AzureWebJobsStorage' }),
  )
  const environment = { DATA_STORAGE: azurite.connectionString, MESSAGE_RETRY_SECONDS: '7' }
  return createFlowClient(createServices(loadConfig(environment)), context)
}

const start = async (requestId: string, contentHash = 'content') =>
  (await client()).start(journeyFlow.name, { tenantId, requestId, requestedBy: 'user:test', contentHash })

const later = () => new Date(Date.now() + 61_000)
const sweep = (now = later, mine = journeyFlow.name) =>
  sweepFlowStarts({ store, now, flows: client }, new Set([mine]), new AbortController().signal)

const stateOf = async (requestId: string): Promise<FlowRequest['state'] | undefined> =>
  (await store.open(flowRequestTable).request.get({ tenantId, flow: journeyFlow.name, requestId }))?.value.state

const markers = async (): Promise<number> => {
  const bucket = flowStartBuckets.of(tenantId)
  const { rows } = await store.open(flowStartTable).marker.list({ bucket }, { limit: 100 })
  return rows.filter(({ value }) => value.tenantId === tenantId).length
}

const starts = (): number => hub.requests.filter(({ method }) => method === 'POST').length

/** What a crash right after the marker, or right after the row, leaves behind. */
const leave = async (requestId: string, row: FlowRequest['state'] | undefined, flow = journeyFlow.name) => {
  const since = new Date().toISOString()
  await store
    .open(flowStartTable)
    .marker.upsert({ bucket: flowStartBuckets.of(tenantId), since, tenantId, flow, requestId })
  if (row)
    await store.open(flowRequestTable).request.insert({
      tenantId,
      flow,
      requestId,
      instanceId: instanceIdOf(tenantId, flow, requestId),
      state: row,
      contentHash: 'content',
      requestedAt: since,
      requestedBy: 'user:test',
      traceparent: '00-04f09e80b76d9087e739b554be855559-8eead99166f7fbbe-01',
    })
}

describe('a start', () => {
  it('hands the orchestration ids, the trace and the waiting time, and leaves no marker', async () => {
    const { request, isNew } = await start('one')
    expect([isNew, request.state, await stateOf('one'), await markers()]).toEqual([true, 'started', 'started', 0])
    const [posted] = hub.requests
    expect(posted?.url).toContain(`/orchestrators/${journeyFlow.name}/${request.instanceId}`)
    expect(JSON.parse(posted?.body ?? '')).toEqual({
      tenantId,
      requestId: 'one',
      traceparent: request.traceparent,
      retrySeconds: 7,
    })
  })

  it('is kept when the task hub is away, and made by the timer once a minute has passed', async () => {
    hub.answerWith(json(500, {}))
    await expect(start('one')).rejects.toMatchObject({ code: 'flow-not-started' })
    expect(await start('one')).toMatchObject({ isNew: false, request: { state: 'requested' } })
    expect(starts()).toBe(1)
    hub.answerWith(answering)
    expect(await sweep(() => new Date())).toEqual({ resumed: 0, left: 0 })
    expect([await stateOf('one'), await markers()]).toEqual(['requested', 1])
    await sweep()
    expect([await stateOf('one'), await markers(), starts()]).toEqual(['started', 0, 2])
  })

  it('is not made a second time when only its answer was lost', async () => {
    hub.answerWith((response, request) => {
      const instanceId = instanceIdOf(tenantId, journeyFlow.name, 'one')
      instances.set(instanceId, runningInstance(instanceId))
      reset(response, request)
    })
    await expect(start('one')).rejects.toMatchObject({ code: 'flow-not-started' })
    hub.answerWith(answering)
    await sweep()
    expect([await stateOf('one'), await markers(), starts()]).toEqual(['started', 0, 1])
  })

  it('is refused for the same request with another content', async () => {
    await start('one')
    await expect(start('one', 'other content')).rejects.toMatchObject({ code: 'idempotency-key-reused' })
    expect(starts()).toBe(1)
  })

  it('is made once however many ask at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => start('one')))
    expect(outcomes.filter(({ isNew }) => isNew)).toHaveLength(1)
    expect(starts()).toBe(1)
    await sweep()
    expect([await markers(), starts()]).toEqual([0, 1])
  })
})

describe('the start timer', () => {
  it('starts what a crash left between the request and its start', async () => {
    await leave('one', 'requested')
    await sweep()
    expect([await stateOf('one'), await markers(), starts()]).toEqual(['started', 0, 1])
  })

  it('starts nothing that runs already: the crash came between the start and the note of it', async () => {
    await leave('one', 'requested')
    const instanceId = instanceIdOf(tenantId, journeyFlow.name, 'one')
    instances.set(instanceId, runningInstance(instanceId))
    await sweep()
    expect([await stateOf('one'), await markers(), starts()]).toEqual(['started', 0, 0])
  })

  it.each(['started', 'completed', 'failed', 'cancelled'] as const)('forgets a request that is %s', async (state) => {
    await leave('one', state)
    await sweep()
    expect([await stateOf('one'), await markers(), hub.requests.length]).toEqual([state, 0, 0])
  })

  it('forgets a request that never came to be', async () => {
    await leave('one', undefined)
    await sweep()
    expect([await stateOf('one'), await markers(), hub.requests.length]).toEqual([undefined, 0, 0])
  })

  it('leaves the orchestrations of other apps to their own timers', async () => {
    await leave('one', 'requested', 'other-app-flow')
    await sweep()
    expect([await markers(), hub.requests.length]).toEqual([1, 0])
    await sweep(later, 'other-app-flow')
    expect([await markers(), starts()]).toEqual([0, 1])
  })

  it('starts nothing while it cannot ask whether that runs already', async () => {
    await leave('one', 'requested')
    hub.answerWith(json(500, {}))
    expect(await sweep()).toEqual({ resumed: 0, left: 1 })
    expect([await stateOf('one'), await markers(), starts()]).toEqual(['requested', 1, 0])
  })

  it('lets one that cannot be started keep none of the others back', async () => {
    await leave('bad', 'requested')
    await leave('good', 'requested')
    const bad = instanceIdOf(tenantId, journeyFlow.name, 'bad')
    hub.answerWith((response, request) =>
      request.method === 'POST' && request.url?.includes(bad)
        ? json(400, {})(response, request)
        : answering(response, request),
    )
    await sweep()
    expect([await stateOf('bad'), await stateOf('good'), await markers()]).toEqual(['requested', 'started', 1])
  })
})

describe('progress', () => {
  it('is unknown, and no failure, while the task hub is away', async () => {
    const { request } = await start('one')
    hub.answerWith(json(500, {}))
    expect(await (await client()).progressOf(request)).toBeUndefined()
  })

  it('is what the orchestration says of itself', async () => {
    const { request } = await start('one')
    instances.set(request.instanceId, runningInstance(request.instanceId, { step: 'adding' }))
    expect(await (await client()).progressOf(request)).toEqual({ step: 'adding' })
  })
})
