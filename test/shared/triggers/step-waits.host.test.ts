// What is told of an orchestration whose step is tried again: what it waits for, until it goes through or the wait is over.
import { InvocationContext } from '@azure/functions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { loadConfig } from '../../../shared/config/config.ts'
import { AppError } from '../../../shared/errors.ts'
import type { StepInput } from '../../../shared/flows/flow-envelope.ts'
import { readWait } from '../../../shared/flows/flow-wait.ts'
import { listIncidents } from '../../../shared/incidents/incident-list.ts'
import { recordIncident } from '../../../shared/incidents/incident-recording.ts'
import { ownerOfTenant } from '../../../shared/incidents/incident-owner.ts'
import { type Services, createServices } from '../../../shared/services.ts'
import { activity } from '../../../shared/triggers/activity.ts'
import { serveActivity } from '../../../shared/triggers/activity-pipeline.ts'
import { type TestAzurite, startAzurite } from '../../support/azurite.ts'
import { newTenantId } from '../../support/browser-client.ts'

let azurite: TestAzurite
let services: Services
let time = new Date('2026-03-02T08:00:00Z')

beforeAll(async () => {
  azurite = await startAzurite()
  services = createServices(loadConfig({ DATA_STORAGE: azurite.connectionString }), () => time)
})
afterAll(() => azurite.stop())

const away = new AppError('peer-unavailable', 'psa is away.', { details: { peer: 'psa' } })
const rejection = new AppError('peer-rejected', 'psa will not have it.')
const refusal = new AppError('peer-unauthorized', 'psa refused our key.', { details: { peer: 'psa' } })

/** A request, and its one step: each call is a try, which fails with what it is given. */
const startStep = () => {
  const request = { tenantId: newTenantId(), requestId: 'request-1' }
  const plan: { error?: AppError | undefined } = {}
  const definition = activity({
    name: 'test-step',
    summary: 'Fails as planned',
    input: async () => z.strictObject({ page: z.int() }),
    returns: async () => z.string(),
    handler: async () => {
      if (plan.error) throw plan.error
      return 'done'
    },
  })
  const serveWith = (given: Services) => {
    const handler = serveActivity(definition, given)
    return async (error?: AppError, page = 1): Promise<unknown> => {
      plan.error = error
      const step: StepInput = {
        ...request,
        traceparent: '00-04f09e80b76d9087e739b554be855559-8eead99166f7fbbe-01',
        retrySeconds: 15,
        work: { integration: 'code→psa', operation: 'create project' },
        input: { page },
      }
      return handler(step, new InvocationContext({ logHandler: () => {} })).catch((thrown: unknown) => thrown)
    }
  }
  return {
    ...request,
    serveWith,
    attempt: serveWith(services),
    wait: () => readWait({ store: services.store(), now: services.now }, request),
    incidents: async () =>
      (await listIncidents(services.store(), ownerOfTenant(request.tenantId), { state: 'all', limit: 10 })).incidents,
  }
}

describe('a step that is tried again', () => {
  it('says which product it waits for, what failed last, and when the next try is', async () => {
    const { attempt, wait } = startStep()
    await attempt(away)
    await attempt(refusal)
    expect(await wait()).toEqual({
      peer: 'psa',
      lastError: {
        code: 'peer-unauthorized',
        title: 'Another product refused our key',
        detail: 'psa refused our key.',
      },
      attempts: 2,
      lastAttemptAt: '2026-03-02T08:00:00.000Z',
      nextAttemptAt: '2026-03-02T08:00:30.000Z',
    })
  })

  it('waits for nothing any more once it has gone through', async () => {
    const { attempt, wait } = startStep()
    await attempt(away)
    expect(await attempt()).toEqual({ done: 'done' })
    expect(await wait()).toBeUndefined()
  })

  it('waits for nothing when it fails for good: that is the end of the work', async () => {
    const { attempt, wait } = startStep()
    await attempt(new AppError('peer-rejected', 'psa will not have it.'))
    expect(await wait()).toBeUndefined()
  })

  it('counts the tries of the same work alone', async () => {
    const { attempt, wait } = startStep()
    await attempt(away)
    await attempt(away)
    await attempt(away, 2)
    expect(await wait()).toMatchObject({ attempts: 1 })
  })

  it('is not shown as waiting for long after its next try, which another instance may have made', async () => {
    const { attempt, wait } = startStep()
    await attempt(away)
    const failedAt = time
    time = new Date(failedAt.getTime() + 15_000 + 4 * 60_000)
    expect(await wait()).toBeDefined()
    time = new Date(failedAt.getTime() + 15_000 + 6 * 60_000)
    expect(await wait()).toBeUndefined()
    time = failedAt
  })

  it('is an incident of the work from the fifth time on', async () => {
    const { attempt, incidents } = startStep()
    for (let times = 1; times <= 4; times += 1) await attempt(refusal)
    expect(await incidents()).toEqual([])
    await attempt(refusal)
    expect(await incidents()).toMatchObject([
      { integration: 'code→psa', operation: 'create project', code: 'peer-unauthorized', state: 'open', count: 5 },
    ])
    await attempt(refusal)
    expect(await incidents()).toMatchObject([{ count: 6 }])
  })

  it('that goes through in the end closes the incident of what it had failed with, and of nothing else', async () => {
    const { tenantId, attempt, incidents } = startStep()
    for (let times = 1; times <= 5; times += 1) await attempt(refusal)
    const other = { integration: 'code→psa', operation: 'create project', error: rejection } as const
    await recordIncident({ store: services.store(), now: services.now }, { ...other, tenantId })
    const failedAt = time
    time = new Date(failedAt.getTime() + 60_000)
    await attempt()
    time = failedAt
    expect(Object.fromEntries((await incidents()).map(({ code, state }) => [code, state]))).toEqual({
      'peer-rejected': 'open',
      'peer-unauthorized': 'resolved',
    })
  })

  it('does not take another page that goes through for the one that fails', async () => {
    const { attempt, wait } = startStep()
    await attempt(away)
    await attempt(undefined, 2)
    expect(await wait()).toMatchObject({ attempts: 1 })
  })

  it('fails with its own error when what it waits for cannot be written down', async () => {
    const { serveWith } = startStep()
    const broken = createServices(loadConfig({}), () => time)
    expect(await serveWith(broken)(away)).toMatchObject({ message: 'peer-unavailable: psa is away.' })
  })
})
