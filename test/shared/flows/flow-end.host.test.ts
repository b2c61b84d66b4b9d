// The last step of an orchestration, in the tables of an emulator of its own: what it records of the request, and what becomes of incidents.
import { randomUUID } from 'node:crypto'
import { InvocationContext } from '@azure/functions'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { loadConfig } from '../../../shared/config/config.ts'
import { AppError } from '../../../shared/errors.ts'
import type { FlowEnd } from '../../../shared/flows/flow-envelope.ts'
import { flowRequestTable, instanceIdOf } from '../../../shared/flows/flow-request.ts'
import { listIncidents } from '../../../shared/incidents/incident-list.ts'
import { ownerOfTenant } from '../../../shared/incidents/incident-owner.ts'
import { recordIncident } from '../../../shared/incidents/incident-recording.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { continueTrace, runInTrace } from '../../../shared/telemetry/trace.ts'
import { serveActivity } from '../../../shared/triggers/activity-pipeline.ts'
import { finishActivity } from '../../../shared/triggers/finish-activity.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'

const traceparent = '00-04f09e80b76d9087e739b554be855559-8eead99166f7fbbe-01'
const flow = 'test-journey-flow'
const work = { integration: 'suite→flows', operation: 'journey' } as const
const problem = { code: 'peer-rejected', detail: 'No.' } as const

let azurite: TestAzurite
let services: Services
beforeAll(async () => {
  azurite = await startAzurite()
  services = createServices(loadConfig({ DATA_STORAGE: azurite.connectionString }))
})
afterAll(() => azurite.stop())

let id: { readonly tenantId: string; readonly requestId: string }
beforeEach(() => {
  id = { tenantId: `tenant-${randomUUID()}`, requestId: `request-${randomUUID()}` }
})

const rows = () => services.store().open(flowRequestTable).request
const ask = (given: Partial<Parameters<ReturnType<typeof rows>['insert']>[0]> = {}) =>
  rows().insert({
    ...id,
    flow,
    instanceId: instanceIdOf(id.tenantId, flow, id.requestId),
    state: 'started',
    contentHash: 'content',
    requestedAt: '2026-11-01T00:00:00.000Z',
    requestedBy: 'user:test',
    traceparent,
    ...given,
  })
const request = async () => (await rows().get({ ...id, flow }))?.value

const finish = (outcome: Partial<z.input<typeof FlowEnd>>) =>
  serveActivity(finishActivity, services)(
    { ...id, traceparent, retrySeconds: 15, work, input: { flow, ...work, ...outcome } },
    new InvocationContext({ logHandler: () => {} }),
  )

const fail = (code: 'peer-unauthorized' | 'peer-rejected', operation: string = work.operation) =>
  recordIncident(
    { store: services.store(), now: services.now },
    { ...work, operation, tenantId: id.tenantId, error: new AppError(code, 'No, for now.') },
  )
const incidents = async () =>
  (await listIncidents(services.store(), ownerOfTenant(id.tenantId), { state: 'all', limit: 10 })).incidents

describe('the end of an orchestration', () => {
  it('is recorded once, however often its step runs', async () => {
    await ask({ state: 'completed', finishedAt: '2026-11-01T00:01:00.000Z', result: { sum: 2 } })
    const ended = await request()
    expect(await finish({ failed: problem })).toEqual({ done: null })
    expect([await request(), await incidents()]).toEqual([ended, []])
  })

  it('is an incident also when the step was cut off before it recorded that, and counts once', async () => {
    await ask({ state: 'failed', finishedAt: '2026-11-01T00:01:00.000Z', problem })
    await finish({ failed: problem })
    await finish({ failed: problem })
    expect(await incidents()).toMatchObject([{ code: 'peer-rejected', count: 1 }])
    expect(await request()).toMatchObject({ state: 'failed', problem, finishedAt: '2026-11-01T00:01:00.000Z' })
  })

  it('closes the incident of what its steps were tried again for, though they failed after it began', async () => {
    await ask()
    await runInTrace(continueTrace({ traceparent }), () => fail('peer-unauthorized'))
    await finish({ result: { sum: 2 } })
    expect(await incidents()).toMatchObject([{ state: 'resolved', resolvedBy: 'success' }])
  })

  it('leaves the incident of another run that failed after it began', async () => {
    await ask()
    await fail('peer-unauthorized')
    await finish({ result: { sum: 2 } })
    expect(await incidents()).toMatchObject([{ state: 'open' }])
  })

  it('closes what failed before it was known what the work is about, and nothing about something else', async () => {
    for (const operation of ['journey', 'journey (sums)', 'journey (products)']) await fail('peer-rejected', operation)
    await ask({ requestedAt: new Date(Date.now() + 1_000).toISOString() })
    await finish({ begunAs: 'journey', operation: 'journey (sums)', result: { sum: 2 } })
    const open = (await incidents()).filter(({ state }) => state === 'open')
    expect(open.map(({ operation }) => operation)).toEqual(['journey (products)'])
  })
})
